use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::identities::TagMap;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    identity_provider_name: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = super::pool(&call.service, &request.identity_pool_id)?;
    let map = pool.tag_maps.get(&request.identity_provider_name).cloned().unwrap_or_default();
    Ok(shown(&pool.id, &request.identity_provider_name, &map))
}

pub(super) fn shown(pool_id: &str, provider: &str, map: &TagMap) -> Answer {
    Answer::Json(json!({
        "IdentityPoolId": pool_id,
        "IdentityProviderName": provider,
        "UseDefaults": map.use_defaults,
        "PrincipalTags": map.principal_tags,
    }))
}
