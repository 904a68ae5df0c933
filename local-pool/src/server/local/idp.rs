//! `/_local/idp`: tokens of the providers that this server plays.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answers::tell;
use super::body::{out_of_range, read};
use super::refusal::Refusal;
use crate::providers::{self, IdpToken, WrongToken};
use crate::server::app::App;

/// Ten years.
const LONGEST_S: i64 = 315_360_000;

pub(super) fn router() -> Router<App> {
    Router::new().route("/idp/{provider}/token", post(token))
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
    let issued = providers::hand_out(&app.service, &order).await.map_err(Refusal::from);
    tell(&app, issued.map(|login| json!({ "provider": login.provider, "token": login.token })))
}

fn order(provider: String, headers: &HeaderMap, body: &[u8]) -> Result<IdpToken, Refusal> {
    let Wanted { subject, audience, claims, seconds, wrong } = read(headers, body)?;
    if !(1..=LONGEST_S).contains(&seconds) {
        return Err(out_of_range(format!("seconds is to be a whole number from 1 to {LONGEST_S}, not {seconds}.")));
    }
    Ok(IdpToken { provider, subject, audience, claims, seconds, wrong })
}
