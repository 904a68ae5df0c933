//! SELECT_MFA_TYPE: which of several second factors to use.

use serde_json::Value;

use super::challenge::{Challenge, Put};
use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Choice, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::sign_in::second_factor::{self, Decision};
use crate::users::mfa::Factor;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SelectMfaType {
    pub factors: Vec<Factor>,
}

impl Challenge for SelectMfaType {
    const NAME: &'static str = "SELECT_MFA_TYPE";

    async fn put(&self, _: &SignIn<'_>, attempt: &Attempt, _: &Facts<'_>) -> Outcome<Put> {
        let parameters = second_factor::parameters(&attempt.username, "MFAS_CAN_CHOOSE", &self.factors);
        Ok(Put::new(parameters, Value::Null))
    }

    async fn judge(_: &SignIn<'_>, response: &Response<'_>, _: &Attempt, facts: &Facts<'_>) -> Result<Learned, Wrong> {
        let answer = required(response.parameters, "ANSWER")?;
        let offered = match facts.user.as_ref().map(|user| second_factor::decide(facts.pool, user)) {
            Some(Decision::Choose(factors)) => factors,
            _ => Vec::new(),
        };
        let chosen = offered.into_iter().find(|factor| factor.name() == answer);
        let chosen = chosen.ok_or_else(|| ServiceError::invalid_parameter("Invalid MFA type selected."))?;
        Ok(Learned::Choice(Choice::Second(chosen)))
    }
}
