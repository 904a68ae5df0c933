//! `/_local/clock`: the server's clock. Times and durations are seconds, fractions allowed.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::json;

use super::answers::tell;
use super::body::{duration, out_of_range, read};
use super::refusal::{Refusal, Told};
use crate::clock::{Clock, LAST_MS};
use crate::server::app::App;
use crate::users::seconds;

const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/clock", get(show))
        .route("/clock/advance", post(advance))
        .route("/clock/turn-back", post(turn_back))
        .route("/clock/freeze", post(freeze))
        .route("/clock/resume", post(resume))
}

async fn show(State(app): State<App>) -> Response<Body> {
    tell(&app, shown(&app.service.clock))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shift {
    seconds: f64,
}

async fn advance(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    tell(&app, shift(&app.service.clock, &headers, &body, 1, Clock::advance))
}

async fn turn_back(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    tell(&app, shift(&app.service.clock, &headers, &body, -1, Clock::turn_back))
}

fn shift(clock: &Clock, headers: &HeaderMap, body: &[u8], sign: i64, shift: fn(&Clock, Duration)) -> Told {
    let by = duration(read::<Shift>(headers, body)?.seconds, LONGEST)?;
    let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    check(clock.now_ms().saturating_add(by_ms.saturating_mul(sign)))?;
    shift(clock, by);
    shown(clock)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Freeze {
    /// Seconds after 1970-01-01T00:00Z; by default now.
    at: Option<f64>,
}

async fn freeze(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response<Body> {
    tell(&app, freeze_at(&app.service.clock, &headers, &body))
}

fn freeze_at(clock: &Clock, headers: &HeaderMap, body: &[u8]) -> Told {
    // A number out of the range of milliseconds becomes the last of them, which is refused.
    let at_ms = read::<Freeze>(headers, body)?.at.map_or_else(|| clock.now_ms(), |at| (at * 1000.0).round() as i64);
    check(at_ms)?;
    clock.freeze_at(at_ms);
    shown(clock)
}

async fn resume(State(app): State<App>) -> Response<Body> {
    app.service.clock.resume();
    tell(&app, shown(&app.service.clock))
}

fn check(at_ms: i64) -> Result<(), Refusal> {
    if (0..=LAST_MS).contains(&at_ms) {
        return Ok(());
    }
    Err(out_of_range("The clock shows the years 1970 to 9999 only: give a time or a duration that stays within."))
}

fn shown(clock: &Clock) -> Told {
    Ok(json!({ "now": seconds(clock.now_ms()), "frozen": clock.is_frozen() }))
}
