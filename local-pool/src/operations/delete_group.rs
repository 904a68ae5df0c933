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
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    call.service.store.write(|db| {
        stored::find(db, &pool.id, &request.group_name)?.ok_or_else(groups::no_such_group)?;
        stored::delete(db, &pool.id, &request.group_name)
    })?;
    Ok(Answer::Empty)
}
