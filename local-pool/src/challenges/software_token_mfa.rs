//! SOFTWARE_TOKEN_MFA: the code of an authenticator app as the second factor.

use serde_json::{Map, Value, json};

use super::Response;
use crate::error::{Outcome, ServiceError};
use crate::model::software_token::Verdict;
use crate::sign_in::attempt::{self, Attempt};
use crate::sign_in::{SignIn, order, required, second_factor};
use crate::store::users;
use crate::users::User;

const NAME: &str = "SOFTWARE_TOKEN_MFA";

pub(crate) fn challenge(sign_in: &SignIn<'_>, attempt: &Attempt, user: &User) -> Outcome<Value> {
    let mut parameters = Map::from_iter([("USER_ID_FOR_SRP".to_owned(), json!(user.username))]);
    let device = user.mfa.software_token.as_ref().and_then(|token| token.friendly_device_name.as_ref());
    parameters.extend(device.map(|name| ("FRIENDLY_DEVICE_NAME".to_owned(), json!(name))));
    sign_in.challenge(NAME, parameters, attempt)
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let opened = response.open(sign_in, NAME)?;
    let entered = required(response.parameters, "SOFTWARE_TOKEN_MFA_CODE")?;
    let username = &opened.attempt.username;
    second_factor::check_lock(sign_in, username)?;
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    // Judging and noting the step are one: of two requests with the same code only one gets past this.
    let (verdict, user) = service.store.write(|db| {
        let mut user = users::find(db, pool, username)?.ok_or_else(ServiceError::no_such_user)?;
        let Some(token) = &mut user.mfa.software_token else {
            return Err(ServiceError::software_token_mfa_not_found("Software token MFA is not set up for the user"));
        };
        let verdict = token.take(entered, service.now_ms());
        if verdict == Verdict::Right {
            users::update(db, pool, &user)?;
        }
        Ok((verdict, user))
    })?;
    match verdict {
        Verdict::Right => {}
        Verdict::Wrong => {
            second_factor::count_wrong_code(sign_in, username)?;
            return Err(ServiceError::code_mismatch("Invalid code received for user"));
        }
        Verdict::Used => {
            return Err(ServiceError::expired_code("Your software token has already been used once."));
        }
    }
    attempt::consume(sign_in, &opened.hash)?;
    second_factor::reset_lock(sign_in, username)?;
    order::after_second_factor(sign_in, opened.attempt, user, NAME).await
}
