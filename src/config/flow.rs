//! The ways to sign in.

use crate::error::Error;

/// How to sign in: which flow the first request starts (Cognito's `AuthFlow`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, uniffi::Enum)]
pub enum AuthFlow {
    /// The password, proved with SRP without sending it (`USER_SRP_AUTH`).
    #[default]
    UserSrp,
    /// The password itself, over TLS (`USER_PASSWORD_AUTH`); the user-migration trigger needs it.
    UserPassword,
    /// The pool's Lambda triggers decide, after the password was proved with SRP (`CUSTOM_AUTH` with `SRP_A`).
    CustomWithSrp,
    /// The pool's Lambda triggers decide; no password (`CUSTOM_AUTH`).
    CustomWithoutSrp,
}

const ALLOWED: &str =
    "USER_SRP_AUTH, USER_PASSWORD_AUTH, CUSTOM_AUTH, CUSTOM_AUTH_WITH_SRP or CUSTOM_AUTH_WITHOUT_SRP";

impl AuthFlow {
    /// The flow that a configuration file names. `CUSTOM_AUTH` means with SRP, as in Amplify Swift.
    pub(super) fn from_name(key: &str, name: &str) -> Result<Self, Error> {
        match name {
            "USER_SRP_AUTH" => Ok(Self::UserSrp),
            "USER_PASSWORD_AUTH" => Ok(Self::UserPassword),
            "CUSTOM_AUTH" | "CUSTOM_AUTH_WITH_SRP" => Ok(Self::CustomWithSrp),
            "CUSTOM_AUTH_WITHOUT_SRP" => Ok(Self::CustomWithoutSrp),
            _ => Err(Error::Configuration { key: key.to_owned(), problem: format!("should be {ALLOWED}") }),
        }
    }
}
