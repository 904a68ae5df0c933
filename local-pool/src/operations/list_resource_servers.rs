use serde::Deserialize;

use crate::error::Outcome;
use crate::model::resource_server::ResourceServer;
use crate::service::Call;
use crate::store::resource_servers;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let pool = call.service.store.pool(&request.user_pool_id)?;
    let servers = call.service.store.read(|db| resource_servers::list(db, &pool.id))?;
    let shown = servers.iter().map(ResourceServer::description).collect();
    let most = request.max_results.unwrap_or(50);
    super::page_answer("ResourceServers", shown, request.next_token.as_deref(), Some(most))
}
