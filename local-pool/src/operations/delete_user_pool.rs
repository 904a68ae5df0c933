use serde::Deserialize;

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = service.store.pool(&request.user_pool_id)?;
    if pool.settings.deletion_protection == "ACTIVE" {
        let text = "The user pool cannot be deleted because deletion protection is activated. \
                    Deletion protection must be inactivated first.";
        return Err(ServiceError::invalid_parameter(text));
    }
    if !service.store.read(|db| domains::of_pool(db, &pool.id))?.is_empty() {
        let text = "User pool cannot be deleted. It has a domain configured that should be deleted first.";
        return Err(ServiceError::invalid_parameter(text));
    }
    service.store.delete_pool(&pool.id)?;
    service.keys.forget(&pool.id);
    Ok(Answer::Empty)
}
