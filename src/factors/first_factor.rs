//! What a choice-based sign-in (`USER_AUTH`) can begin with.

use crate::support::shown::shows;

/// A first factor of the `USER_AUTH` flow (an entry of the service's `AvailableChallenges`).
#[derive(Clone, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum FirstFactor {
    /// The password itself, over TLS (`PASSWORD`).
    Password,
    /// The password, proved with SRP without sending it (`PASSWORD_SRP`).
    PasswordSrp,
    /// A one-time code by e-mail (`EMAIL_OTP`).
    EmailOtp,
    /// A one-time code by text message (`SMS_OTP`).
    SmsOtp,
    /// A passkey (`WEB_AUTHN`).
    WebAuthn,
    /// A factor that this release does not know.
    Other {
        /// The service's name for it.
        name: String,
    },
}
shows!(enum FirstFactor { Password, PasswordSrp, EmailOtp, SmsOtp, WebAuthn, Other { name } });

impl FirstFactor {
    /// The factor that the service calls so.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "PASSWORD" => Self::Password,
            "PASSWORD_SRP" => Self::PasswordSrp,
            "EMAIL_OTP" => Self::EmailOtp,
            "SMS_OTP" => Self::SmsOtp,
            "WEB_AUTHN" => Self::WebAuthn,
            _ => Self::Other { name: name.to_owned() },
        }
    }

    /// The service's name for it, which is also the answer that chooses it in `confirmSignIn`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
            Self::Other { name } => name,
        }
    }
}
