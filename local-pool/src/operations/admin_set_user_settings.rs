use serde::Deserialize;

use super::set_user_settings::{MFA_OPTIONS, MfaOption, set};
use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::constraint::{Member, required};
use crate::wire::members::{POOL_ID, USER_NAME};

pub(super) const SHAPE: &[Member] =
    &[required("UserPoolId", POOL_ID), required("Username", USER_NAME), required("MFAOptions", MFA_OPTIONS)];

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    #[serde(rename = "MFAOptions")]
    options: Vec<MfaOption>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    set(call, &pool, &request.username, &request.options)
}
