use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::pools::Client;
use crate::service::Call;
use crate::users::seconds;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    client_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let client = call.service.client_of(&request.user_pool_id, &request.client_id)?;
    Ok(Answer::Json(json!({ "UserPoolClient": describe(&client)? })))
}

/// `UserPoolClientType`
pub(super) fn describe(client: &Client) -> Outcome<Value> {
    let mut description = serde_json::to_value(&client.settings)?;
    description["UserPoolId"] = json!(client.pool_id);
    description["ClientId"] = json!(client.id);
    description["CreationDate"] = seconds(client.created_ms);
    description["LastModifiedDate"] = seconds(client.modified_ms);
    if let Some(secret) = &client.secret {
        description["ClientSecret"] = json!(secret);
    }
    Ok(description)
}
