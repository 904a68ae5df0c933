//! The transport over reqwest: HTTP/1.1 with kept connections, no cookies, no cache, no redirects.

use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Client;
use reqwest::redirect::Policy;
use zeroize::Zeroizing;

use super::tls;
use super::transport::{BoxFuture, HttpRequest, HttpResponse, Transport, TransportError};
use crate::config::AuthConfiguration;

/// More than any answer of the service.
const MAX_ANSWER: usize = 1024 * 1024;

/// A connection that was idle for longer is not used again: phones sleep, and carriers drop idle connections silently.
const IDLE: Duration = Duration::from_secs(50);

/// The transport of a client that was given none.
pub(crate) fn default_transport(configuration: &AuthConfiguration) -> Arc<dyn Transport> {
    Arc::new(Http {
        connect_timeout: configuration.connect_timeout(),
        total_timeout: configuration.total_timeout(),
        client: OnceLock::new(),
    })
}

/// Made without I/O; the real client is made at the first request.
#[derive(Debug)]
struct Http {
    connect_timeout: Duration,
    total_timeout: Duration,
    client: OnceLock<Result<Client, String>>,
}

impl Http {
    fn client(&self) -> Result<&Client, TransportError> {
        let made = self.client.get_or_init(|| {
            let tls = tls::client_config()?;
            let client = Client::builder()
                .tls_backend_preconfigured(tls)
                .http1_only()
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .no_proxy()
                .tcp_nodelay(true)
                .pool_idle_timeout(IDLE)
                .connect_timeout(self.connect_timeout)
                .timeout(self.total_timeout)
                .user_agent(concat!("portcullis/", env!("CARGO_PKG_VERSION")))
                .build();
            client.map_err(|error| describe(&error))
        });
        made.as_ref().map_err(|why| TransportError::NotConnected(why.clone()))
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut post = self.client()?.post(request.url);
        for (name, value) in request.headers {
            post = post.header(name, value);
        }
        let mut answer = post.body(request.body.to_vec()).send().await.map_err(|error| classify(&error))?;
        let status = answer.status().as_u16();
        let header = |(name, value): (&reqwest::header::HeaderName, &reqwest::header::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        let headers = answer.headers().iter().filter_map(header).collect();
        let mut body = Zeroizing::new(Vec::with_capacity(8 * 1024));
        while let Some(chunk) = answer.chunk().await.map_err(|error| classify(&error))? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(TransportError::Broken("the answer is too long".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body })
    }
}

impl Transport for Http {
    fn send<'a>(&'a self, request: HttpRequest) -> BoxFuture<'a, Result<HttpResponse, TransportError>> {
        Box::pin(self.exchange(request))
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() {
        TransportError::NotConnected(describe(error))
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::Broken(describe(error))
    }
}

/// The innermost reason: reqwest's own text would repeat the URL.
fn describe(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    if error.source().is_some() { reason.to_string() } else { "the request could not be sent".to_owned() }
}
