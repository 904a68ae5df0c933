use serde_json::{Map, Value, json};

use super::create_user_pool_client as clients;
use crate::error::Outcome;
use crate::pools::Client;
use crate::service::Call;
use crate::wire::answer::Answer;

pub(super) type Request = Map<String, Value>;

/// Replaces: what the request leaves out falls back to its default. Only the name and the secret stay.
pub(super) async fn run(call: &Call, mut request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
    let (pool_id, client_id) = (text(request.remove("UserPoolId")), text(request.remove("ClientId")));
    let pool = service.store.pool(&pool_id)?;
    let client = call.service.client_of(&pool_id, &client_id)?;
    request.entry("ClientName").or_insert_with(|| json!(client.settings.client_name));
    let settings = clients::read_settings(call, request, &pool, client.secret.is_some(), "updating")?;
    let client = Client { settings, modified_ms: service.now_ms(), ..(*client).clone() };
    service.store.put_client(&client)?;
    Ok(Answer::Json(json!({ "UserPoolClient": super::describe_user_pool_client::describe(&client)? })))
}
