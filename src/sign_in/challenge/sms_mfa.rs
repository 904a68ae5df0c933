//! `SMS_MFA`: a second factor, a code by text message.

use super::{AuthCall, Context, IncomingChallenge, SignInStep, delivery};
use crate::error::Result;
use crate::factors::CodeDeliveryDetails;
use crate::support::input::clean_code;

pub(super) const NAME: &str = "SMS_MFA";

#[derive(Clone, Debug)]
pub(in super::super) struct SmsMfa {
    delivery: CodeDeliveryDetails,
}

impl SmsMfa {
    pub fn new(put: &IncomingChallenge<'_>) -> Self {
        Self { delivery: delivery(put) }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithSmsMfaCode { delivery_details: self.delivery.clone() }
    }

    pub fn answer(&self, code: &str, context: &Context) -> Result<AuthCall> {
        Ok(context.respond(NAME, [("SMS_MFA_CODE", clean_code("challengeResponse", code)?)]))
    }
}
