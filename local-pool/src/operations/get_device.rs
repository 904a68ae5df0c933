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
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    let (pool, username) = (&bearer.pool, &bearer.user.username);
    let device = devices::get(&call.service, pool, username, &request.device_key)?;
    Ok(Answer::Json(json!({ "Device": device.description(pool, username) })))
}
