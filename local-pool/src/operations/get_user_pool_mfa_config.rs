use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::pools::Pool;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    describe(&*call.service.store.pool(&request.user_pool_id)?)
}

pub(super) fn describe(pool: &Pool) -> Outcome<Answer> {
    let mut description: Value = serde_json::to_value(&pool.mfa)?;
    description["MfaConfiguration"] = json!(pool.settings.mfa_configuration);
    Ok(Answer::Json(description))
}
