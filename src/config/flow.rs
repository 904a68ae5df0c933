//! The ways to sign in.

use super::json::{At, wrong};
use crate::error::Error;
use crate::factors::FirstFactor;

/// How to sign in: which flow the first request starts (Cognito's `AuthFlow`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
pub enum AuthFlow {
    /// The password, proved with SRP without sending it (`USER_SRP_AUTH`).
    #[default]
    UserSrp,
    /// The password itself, over TLS (`USER_PASSWORD_AUTH`); the user-migration trigger needs it.
    UserPassword,
    /// The user chooses among the first factors that the pool offers: password, code by e-mail or text message, passkey
    /// (`USER_AUTH`).
    UserAuth {
        /// The factor to begin with, if the pool offers it to this user; absent: a given password is proved with SRP,
        /// and without one the user is asked to choose.
        #[uniffi(default = None)]
        preferred_first_factor: Option<FirstFactor>,
    },
    /// The pool's Lambda triggers decide, after the password was proved with SRP (`CUSTOM_AUTH` with `SRP_A`).
    CustomWithSrp,
    /// The pool's Lambda triggers decide; no password (`CUSTOM_AUTH`).
    CustomWithoutSrp,
}

const ALLOWED: &str = "should be USER_SRP_AUTH, USER_PASSWORD_AUTH, USER_AUTH, CUSTOM_AUTH, CUSTOM_AUTH_WITH_SRP or CUSTOM_AUTH_WITHOUT_SRP";

impl AuthFlow {
    /// The flow that a configuration file names there, if any. `CUSTOM_AUTH` means with SRP, as in Amplify Swift.
    pub(super) fn read(place: &At<'_>) -> Result<Option<Self>, Error> {
        Ok(Some(match place.text()? {
            None => return Ok(None),
            Some("USER_SRP_AUTH") => Self::UserSrp,
            Some("USER_PASSWORD_AUTH") => Self::UserPassword,
            Some("USER_AUTH") => Self::UserAuth { preferred_first_factor: None },
            Some("CUSTOM_AUTH" | "CUSTOM_AUTH_WITH_SRP") => Self::CustomWithSrp,
            Some("CUSTOM_AUTH_WITHOUT_SRP") => Self::CustomWithoutSrp,
            Some(_) => return Err(wrong(place.path(), ALLOWED)),
        }))
    }
}
