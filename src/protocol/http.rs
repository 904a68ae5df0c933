//! The transport over hyper: HTTP/1.1 on kept connections; no cookies, no cache, no redirects, no compression.
//!
//! No proxy is used, neither one that environment variables name nor the system's: a variable must not decide where
//! passwords go. A network that can be left through a proxy only needs a [`Transport`] of the app's own.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body as _, Incoming};
use hyper::header::{HeaderName, HeaderValue, USER_AGENT};
use hyper::{Request, Response};
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use zeroize::Zeroizing;

use super::connector::Connector;
use super::spent::Spent;
use super::tls;
use super::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use crate::config::AuthConfiguration;
use crate::support::clock::{Clock, SystemClock};

/// More than any answer of the service.
const MAX_ANSWER: usize = 1024 * 1024;

/// Room for an answer that does not say its length: growing a buffer would leave copies of tokens behind.
const USUAL_ANSWER: usize = 32 * 1024;

/// A connection that was idle for longer is not used again: carriers drop idle connections silently.
pub(super) const IDLE: Duration = Duration::from_secs(50);

/// The transport of a client that was given none.
pub(crate) fn default_transport(configuration: &AuthConfiguration) -> Arc<dyn Transport> {
    Arc::new(Http::new(configuration, Arc::new(SystemClock)))
}

type HyperClient = Client<Connector, Full<Bytes>>;

const AGENT: &str = concat!("portcullis/", env!("CARGO_PKG_VERSION"));

/// Made without I/O; the real client is made at the first request.
#[derive(Debug)]
pub(super) struct Http {
    connect_timeout: Duration,
    clock: Arc<dyn Clock>,
    kept: Mutex<Option<Kept>>,
}

/// A client with its connections. hyper measures idleness with a clock that stands still while a phone sleeps, so a
/// dead connection would look young after it; the wall clock tells.
#[derive(Debug)]
struct Kept {
    client: HyperClient,
    tls: ClientConfig,
    last_used: SystemTime,
}

impl Http {
    pub(super) fn new(configuration: &AuthConfiguration, clock: Arc<dyn Clock>) -> Self {
        // How long a request may take is the caller's to say, and differs from call to call.
        Self { connect_timeout: configuration.connect_timeout(), clock, kept: Mutex::new(None) }
    }

    /// The client to use now. A failure to make one is not kept: the platform's trust may be there the next time.
    fn client(&self) -> Result<HyperClient, TransportError> {
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.as_mut().filter(|found| found.is_fresh(now)) {
            found.last_used = now;
            return Ok(found.client.clone());
        }
        let tls = match kept.take() {
            Some(stale) => stale.tls, // its TLS tickets still save a round trip
            None => tls::client_config().map_err(TransportError::NotConnected)?,
        };
        let client = self.build(tls.clone());
        *kept = Some(Kept { client: client.clone(), tls, last_used: now });
        Ok(client)
    }

    fn build(&self, tls: ClientConfig) -> HyperClient {
        Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .build(Connector::new(tls, self.connect_timeout))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut post = Request::post(request.url.as_str()).header(USER_AGENT, AGENT);
        for (name, value) in request.headers {
            post = post.header(name, value);
        }
        // Sent from where it is, and wiped when the last user of it is done.
        let body = Full::new(Bytes::from_owner(request.body));
        let post = post.body(body).map_err(|error| TransportError::NotConnected(error.to_string()))?;
        let mut answer = self.client()?.request(post).await.map_err(|error| classify(&error))?;
        let status = answer.status().as_u16();
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        // Taken out, since they are parts of the same buffer as the body.
        let headers = std::mem::take(answer.headers_mut()).iter().filter_map(header).collect();
        Ok(HttpResponse { status, headers, body: read_body(answer).await? })
    }
}

impl Kept {
    fn is_fresh(&self, now: SystemTime) -> bool {
        now.duration_since(self.last_used).is_ok_and(|idle| idle < IDLE)
    }
}

impl Transport for Http {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

async fn read_body(answer: Response<Incoming>) -> Result<Zeroizing<Vec<u8>>, TransportError> {
    let too_long = || TransportError::Broken("the answer is too long".to_owned());
    let mut answer = answer.into_body();
    let expected = answer.size_hint().exact().map_or(Ok(USUAL_ANSWER), usize::try_from).map_err(|_| too_long())?;
    if expected > MAX_ANSWER {
        return Err(too_long());
    }
    let mut body = Zeroizing::new(Vec::with_capacity(expected));
    let mut spent = Spent::new();
    while let Some(frame) = answer.frame().await {
        let frame = frame.map_err(|error| TransportError::Broken(describe(&error)))?;
        let Ok(chunk) = frame.into_data() else { continue };
        if body.len() + chunk.len() > MAX_ANSWER {
            spent.keep(chunk);
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
        spent.keep(chunk);
    }
    Ok(body)
}

fn classify(error: &Error) -> TransportError {
    if error.is_connect() {
        TransportError::NotConnected(describe(error))
    } else {
        TransportError::Broken(describe(error))
    }
}

/// The innermost reason: those around it say no more than where it happened.
fn describe(error: &dyn std::error::Error) -> String {
    let mut reason = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    reason.to_string()
}
