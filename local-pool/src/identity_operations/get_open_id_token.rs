use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use crate::error::{Outcome, ServiceError};
use crate::identities::open_id_token::{self, Said};
use crate::identities::{IdentityPool, choice, tags};
use crate::logins;
use crate::service::Call;
use crate::wire::answer::Answer;

const LIFE_S: i64 = 600;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_id: String,
    logins: BTreeMap<String, String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let (_, pool) = super::identity_and_pool(service, &request.identity_id)?;
    check_flow(&pool)?;
    let proven = logins::verify(service, &pool, &request.logins).await?;
    let asked = choice::Asked { pool: &pool, proven: &proven, now_ms: service.now_ms() };
    let identity = service.store.write(|db| asked.by_id(db, &request.identity_id))?;
    let said = Said {
        methods: open_id_token::methods(&identity, &proven),
        tags: tags::of(&pool, &proven),
        seconds: LIFE_S,
    };
    let token = open_id_token::issue(service, &pool, &identity, &said).await?;
    Ok(Answer::Json(json!({ "IdentityId": identity.id, "Token": token })))
}

fn check_flow(pool: &IdentityPool) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    if pool.settings.allow_classic_flow == Some(false) {
        return refuse("Basic (classic) flow is not enabled, please use enhanced flow.");
    }
    if !pool.roles.role_mappings.is_empty() {
        return refuse("Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.");
    }
    Ok(())
}
