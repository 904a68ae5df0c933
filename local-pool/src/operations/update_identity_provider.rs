use std::collections::BTreeMap;

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
    provider_details: Option<BTreeMap<String, String>>,
    attribute_mapping: Option<BTreeMap<String, String>>,
    idp_identifiers: Option<Vec<String>>,
}

/// What the request leaves out stays.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let provider = service.store.write(|db| {
        let found = identity_providers::find(db, &pool.id, &request.provider_name)?;
        let mut provider = found.ok_or_else(|| rules::unknown(&request.provider_name))?;
        let settings = &mut provider.settings;
        settings.provider_details = request.provider_details.unwrap_or_else(|| settings.provider_details.clone());
        settings.attribute_mapping = request.attribute_mapping.unwrap_or_else(|| settings.attribute_mapping.clone());
        settings.idp_identifiers = request.idp_identifiers.unwrap_or_else(|| settings.idp_identifiers.clone());
        provider.modified_ms = service.now_ms();
        rules::check(&pool, &mut provider)?;
        rules::check_identifiers(&provider, &identity_providers::list(db, &pool.id)?)?;
        identity_providers::put(db, &provider)?;
        Ok(provider)
    })?;
    Ok(Answer::Json(json!({ "IdentityProvider": provider.description() })))
}
