use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::paging::page_of;
use crate::service::Call;
use crate::store::identities;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    identity_pool_id: String,
    max_results: usize,
    next_token: Option<String>,
    hide_disabled: bool,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let service = &call.service;
    let pool = super::pool(service, &request.identity_pool_id)?;
    let shown: Vec<Value> = service.store.read(|db| {
        let all = identities::of_pool(db, &pool.id)?;
        let shown = all.iter().filter(|identity| !(request.hide_disabled && identity.disabled));
        shown.map(|identity| Ok(identity.description(&identities::logins(db, &identity.id)?))).collect()
    })?;
    let (page, next) = page_of(shown, request.next_token.as_deref(), request.max_results)?;
    let mut answer = json!({ "IdentityPoolId": pool.id, "Identities": page });
    if let Some(next) = next {
        answer["NextToken"] = json!(next);
    }
    Ok(Answer::Json(answer))
}
