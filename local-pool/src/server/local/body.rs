//! Reading what the routes are sent.

use std::time::Duration;

use axum::extract::Query;
use axum::http::{HeaderMap, Uri, header};
use serde::de::DeserializeOwned;

use super::refusal::Refusal;

/// The JSON object in a body; an empty body has no members.
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refusal> {
    if body.is_empty() {
        return parse(b"{}");
    }
    // What a page of another origin may send without asking first is never called JSON.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        return Err(invalid("send it with the header Content-Type: application/json"));
    }
    parse(body)
}

/// The query, without members that nobody knows.
pub(super) fn query<T: DeserializeOwned>(uri: &Uri) -> Result<T, Refusal> {
    let read = Query::try_from_uri(uri).map_err(|error| Refusal::bad_request("invalid_query", error.body_text()))?;
    Ok(read.0)
}

/// A duration in seconds, fractions allowed, of at most `most`.
pub(super) fn duration(seconds: f64, most: Duration) -> Result<Duration, Refusal> {
    let duration = Duration::try_from_secs_f64(seconds).ok().filter(|duration| *duration <= most);
    duration.ok_or_else(|| out_of_range(format!("seconds is to be from 0 to {}, not {seconds}.", most.as_secs())))
}

pub(super) fn out_of_range(text: impl Into<String>) -> Refusal {
    Refusal::bad_request("out_of_range", text)
}

pub(super) fn invalid(what: impl std::fmt::Display) -> Refusal {
    Refusal::bad_request("invalid_body", format!("The body cannot be used: {what}"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(invalid)
}
