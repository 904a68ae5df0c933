use serde::Deserialize;

use super::respond_to_auth_challenge::{self as public, respond};
use crate::error::Outcome;
use crate::service::Call;
use crate::wire::answer::Answer;

/// `ContextData` and `AnalyticsMetadata` are not looked at.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    user_pool_id: String,
    #[serde(flatten)]
    public: public::Request,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let client = call.service.client_of(&request.user_pool_id, &request.public.client_id)?;
    let pool = call.service.store.pool(&request.user_pool_id)?;
    respond(call, pool, client, request.public).await
}
