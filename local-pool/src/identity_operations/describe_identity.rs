use serde::Deserialize;

use crate::error::Outcome;
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let description = call.service.store.read(|db| {
        let identity = identities::by_id(db, &request.identity_id)?;
        Ok(identity.description(&identities::logins(db, &identity.id)?))
    })?;
    Ok(Answer::Json(description))
}
