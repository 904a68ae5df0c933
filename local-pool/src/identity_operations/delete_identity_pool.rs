use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    call.service.store.write(|db| {
        let pool = identity_pools::by_id(db, &request.identity_pool_id)?;
        identity_pools::delete(db, &pool.id)
    })?;
    Ok(Answer::Empty)
}
