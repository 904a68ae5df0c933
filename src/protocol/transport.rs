//! What carries a request, as a trait: tests and apps can bring their own.

use std::future::Future;
use std::pin::Pin;

use zeroize::Zeroizing;

use crate::error::TransportFailure;
use crate::support::shown::shows;

/// A future on the heap, so that the trait below can be an object.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends a request and gives the answer, whatever its status.
///
/// An implementation follows no redirect, keeps no cookie and no copy on disk, and never sends a request again: the
/// client knows which ones may be. It should limit how long a connection may take; the client itself stops waiting at the
/// configuration's total time. Dropping the future abandons the request.
pub trait Transport: Send + Sync + std::fmt::Debug {
    /// Sends one request, once.
    ///
    /// # Errors
    /// The case decides whether the request may be sent again, so [`TransportError::NotConnected`] must only stand for
    /// requests of which nothing was sent.
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>>;
}

/// A POST request. Its body holds secrets: it is not printed and is wiped when dropped.
#[derive(Clone)]
pub struct HttpRequest {
    /// Where to.
    pub url: url::Url,
    /// The headers, by lower-case name.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}
shows!(HttpRequest { url: text });

/// An answer. Its body holds secrets: it is not printed and is wiped when dropped.
#[derive(Clone)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// The headers, by name in any case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Zeroizing<Vec<u8>>,
}
shows!(HttpResponse { status });

impl HttpResponse {
    /// An answer with this status, these headers and this body.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body: Zeroizing::new(body) }
    }

    /// The first header of that name, in whatever case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer. The texts hold no part of a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection was made: the service has not seen the request, and it may be sent again.
    #[error("could not connect: {0}")]
    NotConnected(String),
    /// The connection broke after the service may have seen the request.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// No answer within the time limit.
    #[error("no answer within the time limit")]
    TimedOut,
}

impl From<TransportError> for TransportFailure {
    fn from(error: TransportError) -> Self {
        match error {
            TransportError::NotConnected(why) => Self::NotConnected(why),
            TransportError::Broken(why) => Self::Broken(why),
            TransportError::TimedOut => Self::TimedOut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_and_headers_are_not_printed() {
        let request = HttpRequest {
            url: url::Url::parse("https://example.org/").unwrap(),
            headers: vec![("x", "Correct-Horse-9".to_owned())],
            body: b"Correct-Horse-9".to_vec().into(),
        };
        let header = ("X-Y".to_owned(), "Correct-Horse-9".to_owned());
        let response = HttpResponse::new(200, vec![header], b"Correct-Horse-9".to_vec());
        assert_eq!(format!("{request:?}"), "HttpRequest { url: \"https://example.org/\", .. }");
        assert_eq!(format!("{response:?}"), "HttpResponse { status: 200, .. }");
        assert_eq!(response.header("x-y"), Some("Correct-Horse-9"));
    }
}
