use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::model::pool::ACCOUNT_ID;
use crate::pools::Pool;
use crate::service::Call;
use crate::store::users;
use crate::users::seconds;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let store = &call.service.store;
    let pool = store.pool(&request.user_pool_id)?;
    let users = store.read(|db| users::count(db, &pool))?;
    Ok(Answer::Json(json!({ "UserPool": describe(&pool, users)? })))
}

/// `UserPoolType`
pub(super) fn describe(pool: &Pool, users: i64) -> Outcome<Value> {
    let mut description = serde_json::to_value(&pool.settings)?;
    description["Id"] = json!(pool.id);
    description["Name"] = json!(pool.name);
    description["Arn"] = json!(format!("arn:aws:cognito-idp:{}:{ACCOUNT_ID}:userpool/{}", pool.region(), pool.id));
    description["CreationDate"] = seconds(pool.created_ms);
    description["LastModifiedDate"] = seconds(pool.modified_ms);
    description["EstimatedNumberOfUsers"] = json!(users);
    Ok(description)
}
