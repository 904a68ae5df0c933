//! The requests that a sign-in sends.

use crate::error::Result;
use crate::protocol::user_pool::{AuthAnswer, InitiateAuth, RespondToAuthChallenge, UserPool};

/// One request of the dialog.
#[derive(Clone, Debug)]
pub(crate) enum AuthCall {
    Initiate(InitiateAuth),
    Respond(RespondToAuthChallenge),
}

impl AuthCall {
    pub async fn send(&self, pool: &UserPool) -> Result<AuthAnswer> {
        match self {
            Self::Initiate(call) => pool.call(call).await,
            Self::Respond(call) => pool.call(call).await,
        }
    }
}
