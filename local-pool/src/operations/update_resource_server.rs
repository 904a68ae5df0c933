use serde_json::json;

pub(super) use super::create_resource_server::Request;
use crate::error::Outcome;
use crate::model::resource_server::ResourceServer;
use crate::service::Call;
use crate::store::resource_servers;
use crate::wire::answer::Answer;

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let server = ResourceServer {
        pool_id: pool.id.clone(),
        identifier: request.identifier,
        name: request.name,
        scopes: json!(request.scopes),
    };
    call.service.store.write(|db| {
        if resource_servers::find(db, &server.pool_id, &server.identifier)?.is_none() {
            return Err(super::describe_resource_server::no_such_server());
        }
        resource_servers::put(db, &server)
    })?;
    Ok(Answer::Json(json!({ "ResourceServer": server.description() })))
}
