//! `/_local/users`: what happens to users at the service, without an operation that an app would call.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, Uri};
use axum::routing::{delete, post, put};
use serde::Deserialize;
use serde_json::json;

use super::answers::{done, tell};
use super::body::{query, read};
use super::refusal::{Refusal, Told};
use crate::config::{UserConfig, add_user};
use crate::error::Outcome;
use crate::pools::Pool;
use crate::server::app::App;
use crate::service::Service;
use crate::users::control;

type Action = fn(&Service, &Pool, &str) -> Outcome<()>;

/// What `POST /_local/users/{username}/{action}` does.
const ACTIONS: [(&str, Action); 5] = [
    ("revoke-tokens", control::revoke_tokens),
    ("expire-refresh-tokens", control::expire_refresh_tokens),
    ("disable", control::disable),
    ("enable", control::enable),
    ("require-password-reset", control::require_password_reset),
];

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/users", post(create))
        .route("/users/{username}", delete(remove))
        .route("/users/{username}/devices", delete(forget_devices))
        .route("/users/{username}/password", put(set_password))
        .route("/users/{username}/{action}", post(act))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Where {
    pool: Option<String>,
}

async fn create(State(app): State<App>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response<Body> {
    let created = || -> Told {
        let user: UserConfig = read(&headers, &body)?;
        let pool = app.pool(query::<Where>(&uri)?.pool.as_deref())?;
        Ok(json!({ "username": add_user(&app.service, &pool, &user)?.username }))
    };
    tell(&app, created())
}

async fn act(State(app): State<App>, Path((username, action)): Path<(String, String)>, uri: Uri) -> Response<Body> {
    let Some((_, act)) = ACTIONS.iter().find(|(name, _)| *name == action) else {
        let known = ACTIONS.map(|(name, _)| name).join(", ");
        let text = format!("There is no action `{action}`. Those there are: {known}.");
        return tell(&app, Err(Refusal::bad_request("unknown_action", text)));
    };
    tell(&app, on(&app, &uri, &username, *act))
}

async fn remove(State(app): State<App>, Path(username): Path<String>, uri: Uri) -> Response<Body> {
    tell(&app, on(&app, &uri, &username, control::delete))
}

async fn forget_devices(State(app): State<App>, Path(username): Path<String>, uri: Uri) -> Response<Body> {
    tell(&app, on(&app, &uri, &username, control::forget_devices))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    password: String,
}

async fn set_password(
    State(app): State<App>,
    Path(username): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let set = read::<NewPassword>(&headers, &body).and_then(|NewPassword { password }| {
        on(&app, &uri, &username, |service, pool, name| control::set_password(service, pool, name, &password))
    });
    tell(&app, set)
}

fn on(app: &App, uri: &Uri, username: &str, act: impl FnOnce(&Service, &Pool, &str) -> Outcome<()>) -> Told {
    let pool = app.pool(query::<Where>(uri)?.pool.as_deref())?;
    act(&app.service, &pool, username)?;
    Ok(done())
}
