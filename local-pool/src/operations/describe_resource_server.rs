use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::store::resource_servers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    identifier: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let server = call.service.store.read(|db| resource_servers::find(db, &pool.id, &request.identifier))?;
    let server = server.ok_or_else(no_such_server)?;
    Ok(Answer::Json(json!({ "ResourceServer": server.description() })))
}

pub(super) fn no_such_server() -> ServiceError {
    ServiceError::resource_not_found("Resource server does not exist.")
}
