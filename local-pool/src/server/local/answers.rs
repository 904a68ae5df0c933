//! What handlers answer with.

use axum::body::Body;
use axum::http::Response;
use serde_json::Value;

use super::refusal::Told;
use crate::server::app::{App, stamp};
use crate::wire::answer;

/// The answer of a handler.
pub(super) fn tell(app: &App, told: Told) -> Response<Body> {
    match told {
        Ok(value) => answer::document(&value, &stamp(app)),
        Err(refusal) => refusal.answer(&stamp(app)),
    }
}

/// What there is to say when something was done.
pub(super) fn done() -> Value {
    Value::Object(serde_json::Map::new())
}
