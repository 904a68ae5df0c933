use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::groups;
use crate::service::Call;
use crate::store::groups as stored;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    group_name: String,
    user_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let group = call.service.store.read(|db| stored::find(db, &pool.id, &request.group_name))?;
    let group = group.ok_or_else(groups::no_such_group)?;
    Ok(Answer::Json(json!({ "Group": group.description(&pool) })))
}
