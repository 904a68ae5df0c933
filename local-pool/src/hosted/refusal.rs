//! What the API refuses, on a page: mostly that of the sign-in once more, or the one that helps.

use super::asked::Asked;
use super::page::{status_of, text_of};
use super::visit::{Reply, Visit};
use super::{confirm, forgot, login};
use crate::error::ServiceError;
use crate::service::Call;

/// Whoever has to confirm their account or to reset their password gets the page for that: both are told only to who
/// knows the password.
pub(crate) fn refused(call: &Call, visit: &Visit, asked: &Asked, error: &ServiceError, username: &str) -> Reply {
    let text = text_of(error);
    let reply = match error.name {
        "UserNotConfirmedException" => confirm::page(call, visit, asked, status_of(error), Some(text), username),
        "PasswordResetRequiredException" => {
            forgot::code_page(call, visit, asked, status_of(error), Some(text), username, None)
        }
        _ => login::form(call, visit, asked, status_of(error), Some(text), username),
    };
    reply.telling(error.clone())
}
