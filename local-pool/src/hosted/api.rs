//! Operations of the API that the pages use as they are, with the client's secret where it has one.

use serde_json::{Value, json};

use super::asked::Asked;
use crate::error::Outcome;
use crate::model::client::secret_hash;
use crate::operations;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::request;

/// Runs an operation in a user's name, as the client that the page is for.
pub(crate) async fn of_client(
    call: &Call,
    asked: &Asked,
    operation: &str,
    username: &str,
    members: Value,
) -> Outcome<Value> {
    let mut body = members;
    body["ClientId"] = json!(asked.client.id);
    body["Username"] = json!(username);
    if let Some(secret) = &asked.client.secret {
        body["SecretHash"] = json!(secret_hash(secret, username, &asked.client.id));
    }
    run(call, operation, &body).await
}

/// Runs an operation.
pub(crate) async fn run(call: &Call, operation: &str, body: &Value) -> Outcome<Value> {
    match operations::run(call, operation, request::object(body.to_string().as_bytes())?).await? {
        Answer::Json(answer) => Ok(answer),
        Answer::Empty => Ok(Value::Null),
    }
}

/// `CodeDeliveryDetails` for people.
pub(crate) fn destination_of(answer: &Value) -> Option<String> {
    answer.get("CodeDeliveryDetails")?.get("Destination")?.as_str().map(str::to_owned)
}
