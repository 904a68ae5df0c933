use serde::Deserialize;
use serde_json::json;

use super::describe_user_pool_domain::of_pool;
use crate::error::Outcome;
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    domain: String,
    user_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    call.service.store.write(|db| {
        of_pool(db, &pool.id, &request.domain)?;
        domains::delete(db, &request.domain)
    })?;
    Ok(Answer::Json(json!({})))
}
