use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Outcome;
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::sign_in::context::{Parameters, Response, SignIn, device_key, required};
use crate::sign_in::flow;
use crate::store::users;
use crate::users::names;
use crate::wire::answer::Answer;

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Request {
    pub client_id: String,
    challenge_name: String,
    session: Option<String>,
    challenge_responses: Parameters,
    client_metadata: Map<String, Value>,
}

pub(super) async fn run(call: &Call, request: Request) -> Outcome<Answer> {
    let (client, pool) = call.service.client_and_pool(&request.client_id)?;
    respond(call, pool, client, request).await
}

/// Answers a challenge of a client.
pub(super) async fn respond(call: &Call, pool: Arc<Pool>, client: Arc<Client>, request: Request) -> Outcome<Answer> {
    let parameters = &request.challenge_responses;
    let typed = required(parameters, "USERNAME")?;
    let user = call.service.store.read(|db| users::find(db, &pool, typed))?;
    let named = names::counted(&pool, user.as_ref(), typed);
    client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &[typed, &named])?;

    let (client_metadata, device_key) = (request.client_metadata, device_key(parameters));
    let sign_in = SignIn { client_metadata, device_key, ..SignIn::bare(call, pool, client) };
    let response = Response {
        challenge: &request.challenge_name,
        parameters,
        session: request.session.as_deref(),
        named,
        is_known: user.is_some(),
        typed,
    };
    flow::respond(&sign_in, &response).await.map(Answer::Json)
}
