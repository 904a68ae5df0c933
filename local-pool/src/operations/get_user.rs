use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let readable = bearer.user.attribute_list(|name| bearer.client.may_read(name));
    let mut answer = json!({ "Username": bearer.user.username, "UserAttributes": readable });
    bearer.user.mfa.describe(&mut answer);
    Ok(Answer::Json(answer))
}
