//! What the service does not have, under `/_local`: what a person would have in hand, and for tests in other processes
//! what [`crate::LocalPool`] offers to those in its own.

mod answers;
mod body;
mod call;
mod clock;
mod console;
pub(super) mod events;
mod faults;
mod hands;
mod idp;
mod pages;
mod refusal;
mod requests;
mod s3;
mod users;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode};

use self::answers::tell;
pub(super) use self::console::page as console;
use self::refusal::Refusal;
use super::app::App;

/// Faults never hit these routes, and no counter counts their requests.
pub(super) fn router() -> Router<App> {
    Router::new()
        .merge(hands::router())
        .merge(idp::router())
        .merge(events::router())
        .merge(call::router())
        .merge(clock::router())
        .merge(console::router())
        .merge(faults::router())
        .merge(pages::router())
        .merge(requests::router())
        .merge(s3::router())
        .merge(users::router())
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_route)
}

async fn unknown_route(State(app): State<App>) -> Response<Body> {
    let text = "There is nothing under this path. The README of local-pool lists what there is.";
    tell(&app, Err(Refusal::new(StatusCode::NOT_FOUND, "unknown_route", text)))
}

async fn wrong_method(State(app): State<App>) -> Response<Body> {
    let text = "This path takes other methods. The README of local-pool lists them.";
    tell(&app, Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", text)))
}
