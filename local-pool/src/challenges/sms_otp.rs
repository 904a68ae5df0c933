//! SMS_OTP: a code by SMS as the first factor.

use serde_json::Value;

use super::{Response, sent_code};
use crate::error::Outcome;
use crate::sign_in::SignIn;

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    sent_code::respond(sign_in, response, &sent_code::SMS_OTP).await
}
