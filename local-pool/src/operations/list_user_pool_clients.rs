use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    max_results: Option<usize>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let clients = call.service.store.clients(&pool.id)?;
    let shown: Vec<Value> = clients
        .iter()
        .map(
            |client| json!({ "ClientId": client.id, "UserPoolId": pool.id, "ClientName": client.settings.client_name }),
        )
        .collect();
    let most = request.max_results.unwrap_or(60);
    Ok(Answer::Json(super::with_page(json!({}), "UserPoolClients", shown, request.next_token.as_deref(), most)?))
}
