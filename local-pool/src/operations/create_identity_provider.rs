use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::federation::rules;
use crate::model::identity_provider::{IdentityProvider, ProviderSettings};
use crate::service::Call;
use crate::store::identity_providers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    provider_name: String,
    provider_type: String,
    provider_details: BTreeMap<String, String>,
    attribute_mapping: BTreeMap<String, String>,
    idp_identifiers: Vec<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    let now = service.now_ms();
    let mut provider = IdentityProvider {
        pool_id: pool.id.clone(),
        name: request.provider_name,
        settings: ProviderSettings {
            provider_type: request.provider_type,
            provider_details: request.provider_details,
            attribute_mapping: request.attribute_mapping,
            idp_identifiers: request.idp_identifiers,
            discover: false,
        },
        created_ms: now,
        modified_ms: now,
    };
    rules::check(&pool, &mut provider)?;
    service.store.write(|db| {
        if identity_providers::find(db, &pool.id, &provider.name)?.is_some() {
            let text = format!("A provider {} already exists in the user pool.", provider.name);
            return Err(ServiceError::duplicate_provider(text));
        }
        rules::check_identifiers(&provider, &identity_providers::list(db, &pool.id)?)?;
        identity_providers::put(db, &provider)
    })?;
    Ok(Answer::Json(json!({ "IdentityProvider": provider.description() })))
}
