//! The pages that ask for more than a password.

use super::asked::Asked;
use super::dialog::{Step, Turn};
use super::finish;
use super::login;
use super::visit::{Reply, Visit};
use crate::error::ServiceError;
use crate::service::Call;

/// To the next question, or to the end.
pub(crate) async fn go_to(call: &Call, visit: &Visit, asked: &Asked, turn: Turn) -> Reply {
    match turn {
        Turn::SignedIn(user) => finish::signed_in(call, visit, asked, &user, None).await,
        Turn::Asked(step) => put(call, visit, asked, &step, 200, None),
    }
}

/// Puts a question.
pub(crate) fn put(
    call: &Call,
    visit: &Visit,
    asked: &Asked,
    step: &Step,
    _status: u16,
    _notice: Option<&str>,
) -> Reply {
    let error = ServiceError::invalid_parameter(format!("There is no page for {}.", step.challenge));
    login::refused(call, visit, asked, &error, &step.username)
}

/// Takes the answer.
pub(crate) async fn answered(call: &Call, visit: &Visit, asked: &Asked) -> Reply {
    login::refused(call, visit, asked, &ServiceError::invalid_session(), "")
}
