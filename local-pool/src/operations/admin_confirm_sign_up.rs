use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::store::{codes as sent_codes, users};
use crate::users::{UserStatus, codes, confirmation};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    client_metadata: Map<String, Value>,
}

/// Confirms without a code; verifies nothing.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let user = service.store.write(|db| {
        let mut user = users::named(db, &pool, &request.username)?;
        if user.status != UserStatus::Unconfirmed {
            return Err(super::confirm_sign_up::cannot_be_confirmed(user.status));
        }
        user.status = UserStatus::Confirmed;
        user.modified_ms = service.now_ms();
        sent_codes::delete(db, &pool.id, &user.username, codes::SIGN_UP)?;
        users::update(db, &pool, &user)?;
        Ok(user)
    })?;
    confirmation::announce(call, &pool, None, &user, &request.client_metadata).await?;
    Ok(Answer::Json(json!({})))
}
