//! `SOFTWARE_TOKEN_MFA`: a second factor, the code of an authenticator app (RFC 6238).

use super::{AuthCall, Context, IncomingChallenge, SignInStep};
use crate::error::Result;
use crate::support::input::check_totp_code;
use crate::support::shown::shows;

pub(super) const NAME: &str = "SOFTWARE_TOKEN_MFA";

#[derive(Clone)]
pub(in super::super) struct SoftwareTokenMfa {
    friendly_device_name: Option<String>,
}
shows!(SoftwareTokenMfa {});

impl SoftwareTokenMfa {
    pub fn new(put: &IncomingChallenge<'_>) -> Self {
        let name = put.parameters.get("FRIENDLY_DEVICE_NAME").filter(|name| !name.is_empty());
        Self { friendly_device_name: name.cloned() }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithTotpCode { friendly_device_name: self.friendly_device_name.clone() }
    }

    pub fn answer(&self, code: &str, context: &Context) -> Result<AuthCall> {
        let code = check_totp_code("challengeResponse", code)?;
        Ok(context.respond(NAME, [("SOFTWARE_TOKEN_MFA_CODE", code.into())]))
    }
}
