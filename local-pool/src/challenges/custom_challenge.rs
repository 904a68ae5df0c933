//! CUSTOM_CHALLENGE. An answer uses its session up, right or wrong.

use serde_json::Value;

use super::Response;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::{SignIn, attempt, custom_flow, required};

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let session = response.session.ok_or_else(ServiceError::invalid_session)?;
    let opened = attempt::load(sign_in, "CUSTOM_CHALLENGE", session)?;
    if !response.is_for(&opened.attempt) {
        return Err(ServiceError::invalid_session());
    }
    let answer = required(response.parameters, "ANSWER")?;
    let user = sign_in.user_of(&opened.attempt)?;
    attempt::forget(sign_in, &opened.hash)?;
    custom_flow::answer(sign_in, opened.attempt, user, answer).await
}
