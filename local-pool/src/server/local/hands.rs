//! What a person would have in hand: a mailbox, an authenticator app, a phone with passkeys.

use axum::Router;
use axum::body::Body;
use axum::extract::{Json, Query, State};
use axum::http::{Response, StatusCode};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::authenticator::{Authenticator, AuthenticatorError};
use crate::crypto::totp::totp_code;
use crate::error::{Outcome, ServiceError};
use crate::server::app::{App, stamp};
use crate::server::names;
use crate::store::outbox;
use crate::wire::answer;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/authenticator/create", post(create_passkey))
        .route("/authenticator/get", post(use_passkey))
        .route("/certificate", get(certificate))
        .route("/operations", get(operation_names))
        .route("/outbox", get(messages))
        .route("/totp", get(totp))
}

/// What clients have to trust where the server speaks https.
async fn certificate(State(app): State<App>) -> Response<Body> {
    match &app.tls {
        Some(certificate) => answer::plain_text(certificate.pem.clone(), &stamp(&app)),
        None => answer::failure(&ServiceError::resource_not_found("The server speaks plain HTTP."), &stamp(&app)),
    }
}

/// The names of the operations there are.
async fn operation_names(State(app): State<App>) -> Response<Body> {
    let all: Vec<&str> = names::OPERATIONS_OF_ALL.concat();
    answer::document(&json!(all), &stamp(&app))
}

#[derive(Deserialize)]
struct OutboxQuery {
    pool: Option<String>,
    user: Option<String>,
    kind: Option<String>,
}

async fn messages(State(app): State<App>, Query(query): Query<OutboxQuery>) -> Response<Body> {
    let filter =
        outbox::Filter { pool: query.pool.as_deref(), user: query.user.as_deref(), kind: query.kind.as_deref() };
    match app.service.store.read(|db| outbox::list(db, &filter)) {
        Ok(messages) => answer::document(&json!(messages), &stamp(&app)),
        Err(error) => answer::failure(&error, &stamp(&app)),
    }
}

#[derive(Deserialize)]
struct TotpQuery {
    secret: String,
    /// All pools of a server share its clock; one that is not there is a mistake to be told.
    pool: Option<String>,
}

async fn totp(State(app): State<App>, Query(query): Query<TotpQuery>) -> Response<Body> {
    match code_now(&app, &query) {
        Ok(code) => answer::plain_text(code, &stamp(&app)),
        Err(error) => answer::failure(&error, &stamp(&app)),
    }
}

fn code_now(app: &App, query: &TotpQuery) -> Outcome<String> {
    if let Some(pool) = &query.pool {
        app.service.store.pool(pool)?;
    }
    let code = totp_code(&query.secret, app.service.clock.now());
    if code.is_empty() { Err(ServiceError::invalid_parameter("The secret is not base32.")) } else { Ok(code) }
}

#[derive(Deserialize)]
struct AuthenticatorQuery {
    origin: Option<String>,
}

async fn create_passkey(
    State(app): State<App>,
    Query(query): Query<AuthenticatorQuery>,
    Json(options): Json<Value>,
) -> Response<Body> {
    credential(&app, authenticator(&app, query).create(&options))
}

async fn use_passkey(
    State(app): State<App>,
    Query(query): Query<AuthenticatorQuery>,
    Json(options): Json<Value>,
) -> Response<Body> {
    credential(&app, authenticator(&app, query).get(&options))
}

fn authenticator(app: &App, query: AuthenticatorQuery) -> Authenticator {
    match query.origin {
        Some(origin) => app.authenticator.at_origin(origin),
        None => app.authenticator.clone(),
    }
}

fn credential(app: &App, outcome: Result<Value, AuthenticatorError>) -> Response<Body> {
    let error = match outcome {
        Ok(credential) => return answer::document(&credential, &stamp(app)),
        Err(error) => error,
    };
    let body = json!({ "error": error.code(), "message": error.to_string() });
    let mut response = answer::document(&body, &stamp(app));
    *response.status_mut() = match error {
        AuthenticatorError::AlreadyRegistered => StatusCode::CONFLICT,
        AuthenticatorError::NoCredential => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    };
    response
}
