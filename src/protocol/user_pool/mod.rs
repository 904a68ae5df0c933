//! The operations of `cognito-idp` that an app calls, one struct each, and the one way to call them.

mod auth;
mod sign_up;
mod tokens;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::exception;
use super::retry::wait_before_next;
use super::transport::{HttpRequest, Transport, TransportError};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::support::clock::ServiceClock;
use crate::support::random::Random;

pub(crate) use auth::{AuthAnswer, AuthenticationResult, InitiateAuth, RespondToAuthChallenge};
pub(crate) use sign_up::{CodeDeliveryDetails, ConfirmSignUp, NameValue, ResendConfirmationCode, SignUp};
pub(crate) use tokens::{GetTokensFromRefreshToken, GlobalSignOut, RevokeToken};

/// An operation of the service: its input, and what it answers.
pub(crate) trait Call: Serialize + Send + Sync {
    /// The operation's name.
    const OPERATION: &'static str;
    /// Whether it does no harm when the service sees it twice.
    const REPEATABLE: bool;
    type Answer: DeserializeOwned + Send;
}

/// The answer of an operation that has none.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// The user-pool service.
#[derive(Debug)]
pub(crate) struct UserPool {
    endpoint: url::Url,
    total_timeout: Duration,
    transport: Arc<dyn Transport>,
    clock: Arc<ServiceClock>,
    random: Arc<dyn Random>,
}

impl UserPool {
    pub fn new(
        configuration: &AuthConfiguration,
        transport: Arc<dyn Transport>,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let (endpoint, total_timeout) = (configuration.endpoint().clone(), configuration.total_timeout());
        Self { endpoint, total_timeout, transport, clock, random }
    }

    /// Calls the operation: one request, or up to three where that is safe, within the total time.
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Answer> {
        let mut body = Zeroizing::new(Vec::with_capacity(4 * 1024));
        serde_json::to_writer(&mut *body, call).map_err(|error| Error::internal(error.to_string()))?;
        let end = tokio::time::Instant::now() + self.total_timeout;
        let mut attempt = 1;
        loop {
            let failure = match self.attempt::<C>(body.clone(), end).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            let left = end.saturating_duration_since(tokio::time::Instant::now());
            match wait_before_next(&failure, C::REPEATABLE, attempt, left, self.chance()) {
                None => return Err(failure),
                Some(wait) => tokio::time::sleep(wait).await,
            }
            attempt += 1;
        }
    }

    async fn attempt<C: Call>(&self, body: Zeroizing<Vec<u8>>, end: tokio::time::Instant) -> Result<C::Answer> {
        let request = HttpRequest {
            url: self.endpoint.clone(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", format!("AWSCognitoIdentityProviderService.{}", C::OPERATION)),
                ("cache-control", "no-store".to_owned()),
            ],
            body,
        };
        let sent = tokio::time::timeout_at(end, self.transport.send(request)).await;
        let response = sent.unwrap_or(Err(TransportError::TimedOut));
        let response = response.map_err(|error| Error::Transport { operation: C::OPERATION, failure: error.into() })?;
        let answer = exception::read(C::OPERATION, &response);
        let is_the_service = !matches!(answer, Err(Error::Transport { .. }));
        if let Some(date) = response.header("date").filter(|_| is_the_service) {
            if let Ok(service_now) = httpdate::parse_http_date(date) {
                self.clock.observe(service_now);
            }
        }
        answer
    }

    /// Uniform; without randomness the longest wait is a good wait too.
    fn chance(&self) -> u32 {
        let mut bytes = [0xff; 4];
        let _ = self.random.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }
}

/// Lambda data and the like: left out when there is none, since the service has no use for an empty map.
type TextMap = BTreeMap<String, String>;

/// `null` counts as absent.
fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
