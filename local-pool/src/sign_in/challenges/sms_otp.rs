//! SMS_OTP: a code by SMS as the first factor.

use super::challenge::{Challenge, Put};
use super::sent_code::{self, Message};
use super::verdict::Wrong;
use crate::error::Outcome;
use crate::sign_in::attempt::{Attempt, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::sign_in::lock_out;
use crate::users::first_factors::FirstFactor;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SmsOtp;

impl Challenge for SmsOtp {
    const NAME: &'static str = "SMS_OTP";
    const COUNTS: Option<lock_out::Of> = Some(lock_out::Of::SecondFactor);

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        Message { attribute: "phone_number", digits: 6 }.send_or_pretend(sign_in, attempt, facts).await
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let entered = required(response.parameters, "SMS_OTP_CODE")?;
        sent_code::judge(sign_in, attempt, facts, entered)?.first_factor(FirstFactor::SmsOtp)
    }
}
