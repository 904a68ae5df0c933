use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::users::attribute_change::{self, Author};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    username: String,
    user_attribute_names: Vec<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let names = request.user_attribute_names;
    attribute_change::delete(&call.service, &pool, Author::Administrator, &request.username, names)?;
    Ok(Answer::Json(json!({})))
}
