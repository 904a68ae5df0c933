use rusqlite::Connection;
use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::model::domain::Domain;
use crate::service::Call;
use crate::store::domains;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    domain: String,
}

/// Of a domain that is not known the description is empty.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let found = call.service.store.read(|db| domains::find(db, &request.domain))?;
    let description = found.map_or_else(|| json!({}), |domain| domain.description());
    Ok(Answer::Json(json!({ "DomainDescription": description })))
}

/// A domain that has to be the pool's.
pub(super) fn of_pool(db: &Connection, pool_id: &str, name: &str) -> Outcome<Domain> {
    let found = domains::find(db, name)?.filter(|domain| domain.pool_id == pool_id);
    found.ok_or_else(|| ServiceError::invalid_parameter("No such domain or user pool exists."))
}
