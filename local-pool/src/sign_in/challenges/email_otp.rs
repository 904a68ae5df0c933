//! EMAIL_OTP: a code by e-mail, as the first factor, as the second, or to set the second up.

use super::challenge::{Challenge, Put};
use super::sent_code::{self, Message};
use super::verdict::Wrong;
use crate::error::Outcome;
use crate::sign_in::attempt::{Attempt, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::sign_in::lock_out;
use crate::users::first_factors::FirstFactor;
use crate::users::mfa::Factor;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EmailOtp {
    pub purpose: Purpose,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    FirstFactor,
    SecondFactor,
    /// The address becomes the user's with a right code.
    SetUp {
        email: String,
    },
}

impl EmailOtp {
    const fn of(purpose: Purpose) -> Self {
        Self { purpose }
    }

    fn is_asked(attempt: &Attempt, purpose: Purpose) -> bool {
        attempt.asked.as_ref() == Some(&Self::of(purpose).key())
    }
}

impl Challenge for EmailOtp {
    const NAME: &'static str = "EMAIL_OTP";
    const COUNTS: Option<lock_out::Of> = Some(lock_out::Of::SecondFactor);

    fn key(&self) -> String {
        match &self.purpose {
            Purpose::FirstFactor => format!("{} first", Self::NAME),
            Purpose::SecondFactor => format!("{} second", Self::NAME),
            Purpose::SetUp { email } => format!("{} set up {email}", Self::NAME),
        }
    }

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let attribute = "email";
        match &self.purpose {
            Purpose::FirstFactor => Message { attribute, digits: 8 }.send_or_pretend(sign_in, attempt, facts).await,
            Purpose::SecondFactor => Message { attribute, digits: 6 }.send(sign_in, attempt, facts).await,
            Purpose::SetUp { email } => Message { attribute, digits: 6 }.send_to(sign_in, attempt, facts, email).await,
        }
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let entered = required(response.parameters, "EMAIL_OTP_CODE")?;
        let right = sent_code::judge(sign_in, attempt, facts, entered)?;
        if Self::is_asked(attempt, Purpose::FirstFactor) {
            return right.first_factor(FirstFactor::EmailOtp);
        }
        if Self::is_asked(attempt, Purpose::SecondFactor) {
            return right.second_factor(Factor::EmailOtp);
        }
        right.set_up(Factor::EmailOtp)
    }
}
