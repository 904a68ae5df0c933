use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::paging::with_page;
use crate::service::Call;
use crate::store::identity_pools;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    max_results: usize,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pools = call.service.store.read(identity_pools::list)?;
    let shown: Vec<Value> = pools
        .iter()
        .map(|pool| json!({ "IdentityPoolId": pool.id, "IdentityPoolName": pool.settings.identity_pool_name }))
        .collect();
    let answer = with_page(json!({}), "IdentityPools", shown, request.next_token.as_deref(), request.max_results)?;
    Ok(Answer::Json(answer))
}
