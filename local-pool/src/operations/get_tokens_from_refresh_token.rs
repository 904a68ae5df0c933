use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::tokens::refresh;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    refresh_token: String,
    client_id: String,
    client_secret: Option<String>,
    device_key: Option<String>,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let (client, pool) = call.service.client_and_pool(&request.client_id)?;
    let secret = request.client_secret.as_deref();
    if let Some(refusal) = client.missing_secret(secret) {
        return Err(refusal);
    }
    if !client.secret_is(secret) {
        let text = format!("Unable to verify secret hash for client {}", client.id);
        return Err(ServiceError::not_authorized(text));
    }
    let (token, device_key) = (&request.refresh_token, request.device_key.as_deref());
    let result = refresh::refresh(call, &pool, &client, token, device_key, &request.client_metadata).await?;
    Ok(Answer::Json(json!({ "AuthenticationResult": result })))
}
