use serde::Deserialize;

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
    devices::forget(&call.service, &bearer.pool, &bearer.user.username, &request.device_key)?;
    Ok(Answer::Empty)
}
