//! Reading a request's body, within limits.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Response, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};

use crate::error::ServiceError;
use crate::wire::answer::{self, Stamp};

/// Far above any request of the service model.
const MOST: usize = 512 * 1024;

pub(super) enum Unreadable {
    TooLarge,
    TooSlow,
    /// Cut off, or not in the form that the headers promise.
    Broken,
}

pub(super) async fn body(incoming: Incoming, time: Duration) -> Result<Bytes, Unreadable> {
    if incoming.size_hint().lower() > MOST as u64 {
        return Err(Unreadable::TooLarge);
    }
    match tokio::time::timeout(time, Limited::new(incoming, MOST).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unreadable::TooLarge),
        Ok(Err(_)) => Err(Unreadable::Broken),
        Err(_) => Err(Unreadable::TooSlow),
    }
}

impl Unreadable {
    /// The last answer of its connection: where the next request would begin is not known.
    pub fn answer(&self, stamp: &Stamp) -> Response<axum::body::Body> {
        let error = match self {
            Self::TooLarge => refusal(413, "RequestEntityTooLargeException", "The request is too large."),
            Self::TooSlow => refusal(408, "RequestTimeoutException", "The request took too long to come in."),
            Self::Broken => ServiceError::serialization("The request body is cut off or wrongly framed."),
        };
        let mut response = answer::failure(&error, stamp);
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        response
    }
}

fn refusal(status: u16, name: &'static str, text: &'static str) -> ServiceError {
    ServiceError { name, status, ..ServiceError::serialization(text) }
}
