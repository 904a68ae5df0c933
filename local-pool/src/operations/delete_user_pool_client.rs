use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    client_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let client = call.service.client_of(&request.user_pool_id, &request.client_id)?;
    call.service.store.delete_client(&client.id)?;
    Ok(Answer::Empty)
}
