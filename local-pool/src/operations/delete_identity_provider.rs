use serde::Deserialize;

use crate::error::Outcome;
use crate::federation::rules;
use crate::service::Call;
use crate::store::identity_providers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    provider_name: String,
}

/// Its users stay, and nobody signs them in any more.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let deleted = call.service.store.write(|db| identity_providers::delete(db, &pool.id, &request.provider_name))?;
    if deleted { Ok(Answer::Empty) } else { Err(rules::unknown(&request.provider_name)) }
}
