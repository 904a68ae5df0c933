//! The ways to sign in.

use super::json::{At, wrong};
use crate::error::Error;

/// How to sign in: which flow the first request starts (Cognito's `AuthFlow`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
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
    "should be USER_SRP_AUTH, USER_PASSWORD_AUTH, CUSTOM_AUTH, CUSTOM_AUTH_WITH_SRP or CUSTOM_AUTH_WITHOUT_SRP";

impl AuthFlow {
    /// The flow that a configuration file names there, if any. `CUSTOM_AUTH` means with SRP, as in Amplify Swift.
    pub(super) fn read(place: &At<'_>) -> Result<Option<Self>, Error> {
        Ok(Some(match place.text()? {
            None => return Ok(None),
            Some("USER_SRP_AUTH") => Self::UserSrp,
            Some("USER_PASSWORD_AUTH") => Self::UserPassword,
            Some("CUSTOM_AUTH" | "CUSTOM_AUTH_WITH_SRP") => Self::CustomWithSrp,
            Some("CUSTOM_AUTH_WITHOUT_SRP") => Self::CustomWithoutSrp,
            Some(_) => return Err(wrong(place.path(), ALLOWED)),
        }))
    }
}
