use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::identity_providers;
use crate::users::seconds;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let all = call.service.store.read(|db| identity_providers::list(db, &pool.id))?;
    let shown = all.iter().map(|provider| {
        json!({
            "ProviderName": provider.name,
            "ProviderType": provider.settings.provider_type,
            "CreationDate": seconds(provider.created_ms),
            "LastModifiedDate": seconds(provider.modified_ms),
        })
    });
    super::page_answer("Providers", shown.collect(), request.next_token.as_deref(), request.max_results)
}
