use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::Outcome;
use crate::identities::credentials::{self, Grant};
use crate::identities::{choice, roles, tags};
use crate::logins;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_id: String,
    logins: BTreeMap<String, String>,
    custom_role_arn: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (_, pool) = super::identity_and_pool(service, &request.identity_id)?;
    let proven = logins::verify(service, &pool, &request.logins).await?;
    let asked = choice::Asked { pool: &pool, proven: &proven, now_ms: service.now_ms() };
    // Who gets no role is not linked either.
    let (identity, role_arn) = service.store.write(|db| {
        let identity = asked.by_id(db, &request.identity_id)?;
        let role = roles::choose(&pool, identity.guest, &proven, request.custom_role_arn.as_deref())?;
        Ok((identity, role))
    })?;
    let grant = Grant {
        identity_id: identity.id.clone(),
        pool_id: pool.id.clone(),
        role_arn,
        session_name: credentials::SESSION_NAME.into(),
        seconds: credentials::LIFE_S,
        tags: tags::of(&pool, &proven),
    };
    let credentials = credentials::issue(service, grant)?;
    Ok(Answer::Json(json!({ "IdentityId": identity.id, "Credentials": credentials.shown() })))
}
