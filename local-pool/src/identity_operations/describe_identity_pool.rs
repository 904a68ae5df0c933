use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = super::pool(&call.service, &request.identity_pool_id)?;
    Ok(Answer::Json(pool.description()))
}
