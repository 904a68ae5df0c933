//! `/_local/authorize`: a person at the hosted pages, for tests in other processes.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use serde::Deserialize;
use serde_json::{Map, Value, json};

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
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    /// Who they are at an identity provider that this server plays, in place of a name and a password.
    subject: Option<String>,
    #[serde(default)]
    claims: Map<String, Value>,
}

async fn authorize(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let told = sign_in(&app, &headers, &body).await;
    tell(&app, told)
}

async fn sign_in(app: &App, headers: &HeaderMap, body: &[u8]) -> Told {
    let person: Person = read(headers, body)?;
    let mut browser = Browser::new(&app.service.endpoint, app.tls.as_ref().map(|tls| tls.pem.clone()));
    let landed = match &person.subject {
        Some(subject) => browser.sign_in_elsewhere(&person.url, subject, &person.claims.into()).await,
        None => browser.sign_in(&person.url, &person.username, &person.password).await,
    };
    match landed {
        Ok(callback) => Ok(json!({ "callback": callback })),
        Err(error) => Err(Refusal::bad_request("not_signed_in", error.to_string())),
    }
}
