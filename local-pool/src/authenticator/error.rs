/// Why an [`super::Authenticator`] has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticatorError {
    /// It has a passkey that the options exclude (WebAuthn's `InvalidStateError`).
    #[error("there is already a passkey for this account")]
    AlreadyRegistered,
    /// It has none of the passkeys that the options allow, or none at all for the relying party.
    #[error("there is no passkey that fits")]
    NoCredential,
    /// The options do not take keys for ES256.
    #[error("no kind of key that was asked for can be made")]
    NotSupported,
    /// The options are not what WebAuthn says they look like.
    #[error("the options cannot be read: {0}")]
    InvalidOptions(String),
}

impl AuthenticatorError {
    /// A stable name, as the routes under `/_local` give it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRegistered => "already_registered",
            Self::NoCredential => "no_credential",
            Self::NotSupported => "not_supported",
            Self::InvalidOptions(_) => "invalid_options",
        }
    }
}
