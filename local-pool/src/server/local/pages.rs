//! `/_local/authorize`: a person at the hosted pages, for tests in other processes.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::json;

use super::answers::tell;
use super::body::read;
use super::refusal::{Refusal, Told};
use crate::browser::Browser;
use crate::server::app::App;

pub(super) fn router() -> Router<App> {
    Router::new().route("/authorize", post(authorize))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    url: String,
    username: String,
    password: String,
}

async fn authorize(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let told = sign_in(&app, &headers, &body).await;
    tell(&app, told)
}

async fn sign_in(app: &App, headers: &HeaderMap, body: &[u8]) -> Told {
    let person: Person = read(headers, body)?;
    let mut browser = Browser::new(&app.service.endpoint);
    match browser.sign_in(&person.url, &person.username, &person.password).await {
        Ok(callback) => Ok(json!({ "callback": callback })),
        Err(error) => Err(Refusal::bad_request("not_signed_in", error.to_string())),
    }
}
