use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::lines;
use crate::tokens::verify;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    access_token: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let bearer = verify::access_token(call, &request.access_token).await?;
    call.service.store.write(|db| lines::revoke_all(db, &bearer.pool.id, &bearer.user.username))?;
    Ok(Answer::Json(json!({})))
}
