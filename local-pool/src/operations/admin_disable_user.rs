use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::{lines, users};
use crate::wire::answer::Answer;
use crate::wire::constraint::{Member, required};
use crate::wire::members::{POOL_ID, USER_NAME};

pub(super) const SHAPE: &[Member] = &[required("UserPoolId", POOL_ID), required("Username", USER_NAME)];

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
}

/// Disables and signs out; enabling again revives no token.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    service.store.write(|db| {
        let mut user = users::named(db, &pool, &request.username)?;
        user.enabled = false;
        user.modified_ms = service.now_ms();
        lines::revoke_all(db, &pool.id, &user.username)?;
        users::update(db, &pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
