//! SELECT_CHALLENGE: which first factor it shall be, often with its answer.

use serde_json::Value;

use super::{Response, web_authn};
use crate::error::{Outcome, ServiceError};
use crate::sign_in::{SignIn, choice, required};
use crate::users::first_factors::FirstFactor;

const NAME: &str = "SELECT_CHALLENGE";

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    match FirstFactor::named(required(response.parameters, "ANSWER")?) {
        Some(factor) => choose(sign_in, response, factor).await,
        None => response.open(sign_in, NAME).and(Err(not_available())),
    }
}

/// The choice, made by ANSWER or by the name of the challenge that is answered.
pub(crate) async fn choose(sign_in: &SignIn<'_>, response: &Response<'_>, factor: FirstFactor) -> Outcome<Value> {
    let credential = response.parameters.get("CREDENTIAL").filter(|_| factor == FirstFactor::WebAuthn);
    if credential.is_some() {
        // What was signed came with a WEB_AUTHN challenge, so that its session comes back.
        return web_authn::respond(sign_in, response).await;
    }
    let opened = response.open(sign_in, NAME)?;
    let user = sign_in.user_of(&opened.attempt)?;
    if !choice::available(sign_in, &opened.attempt, user.as_ref())?.contains(&factor) {
        return Err(not_available());
    }
    choice::go_on(sign_in, opened.attempt, user, factor, response.parameters, Some(&opened.hash)).await
}

fn not_available() -> ServiceError {
    ServiceError::invalid_parameter("The selected challenge is not available.")
}
