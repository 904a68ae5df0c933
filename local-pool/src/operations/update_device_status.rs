use serde::Deserialize;
use serde_json::json;

use crate::devices;
use crate::error::Outcome;
use crate::service::Call;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
    device_key: String,
    device_remembered_status: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let (key, status) = (&request.device_key, request.device_remembered_status.as_deref());
    devices::set_remembered(&call.service, &bearer.pool, &bearer.user.username, key, status)?;
    Ok(Answer::Json(json!({})))
}
