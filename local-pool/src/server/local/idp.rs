//! `/_local/idp`: tokens of the providers that this server plays.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, OriginalUri, Path, State};
use axum::http::{HeaderMap, Method, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answers::tell;
use super::body::{out_of_range, read};
use super::refusal::Refusal;
use crate::error::{Outcome, ServiceError};
use crate::hosted::Page;
use crate::identity_operations;
use crate::logins::OWN_PROVIDER;
use crate::providers::{self, IdpToken, WrongToken};
use crate::server::app::App;
use crate::server::connection::ConnectionSwitch;
use crate::server::hosted;
use crate::service::Call;
use crate::wire::answer::Answer;
use crate::wire::request;

/// Ten years.
const LONGEST_S: i64 = 315_360_000;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/idp/{provider}/token", post(token))
        .route("/idp/{provider}/authorize", get(people).post(people))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    subject: String,
    audience: Option<String>,
    #[serde(default)]
    claims: Map<String, Value>,
    #[serde(default = "an_hour")]
    seconds: i64,
    wrong: Option<WrongToken>,
}

fn an_hour() -> i64 {
    3600
}

async fn token(
    State(app): State<App>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let order = match order(provider, &headers, &body) {
        Ok(order) => order,
        Err(refusal) => return tell(&app, Err(refusal)),
    };
    let told =
        if order.provider == "developer" { of_developer(&app, &order).await } else { of_provider(&app, &order).await };
    tell(&app, told.map_err(Refusal::from))
}

/// The page of a provider, for people.
async fn people(
    State(app): State<App>,
    ConnectInfo(connection): ConnectInfo<ConnectionSwitch>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    hosted::page(&app, &connection, Page::Idp, &method, &uri, &headers, &body).await
}

async fn of_provider(app: &App, order: &IdpToken) -> Outcome<Value> {
    let login = providers::hand_out(&app.service, order).await?;
    Ok(json!({ "provider": login.provider, "token": login.token }))
}

/// The developer's back end, which asks the first identity pool for a token of its user.
async fn of_developer(app: &App, order: &IdpToken) -> Outcome<Value> {
    let pool = app.identity_pool()?;
    let pool = pool.ok_or_else(|| ServiceError::resource_not_found("The configuration has no identity pool."))?;
    let name = pool.settings.developer_provider_name.unwrap_or_default();
    let body = json!({
        "IdentityPoolId": pool.id, "Logins": { name: order.subject }, "TokenDuration": order.seconds.min(86_400),
    });
    let call = Call::in_process(Arc::clone(&app.service));
    let body = request::object(body.to_string().as_bytes())?;
    match identity_operations::run(&call, "GetOpenIdTokenForDeveloperIdentity", body).await? {
        Answer::Json(answer) => Ok(json!({
            "provider": OWN_PROVIDER, "token": answer["Token"], "identity_id": answer["IdentityId"],
        })),
        Answer::Empty => Err(ServiceError::internal("local-pool gave no token")),
    }
}

fn order(provider: String, headers: &HeaderMap, body: &[u8]) -> Result<IdpToken, Refusal> {
    let Wanted { subject, audience, claims, seconds, wrong } = read(headers, body)?;
    if !(1..=LONGEST_S).contains(&seconds) {
        return Err(out_of_range(format!("seconds is to be a whole number from 1 to {LONGEST_S}, not {seconds}.")));
    }
    Ok(IdpToken { provider, subject, audience, claims, seconds, wrong })
}
