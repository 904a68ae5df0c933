use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::tokens::verify;
use crate::users::attribute_change::{self, Author};
use crate::users::attributes::{self, NameValue};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_attributes: Vec<NameValue>,
    access_token: String,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let values = attributes::from_list(request.user_attributes);
    let (author, username) = (Author::User(&bearer.client), &bearer.user.username);
    let sent = attribute_change::update(call, &bearer.pool, author, username, values, &request.client_metadata).await?;
    let answer = if sent.is_empty() { json!({}) } else { json!({ "CodeDeliveryDetailsList": sent }) };
    Ok(Answer::Json(answer))
}
