use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::identities::{self, choice};
use crate::logins;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    logins: BTreeMap<String, String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    if request.logins.contains_key(logins::OWN_PROVIDER) {
        return Err(ServiceError::not_authorized("Invalid login token. Can't pass in a Cognito token."));
    }
    let proven = logins::verify(service, &pool, &request.logins).await?;
    let asked = choice::Asked { pool: &pool, proven: &proven, now_ms: service.now_ms() };
    let new_id = identities::new_id(pool.region(), &service.random);
    let identity = service.store.write(|db| asked.by_logins(db, new_id))?;
    Ok(Answer::Json(json!({ "IdentityId": identity.id })))
}
