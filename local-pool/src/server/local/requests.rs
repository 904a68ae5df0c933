//! `/_local/requests`: what clients asked for.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Response;
use axum::routing::get;
use serde_json::json;

use super::answers::{done, tell};
use crate::server::app::App;

pub(super) fn router() -> Router<App> {
    Router::new().route("/requests", get(counts).delete(reset))
}

async fn counts(State(app): State<App>) -> Response<Body> {
    let counters = &app.counters;
    tell(&app, Ok(json!({ "requests": counters.requests(), "connections": counters.connections() })))
}

async fn reset(State(app): State<App>) -> Response<Body> {
    app.counters.reset();
    tell(&app, Ok(done()))
}
