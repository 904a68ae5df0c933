use serde::Deserialize;

use crate::error::{Outcome, ServiceError};
use crate::identities::IdentityPoolSettings;
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    #[serde(flatten)]
    settings: IdentityPoolSettings,
}

/// Replaces the settings. The developer's provider keeps the name it once has.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.write(|db| {
        let mut pool = identity_pools::by_id(db, &request.identity_pool_id)?;
        let mut settings = request.settings;
        let name = pool.settings.developer_provider_name.take();
        if name.is_some() && settings.developer_provider_name.is_some() && settings.developer_provider_name != name {
            return Err(ServiceError::invalid_parameter("The developer provider name cannot be changed once it is set."));
        }
        settings.developer_provider_name = name.or(settings.developer_provider_name);
        pool.settings = settings;
        pool.modified_ms = service.now_ms();
        identity_pools::put(db, &pool)?;
        Ok(pool)
    })?;
    Ok(Answer::Json(pool.description()))
}
