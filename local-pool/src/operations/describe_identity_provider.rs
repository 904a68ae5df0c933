use serde::Deserialize;
use serde_json::json;

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

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let found = call.service.store.read(|db| identity_providers::find(db, &pool.id, &request.provider_name))?;
    let provider = found.ok_or_else(|| rules::unknown(&request.provider_name))?;
    Ok(Answer::Json(json!({ "IdentityProvider": provider.description() })))
}
