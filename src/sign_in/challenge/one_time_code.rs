//! `EMAIL_OTP` and `SMS_OTP`: a one-time code, as a first factor of `USER_AUTH`; `EMAIL_OTP` as a second factor too.

use super::{AuthCall, Context, Put, SignInStep, delivery};
use crate::config::AuthFlow;
use crate::factors::{CodeDeliveryDetails, FirstFactor};

pub(super) const EMAIL: &str = "EMAIL_OTP";
pub(super) const SMS: &str = "SMS_OTP";

#[derive(Clone, Debug)]
pub(in super::super) struct OneTimeCode {
    name: String,
    delivery: CodeDeliveryDetails,
    /// The service lists the first factors with a challenge that is one.
    is_first_factor: bool,
}

impl OneTimeCode {
    pub fn new(put: &Put<'_>) -> Self {
        let is_first_factor = put.name == SMS || put.available.iter().any(|name| name == put.name);
        Self { name: put.name.to_owned(), delivery: delivery(put), is_first_factor }
    }

    pub fn step(&self) -> SignInStep {
        SignInStep::ConfirmSignInWithOtp { delivery_details: self.delivery.clone() }
    }

    pub fn answer(&self, code: &str, context: &Context) -> AuthCall {
        context.respond(&self.name, [(format!("{}_CODE", self.name), code.into())])
    }

    /// As a first factor the code can be asked for again; as a second one that would need the first again.
    pub fn resend(&self, context: &Context) -> Option<FirstFactor> {
        let can = self.is_first_factor && matches!(context.flow, AuthFlow::UserAuth { .. });
        can.then(|| FirstFactor::from_name(&self.name))
    }
}
