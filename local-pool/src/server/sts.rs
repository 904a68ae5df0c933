//! Requests of STS: forms at `/`, answered in XML.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use serde_json::Value;

use super::app::{App, stamp};
use crate::aws::{AwsError, Incoming};
use crate::sts;
use crate::wire::answer::{self, Stamp};

/// A form that names an action; None: the request is none of STS.
pub(super) fn form(headers: &HeaderMap, body: &[u8]) -> Option<sts::Form> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?.to_ascii_lowercase();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return None;
    }
    let form = sts::read_form(std::str::from_utf8(body).ok()?);
    form.contains_key("Action").then_some(form)
}

pub(super) async fn answer(
    app: &App,
    action: &str,
    form: sts::Form,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response<Body> {
    let (service, name) = (Arc::clone(&app.service), action.to_owned());
    // On a task of its own: a client that goes away does not stop an operation half way.
    let run = tokio::spawn(async move {
        let headers = plain(&headers);
        let request = Incoming { method: "POST", path: uri.path(), query: uri.query(), headers: &headers, body: &body };
        sts::run(&service, &name, &form, &request).await
    });
    let outcome =
        run.await.unwrap_or_else(|_| Err(AwsError::new(500, "InternalFailure", "local-pool failed on this request")));
    let stamp = stamp(app);
    match outcome {
        Ok(result) => xml(StatusCode::OK, sts::answer(action, &result, &stamp.request_id), &stamp),
        Err(error) => refusal(&error, &stamp),
    }
}

fn refusal(error: &AwsError, stamp: &Stamp) -> Response<Body> {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = xml(status, sts::refusal(error, &stamp.request_id), stamp);
    response.extensions_mut().insert(error.told());
    response
}

/// The answer of a fault switch in the form that clients of STS read: one of an exception is told in XML.
pub(super) async fn translated(scripted: Response<Body>, stamp: &Stamp) -> Response<Body> {
    let status = scripted.status();
    let (parts, body) = scripted.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let told: Option<Value> = serde_json::from_slice(&body).ok();
    let text = |name: &str| told.as_ref()?.get(name)?.as_str().map(str::to_owned);
    let Some(code) = text("__type") else { return Response::from_parts(parts, body.into()) };
    let body = sts::scripted_refusal(status.as_u16(), &code, &text("message").unwrap_or_default(), &stamp.request_id);
    let mut response = xml(status, body, stamp);
    response.extensions_mut().extend(parts.extensions);
    response
}

/// Headers by their names, as they came; what is no text has no place in a signature.
pub(super) fn plain(headers: &HeaderMap) -> Vec<(String, String)> {
    let each =
        headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    each.collect()
}

pub(super) fn xml(status: StatusCode, body: String, stamp: &Stamp) -> Response<Body> {
    let mut response = answer::plain_text(body, stamp);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}
