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
    idp_identifier: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let all = call.service.store.read(|db| identity_providers::list(db, &pool.id))?;
    let found = all.into_iter().find(|provider| provider.settings.idp_identifiers.contains(&request.idp_identifier));
    let provider = found.ok_or_else(|| rules::unknown(&request.idp_identifier))?;
    Ok(Answer::Json(json!({ "IdentityProvider": provider.description() })))
}
