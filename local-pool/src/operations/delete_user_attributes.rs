use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::tokens::verify;
use crate::users::attribute_change::{self, Author};
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_attribute_names: Vec<String>,
    access_token: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let author = Author::User(&bearer.client);
    let names = request.user_attribute_names;
    attribute_change::delete(&call.service, &bearer.pool, author, &bearer.user.username, names)?;
    Ok(Answer::Json(json!({})))
}
