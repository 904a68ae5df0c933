use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::users;
use crate::tokens::verify;
use crate::users::{codes, passwords};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    previous_password: Option<String>,
    proposed_password: String,
    access_token: String,
}

/// Tries per hour, right ones too.
const MOST: i64 = 5;

/// Leaves refresh tokens alone.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let bearer = verify::access_token(call, &request.access_token).await?;
    let pool = &bearer.pool;
    codes::limit_requests(service, pool, &bearer.user.username, "change-password", MOST)?;
    service.store.write(|db| {
        let mut user = users::named(db, pool, &bearer.user.username)?;
        let right = match &request.previous_password {
            Some(previous) => passwords::matches(pool, &user, previous),
            None => !user.has_password(),
        };
        if !right {
            return Err(ServiceError::wrong_credentials().because("wrong previous password"));
        }
        passwords::check_new(pool, &request.proposed_password)?;
        passwords::replace(db, pool, &mut user, &request.proposed_password, &service.random)?;
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })?;
    Ok(Answer::Json(json!({})))
}
