//! `WEB_AUTHN`: a passkey. The platform makes the assertion from the request; both are WebAuthn's JSON.

use super::{AuthCall, Context, IncomingChallenge, SignInStep};
use crate::error::{Error, InputError, Result};
use crate::support::shown::shows;

pub(super) const NAME: &str = "WEB_AUTHN";

#[derive(Clone)]
pub(in super::super) struct WebAuthn {
    /// `PublicKeyCredentialRequestOptionsJSON`.
    request: String,
}
shows!(WebAuthn {});

impl WebAuthn {
    pub fn new(put: &IncomingChallenge<'_>) -> Result<Self> {
        let request = put.parameters.get("CREDENTIAL_REQUEST_OPTIONS");
        let missing = || Error::bad_answer("WEB_AUTHN came without CREDENTIAL_REQUEST_OPTIONS");
        Ok(Self { request: request.ok_or_else(missing)?.clone() })
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithPasskey { request: self.request.clone() }
    }

    pub fn answer(&self, credential: &str, context: &Context) -> Result<AuthCall> {
        let is_object = serde_json::from_str::<serde_json::Value>(credential).is_ok_and(|value| value.is_object());
        if !is_object {
            let problem = "should be the assertion as WebAuthn's JSON (AuthenticationResponseJSON)";
            return Err(InputError::new("challengeResponse", problem).into());
        }
        Ok(context.respond(NAME, [("CREDENTIAL", credential.into())]))
    }
}
