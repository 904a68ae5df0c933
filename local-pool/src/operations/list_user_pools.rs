use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::pools::Pool;
use crate::service::Call;
use crate::users::seconds;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    max_results: usize,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pools = call.service.store.pools()?;
    let shown: Vec<Value> = pools.iter().map(describe).collect();
    Ok(Answer::Json(super::with_page(
        json!({}),
        "UserPools",
        shown,
        request.next_token.as_deref(),
        request.max_results,
    )?))
}

fn describe(pool: &Pool) -> Value {
    json!({
        "Id": pool.id,
        "Name": pool.name,
        "LambdaConfig": pool.settings.lambda_config,
        "CreationDate": seconds(pool.created_ms),
        "LastModifiedDate": seconds(pool.modified_ms),
    })
}
