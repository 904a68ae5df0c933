use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::resource_servers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    identifier: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    if call.service.store.write(|db| resource_servers::delete(db, &pool.id, &request.identifier))? {
        Ok(Answer::Empty)
    } else {
        Err(super::describe_resource_server::no_such_server())
    }
}
