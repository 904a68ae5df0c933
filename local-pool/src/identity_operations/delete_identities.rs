use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_ids_to_delete: Vec<String>,
}

/// An identity that is not there needs no deleting.
pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    call.service.store.write(|db| {
        for id in &request.identity_ids_to_delete {
            identities::delete(db, id)?;
        }
        Ok(())
    })?;
    Ok(Answer::Json(json!({ "UnprocessedIdentityIds": [] })))
}
