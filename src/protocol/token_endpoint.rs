//! The token endpoint of the hosted pages: a code for tokens (RFC 6749 §4.1.3 with RFC 7636).

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tokio::time::Instant;
use url::Url;
use url::form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

use super::exception;
use super::retry::{Attempt, wait_before_next};
use super::service::answer_by;
use super::transport::{HttpRequest, HttpResponse, Transport};
use super::user_pool::AuthenticationResult;
use crate::config::{AuthConfiguration, HostedUiConfiguration};
use crate::error::{Error, Result, TransportFailure};
use crate::support::clock::ServiceClock;
use crate::support::deadline;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// What the requests are called in errors.
const OPERATION: &str = "oauth2/token";

/// A code and what proves that it is ours.
pub(crate) struct CodeGrant<'a> {
    pub code: &'a Secret,
    pub code_verifier: &'a Secret,
    pub redirect_uri: &'a str,
}

/// The token endpoint and how it is reached.
pub(crate) struct TokenEndpoint {
    url: Url,
    client_id: String,
    client_secret: Option<Secret>,
    total_timeout: Duration,
    transport: Arc<dyn Transport>,
    clock: Arc<ServiceClock>,
}
shows!(TokenEndpoint { url: text });

impl TokenEndpoint {
    pub fn new(
        configuration: &AuthConfiguration,
        pages: &HostedUiConfiguration,
        transport: Arc<dyn Transport>,
        clock: Arc<ServiceClock>,
    ) -> Self {
        Self {
            url: pages.page("oauth2/token"),
            client_id: configuration.client_id().to_owned(),
            client_secret: configuration.client_secret().cloned(),
            total_timeout: configuration.total_timeout(),
            transport,
            clock,
        }
    }

    /// Exchanges the code. A code counts once, so the request is sent again only where no connection was made.
    pub async fn exchange(&self, grant: &CodeGrant<'_>) -> Result<AuthenticationResult> {
        let end = deadline::or_in(self.total_timeout);
        let mut number = 1;
        loop {
            let error = match self.attempt(grant, end).await {
                Ok(tokens) => return Ok(tokens),
                Err(error) => error,
            };
            let left = end.saturating_duration_since(Instant::now());
            let attempt = Attempt { number, repeatable: false, left, retry_after: None, chance: u32::MAX };
            let Some(wait) = wait_before_next(&error, attempt) else { return Err(error) };
            tokio::time::sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt(&self, grant: &CodeGrant<'_>, end: Instant) -> Result<AuthenticationResult> {
        let mut headers = vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
            ("cache-control", "no-store".to_owned()),
        ];
        if let Some(secret) = &self.client_secret {
            let pair = Zeroizing::new(format!("{}:{}", self.client_id, secret.expose()));
            headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair.as_bytes()))));
        }
        let request = HttpRequest { url: self.url.clone(), headers, body: self.body(grant) };
        let sent = answer_by(end, self.transport.send(request)).await;
        let response = sent.map_err(|error| Error::Transport { operation: OPERATION, failure: error.into() })?;
        let tokens = read(&response)?;
        if let Some(service_now) = exception::date(&response) {
            self.clock.observe(service_now);
        }
        Ok(tokens)
    }

    /// In a buffer that never grows: growing would leave copies of the code behind.
    fn body(&self, grant: &CodeGrant<'_>) -> Zeroizing<Vec<u8>> {
        let members = [
            ("grant_type", "authorization_code"),
            ("client_id", &self.client_id),
            ("code", grant.code.expose()),
            ("redirect_uri", grant.redirect_uri),
            ("code_verifier", grant.code_verifier.expose()),
        ];
        // One byte takes three at most.
        let room = members.iter().map(|(name, value)| name.len() + value.len() * 3 + 2).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(room));
        for (name, value) in members {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            byte_serialize(value.as_bytes()).for_each(|part| body.extend_from_slice(part.as_bytes()));
        }
        body
    }
}

/// RFC 6749 §5.1.
#[derive(Deserialize)]
struct Granted {
    access_token: Secret,
    id_token: Option<Secret>,
    refresh_token: Option<Secret>,
    expires_in: Option<i64>,
}

/// RFC 6749 §5.2.
#[derive(Deserialize)]
struct Refused {
    error: String,
    error_description: Option<String>,
}

fn read(response: &HttpResponse) -> Result<AuthenticationResult> {
    let not_it =
        Error::Transport { operation: OPERATION, failure: TransportFailure::NotTheService { status: response.status } };
    if response.status == 200 {
        let granted: Granted = serde_json::from_slice(&response.body).map_err(|_| not_it)?;
        let Granted { access_token, id_token, refresh_token, expires_in } = granted;
        let access_token = Some(access_token);
        return Ok(AuthenticationResult {
            access_token,
            id_token,
            refresh_token,
            expires_in,
            new_device_metadata: None,
        });
    }
    // What is no 400 or 401 with an error of the standard comes from something in between, or may pass.
    let refused: Refused = match response.status {
        400 | 401 => serde_json::from_slice(&response.body).map_err(|_| not_it)?,
        _ => return Err(not_it),
    };
    let Refused { error, error_description } = refused;
    Err(Error::web_ui_refused(&error, error_description.as_deref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<AuthenticationResult> {
        read(&HttpResponse::new(status, Vec::new(), body.as_bytes().to_vec()))
    }

    #[test]
    fn tokens_refusals_and_what_is_neither_are_told_apart() {
        let tokens = answered(200, r#"{"access_token":"a","expires_in":3600,"token_type":"Bearer"}"#).unwrap();
        assert_eq!((tokens.access_token, tokens.id_token, tokens.expires_in), (Some("a".into()), None, Some(3600)));
        let code = |status, body| answered(status, body).unwrap_err().code().as_str();
        assert_eq!(code(400, r#"{"error":"invalid_grant"}"#), "web_ui_refused");
        assert_eq!(code(401, r#"{"error":"invalid_client"}"#), "client_secret_mismatch");
        for (status, body) in [(200, "<html>"), (200, "{}"), (400, "<html>"), (500, r#"{"error":"x"}"#), (403, "")] {
            assert_eq!(code(status, body), "bad_response", "{status} {body}");
        }
    }
}
