use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::store::users;
use crate::users::{UserStatus, recovery};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    client_metadata: Map<String, Value>,
}

/// Sends a code as ForgotPassword does; until it is used, signing in with the old password is refused.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let user = service.store.read(|db| users::named(db, &pool, &request.username))?;
    let destination = recovery::check_reset(&pool, &user)?;
    let user = service.store.write(|db| {
        let mut user = users::named(db, &pool, &user.username)?;
        user.status = UserStatus::ResetRequired;
        user.modified_ms = service.now_ms();
        users::update(db, &pool, &user)?;
        Ok(user)
    })?;
    recovery::send_code(call, &pool, None, &user, &destination, &request.client_metadata).await?;
    Ok(Answer::Json(json!({})))
}
