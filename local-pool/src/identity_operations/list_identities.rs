use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::paging::with_page;
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
    let answer = json!({ "IdentityPoolId": pool.id });
    Ok(Answer::Json(with_page(answer, "Identities", shown, request.next_token.as_deref(), request.max_results)?))
}
