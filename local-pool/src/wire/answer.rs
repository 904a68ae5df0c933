//! Building answers with the headers real ones have.

use std::time::SystemTime;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::error::ServiceError;
use crate::wire::shortened;

const CONTENT_TYPE: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Clients take 16 KiB for all headers together, some of them less.
const LONGEST_HEADER: usize = 1_024;
const LONGEST_MESSAGE: usize = 16 * 1_024;

/// What an operation gives back.
#[derive(Debug)]
pub(crate) enum Answer {
    Json(Value),
    /// For operations without an output shape.
    Empty,
}

/// What every answer carries.
pub(crate) struct Stamp {
    pub request_id: String,
    pub now: SystemTime,
}

pub(crate) fn success(answer: Answer, stamp: &Stamp) -> Response<Body> {
    let body = match answer {
        Answer::Json(value) => Body::from(value.to_string()),
        Answer::Empty => Body::empty(),
    };
    stamped(StatusCode::OK, body, stamp)
}

/// The error goes along in the extensions, for whoever tells what happened.
pub(crate) fn failure(error: &ServiceError, stamp: &Stamp) -> Response<Body> {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut body = error.body();
    if let Some(message) = &error.message {
        body["message"] = shortened(message, LONGEST_MESSAGE).into();
    }
    let mut response = stamped(status, Body::from(body.to_string()), stamp);
    if let Ok(name) = HeaderValue::from_str(&format!("{}:", error.name)) {
        response.headers_mut().insert(ERROR_TYPE, name);
    }
    let message = error.message.as_deref().map(|text| HeaderValue::from_str(&shortened(text, LONGEST_HEADER)));
    if let Some(Ok(message)) = message {
        response.headers_mut().insert(ERROR_MESSAGE, message);
    }
    response.extensions_mut().insert(error.clone());
    response
}

/// An answer of a fault switch: any status and body.
pub(crate) fn scripted(status: u16, error_type: Option<&str>, body: String, stamp: &Stamp) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = stamped(status, Body::from(body), stamp);
    if let Some(Ok(name)) = error_type.map(HeaderValue::from_str) {
        response.headers_mut().insert(ERROR_TYPE, name);
    }
    response
}

/// What AWS's front end says to a request that names no service it knows.
pub(crate) fn not_understood(stamp: &Stamp) -> Response<Body> {
    let body = json!({
        "code": "BadRequest",
        "message": "The server did not understand the operation that was requested.",
        "type": "client",
    });
    stamped(StatusCode::NOT_FOUND, Body::from(body.to_string()), stamp)
}

/// The answer to a browser's preflight request.
pub(crate) fn preflight(asked: Option<&HeaderValue>, stamp: &Stamp) -> Response<Body> {
    let mut response = stamped(StatusCode::OK, Body::empty(), stamp);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, GET, PUT, DELETE, OPTIONS"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, asked.cloned().unwrap_or(ANY));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    response
}

/// Plain JSON, for the documents under `.well-known` and for `/_local`.
pub(crate) fn document(value: &Value, stamp: &Stamp) -> Response<Body> {
    let mut response = stamped(StatusCode::OK, Body::from(value.to_string()), stamp);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A line of text for a browser or a shell.
pub(crate) fn plain_text(text: impl Into<Body>, stamp: &Stamp) -> Response<Body> {
    let mut response = stamped(StatusCode::OK, text.into(), stamp);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

fn stamped(status: StatusCode, body: Body, stamp: &Stamp) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, CONTENT_TYPE);
    if let Ok(id) = HeaderValue::from_str(&stamp.request_id) {
        headers.insert(REQUEST_ID, id);
    }
    // Clients with a wrong clock correct themselves by this header.
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(stamp.now)) {
        headers.insert(header::DATE, date);
    }
    response
}
