//! How showing a passkey dialog can end without a passkey.

use super::{AuthError, Error, ErrorCode};

/// How the platform's passkey dialog ended without a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, uniffi::Enum)]
pub enum PasskeyFailure {
    /// The user closed the dialog.
    Cancelled,
    /// This device or system version has no passkeys.
    Unsupported,
    /// The device already has a passkey for this account (a match in `excludeCredentials`).
    AlreadyRegistered,
    /// The app is not associated with the relying party's domain.
    RelyingPartyMismatch,
    /// Anything else.
    Failed,
}

impl PasskeyFailure {
    pub(super) const fn code(self) -> ErrorCode {
        match self {
            Self::Cancelled => ErrorCode::PasskeyCancelled,
            Self::Unsupported => ErrorCode::PasskeyUnsupported,
            Self::AlreadyRegistered => ErrorCode::PasskeyAlreadyRegistered,
            Self::RelyingPartyMismatch => ErrorCode::PasskeyRelyingPartyMismatch,
            Self::Failed => ErrorCode::PasskeyFailed,
        }
    }
}

impl AuthError {
    /// The error of a passkey dialog that gave no passkey, for those who show the dialog: they need not invent one of
    /// their own. The text is the platform's, for developers and logs.
    #[must_use]
    pub fn passkey(failure: PasskeyFailure, text: impl Into<String>) -> Self {
        Error::Passkey { failure, text: text.into() }.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_has_its_code_in_the_case_for_passkeys() {
        for (failure, code) in [
            (PasskeyFailure::Cancelled, "passkey_cancelled"),
            (PasskeyFailure::Unsupported, "passkey_unsupported"),
            (PasskeyFailure::AlreadyRegistered, "passkey_already_registered"),
            (PasskeyFailure::RelyingPartyMismatch, "passkey_relying_party_mismatch"),
            (PasskeyFailure::Failed, "passkey_failed"),
        ] {
            let error = AuthError::passkey(failure, "the platform's words");
            assert_eq!((error.code(), error.info().text.as_str()), (code, "the platform's words"));
            assert!(matches!(error, AuthError::Passkey { .. }));
        }
    }
}
