use serde::Deserialize;

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
    limit: Option<i64>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let members = call.service.store.read(|db| {
        stored::find(db, &pool.id, &request.group_name)?.ok_or_else(groups::no_such_group)?;
        stored::members(db, &pool, &request.group_name)
    })?;
    let shown = members.iter().map(|user| user.description("Attributes")).collect();
    super::page_answer("Users", shown, request.next_token.as_deref(), request.limit)
}
