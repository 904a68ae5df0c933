use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::users::attribute_change::{self, Author};
use crate::users::attributes::{self, NameValue};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    user_attributes: Vec<NameValue>,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let values = attributes::from_list(request.user_attributes);
    let (author, metadata) = (Author::Administrator, &request.client_metadata);
    attribute_change::update(call, &pool, author, &request.username, values, metadata).await?;
    Ok(Answer::Json(json!({})))
}
