use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::{Outcome, ServiceError};
use crate::model::resource_server::ResourceServer;
use crate::service::Call;
use crate::store::resource_servers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub user_pool_id: String,
    pub identifier: String,
    pub name: String,
    pub scopes: Vec<Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let server = ResourceServer {
        pool_id: pool.id.clone(),
        identifier: request.identifier,
        name: request.name,
        scopes: json!(request.scopes),
    };
    call.service.store.write(|db| {
        if resource_servers::find(db, &server.pool_id, &server.identifier)?.is_some() {
            let text = format!("{} already exists in user pool {}.", server.identifier, server.pool_id);
            return Err(ServiceError::invalid_parameter(text));
        }
        resource_servers::put(db, &server)
    })?;
    Ok(Answer::Json(json!({ "ResourceServer": server.description() })))
}
