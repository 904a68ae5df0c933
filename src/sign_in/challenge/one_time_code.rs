//! `EMAIL_OTP` and `SMS_OTP`: a one-time code, as a first factor of `USER_AUTH`; `EMAIL_OTP` as a second factor too.

use super::{AuthCall, Context, IncomingChallenge, SignInStep, delivery};
use crate::error::Result;
use crate::factors::{CodeDeliveryDetails, FirstFactor};
use crate::support::input::clean_code;
use crate::support::shown::shows;

pub(super) const EMAIL: &str = "EMAIL_OTP";
pub(super) const SMS: &str = "SMS_OTP";

#[derive(Clone)]
pub(in super::super) struct OneTimeCode {
    name: String,
    delivery: CodeDeliveryDetails,
}
shows!(OneTimeCode { name, delivery });

impl OneTimeCode {
    pub fn new(put: &IncomingChallenge<'_>) -> Self {
        Self { name: put.name.to_owned(), delivery: delivery(put) }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithOtp { delivery_details: self.delivery.clone() }
    }

    pub fn answer(&self, code: &str, context: &Context) -> Result<AuthCall> {
        let code = clean_code("challengeResponse", code)?;
        Ok(context.respond(&self.name, [(format!("{}_CODE", self.name), code)]))
    }

    /// As a first factor the code can be asked for again; as a second one that would need the first again.
    pub fn resend(&self, context: &Context) -> Option<FirstFactor> {
        context.chosen.clone().filter(|factor| factor.name() == self.name)
    }
}
