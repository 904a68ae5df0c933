//! SELECT_CHALLENGE: which first factor it shall be, often with its answer.

use serde_json::{Map, Value, json};

use super::challenge::{Challenge, Put};
use super::verdict::Wrong;
use super::web_authn::WebAuthn;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Choice, FirstProof, Learned};
use crate::sign_in::context::{Parameters, Response, SignIn, required, srp_a};
use crate::sign_in::facts::Facts;
use crate::sign_in::password;
use crate::users::first_factors::FirstFactor;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelectChallenge {
    pub factors: Vec<FirstFactor>,
}

/// The challenge that an answer is to: SELECT_CHALLENGE is also answered under the name of the factor.
pub(crate) fn answered<'a>(name: &'a str, parameters: &Parameters) -> &'a str {
    let chosen = if name == SelectChallenge::NAME { parameters.get("ANSWER").map_or("", String::as_str) } else { name };
    match FirstFactor::named(chosen) {
        // What was signed came with a WEB_AUTHN challenge, so that its session comes back.
        Some(FirstFactor::WebAuthn) if parameters.contains_key("CREDENTIAL") => WebAuthn::NAME,
        Some(FirstFactor::WebAuthn | FirstFactor::Password | FirstFactor::PasswordSrp) => SelectChallenge::NAME,
        _ => name,
    }
}

impl Challenge for SelectChallenge {
    const NAME: &'static str = "SELECT_CHALLENGE";

    async fn put(&self, _: &SignIn<'_>, attempt: &Attempt, _: &Facts<'_>) -> Outcome<Put> {
        Ok(Put::new(Map::from_iter([("USERNAME".to_owned(), json!(attempt.username))]), Value::Null))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let named = match response.challenge {
            Self::NAME => required(response.parameters, "ANSWER")?,
            name => name,
        };
        let factor = FirstFactor::named(named).filter(|factor| facts.first_factors(attempt).contains(factor));
        let factor =
            factor.ok_or_else(|| ServiceError::invalid_parameter("The selected challenge is not available."))?;
        Ok(choose(sign_in, facts.user.as_ref(), &attempt.typed, factor, response.parameters).await?)
    }
}

/// Takes a factor, with its answer where that came along.
pub(crate) async fn choose(
    sign_in: &SignIn<'_>,
    user: Option<&crate::users::User>,
    typed: &str,
    factor: FirstFactor,
    parameters: &Parameters,
) -> Outcome<Learned> {
    match factor {
        FirstFactor::Password => {
            let user = password::check(sign_in, user, typed, required(parameters, "PASSWORD")?).await?;
            Ok(Learned::First(FirstProof::password(user, false)))
        }
        FirstFactor::PasswordSrp => Ok(Learned::SrpBegun(factor, srp_a(parameters)?)),
        FirstFactor::WebAuthn | FirstFactor::EmailOtp | FirstFactor::SmsOtp => {
            Ok(Learned::Choice(Choice::First(factor)))
        }
    }
}
