//! SELECT_MFA_TYPE: which of several second factors to use.

use serde_json::Value;

use super::Response;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Attempt};
use crate::sign_in::{SignIn, required, second_factor};
use crate::users::User;
use crate::users::mfa::Factor;

const NAME: &str = "SELECT_MFA_TYPE";

pub(crate) fn challenge(
    sign_in: &SignIn<'_>,
    mut attempt: Attempt,
    user: &User,
    factors: Vec<Factor>,
) -> Outcome<Value> {
    let parameters = second_factor::parameters(user, "MFAS_CAN_CHOOSE", &factors);
    attempt.offered = factors;
    sign_in.challenge(NAME, parameters, &attempt)
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let mut opened = response.open(sign_in, NAME)?;
    let answer = required(response.parameters, "ANSWER")?;
    let offered = std::mem::take(&mut opened.attempt.offered);
    let chosen = offered
        .into_iter()
        .find(|factor| factor.name() == answer)
        .ok_or_else(|| ServiceError::invalid_parameter("Invalid MFA type selected."))?;
    let user = sign_in.user_of(&opened.attempt)?.ok_or_else(ServiceError::wrong_credentials)?;
    attempt::consume(sign_in, &opened.hash)?;
    second_factor::ask(sign_in, opened.attempt, &user, chosen).await
}
