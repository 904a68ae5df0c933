//! Second factors.

use crate::support::shown::shows;

/// A second factor (multi-factor authentication).
#[derive(Clone, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum MfaType {
    /// A code by text message (`SMS_MFA`).
    Sms,
    /// The code of an authenticator app (`SOFTWARE_TOKEN_MFA`, RFC 6238).
    Totp,
    /// A code by e-mail (`EMAIL_OTP`).
    Email,
    /// A factor that this release does not know.
    Other {
        /// The service's name for it.
        name: String,
    },
}
shows!(enum MfaType { Sms, Totp, Email, Other { name } });

impl MfaType {
    /// The factor that the service calls so. Amplify's JavaScript names (`SMS`, `TOTP`, `EMAIL`) are understood too.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "SMS_MFA" | "SMS" => Self::Sms,
            "SOFTWARE_TOKEN_MFA" | "TOTP" => Self::Totp,
            "EMAIL_OTP" | "EMAIL_MFA" | "EMAIL" => Self::Email,
            _ => Self::Other { name: name.to_owned() },
        }
    }

    /// The service's name for it, which is also the answer that chooses it in `confirmSignIn`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::Totp => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
            Self::Other { name } => name,
        }
    }
}
