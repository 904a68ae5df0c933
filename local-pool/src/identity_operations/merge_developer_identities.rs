use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::identities::{developer, links};
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    source_user_identifier: String,
    destination_user_identifier: String,
    developer_provider_name: String,
    identity_pool_id: String,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    let user = |user: &str| developer::login(&pool, &request.developer_provider_name, user);
    let (source, destination) =
        (user(&request.source_user_identifier)?, user(&request.destination_user_identifier)?);
    let merged = service.store.write(|db| {
        let mut from = developer::known(db, &pool, &source)?;
        let mut to = developer::known(db, &pool, &destination)?;
        if from.id == to.id {
            return Err(links::conflict("The developer user identifiers are linked to the same identity already."));
        }
        links::merge(db, &mut from, &mut to, service.now_ms())?;
        Ok(to.id)
    })?;
    Ok(Answer::Json(json!({ "IdentityId": merged })))
}
