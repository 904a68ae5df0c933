//! The requests that a sign-in sends, and what they come back with.

use crate::error::Result;
use crate::protocol::user_pool::{
    AssociateAnswer, AssociateSoftwareToken, AuthAnswer, Call as _, InitiateAuth, RespondToAuthChallenge, UserPool,
    VerifyAnswer, VerifySoftwareToken,
};
use crate::support::shown::shows;

pub(super) const DEVICE_KEY: &str = "DEVICE_KEY";

/// One request of the dialog.
#[derive(Clone)]
pub(crate) enum AuthCall {
    Initiate(InitiateAuth),
    Respond(RespondToAuthChallenge),
    Associate(AssociateSoftwareToken),
    Verify(VerifySoftwareToken),
}
shows!(
    enum AuthCall {
        Initiate(call),
        Respond(call),
        Associate {},
        Verify {},
    }
);

/// One answer of the service.
pub(crate) enum Reply {
    /// The next challenge, or tokens.
    Auth(AuthAnswer),
    /// The secret for an authenticator app.
    Associated(AssociateAnswer),
    /// What became of the authenticator app's first code.
    Verified(VerifyAnswer),
}

impl AuthCall {
    pub async fn send(&self, pool: &UserPool) -> Result<Reply> {
        let reply = match self {
            Self::Initiate(call) => pool.call(call).await.map(Reply::Auth),
            Self::Respond(call) => pool.call(call).await.map(Reply::Auth),
            Self::Associate(call) => pool.call(call).await.map(Reply::Associated),
            Self::Verify(call) => pool.call(call).await.map(Reply::Verified),
        };
        reply.map_err(|error| error.without(self.secrets()))
    }

    /// What the person typed; a choice among what was offered is no secret.
    fn secrets(&self) -> Vec<&str> {
        let parameters = match self {
            Self::Initiate(call) => &call.auth_parameters,
            Self::Respond(call) => &call.challenge_responses,
            Self::Verify(call) => return vec![call.user_code.expose()],
            Self::Associate(_) => return Vec::new(),
        };
        let is_choice = matches!(self, Self::Respond(call) if call.challenge_name.starts_with("SELECT_"));
        let is_typed =
            |name: &str| name.ends_with("PASSWORD") || name.ends_with("_CODE") || (name == "ANSWER" && !is_choice);
        parameters.iter().filter(|(name, _)| is_typed(name)).map(|(_, value)| value.expose()).collect()
    }

    /// What the request is about, for an error's text: the challenge that it answers, or the operation.
    pub fn subject(&self) -> &str {
        match self {
            Self::Initiate(call) => call.auth_flow,
            Self::Respond(call) => &call.challenge_name,
            Self::Associate(_) => AssociateSoftwareToken::OPERATION,
            Self::Verify(_) => VerifySoftwareToken::OPERATION,
        }
    }

    pub fn names_a_device(&self) -> bool {
        match self {
            Self::Initiate(call) => call.auth_parameters.contains_key(DEVICE_KEY),
            Self::Respond(call) => call.challenge_responses.contains_key(DEVICE_KEY),
            Self::Associate(_) | Self::Verify(_) => false,
        }
    }

    /// Whether the request is about the device itself, so that it makes no sense without.
    pub fn proves_a_device(&self) -> bool {
        matches!(self, Self::Respond(call) if call.challenge_name.starts_with("DEVICE_"))
    }

    /// The same request, without the device.
    pub fn without_device(mut self) -> Self {
        match &mut self {
            Self::Initiate(call) => call.auth_parameters.remove(DEVICE_KEY),
            Self::Respond(call) => call.challenge_responses.remove(DEVICE_KEY),
            Self::Associate(_) | Self::Verify(_) => None,
        };
        self
    }
}
