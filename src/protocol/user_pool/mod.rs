//! The operations of `cognito-idp` that an app calls, one struct each, and the one way to call them.

mod attribute;
mod auth;
mod context;
mod devices;
mod lenient;
mod mfa_preference;
mod password;
mod sign_up;
mod software_token;
mod tokens;
mod user;
mod web_authn;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::exception;
use super::retry::{Attempt, wait_before_next};
use super::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::support::clock::ServiceClock;
use crate::support::deadline;
use crate::support::json::Members;
use crate::support::random::Random;

pub use attribute::UserAttribute;
pub(crate) use attribute::attribute_name;
pub(crate) use auth::{AuthAnswer, AuthenticationResult, InitiateAuth, NewDeviceMetadata, RespondToAuthChallenge};
pub(crate) use context::{AnalyticsMetadata, ClientContext, NoContext, RequestContext, UserContextData};
pub(crate) use devices::{
    ConfirmDevice, Device, DeviceSecretVerifierConfig, ForgetDevice, ListDevices, UpdateDeviceStatus,
};
pub(crate) use mfa_preference::{MfaSettings, SetUserMfaPreference};
pub(crate) use password::{ChangePassword, ConfirmForgotPassword, ForgotPassword};
pub(crate) use sign_up::{ConfirmSignUp, NameValue, ResendConfirmationCode, SignUp};
pub(crate) use software_token::{AssociateAnswer, AssociateSoftwareToken, VerifyAnswer, VerifySoftwareToken};
pub(crate) use tokens::{GetTokensFromRefreshToken, GlobalSignOut, RevokeToken};
pub(crate) use user::{
    DeleteUser, DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, UpdateUserAttributes,
    VerifyUserAttribute,
};
pub(crate) use web_authn::{
    CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials, StartWebAuthnRegistration,
    WebAuthnCredential,
};

/// A process that notices the end of its time so much later has stood still.
const STOOD_STILL: Duration = Duration::from_millis(500);
/// How long it then still waits for an answer that may be there already.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// An operation of the service: its input, and what it answers.
pub(crate) trait Call: Serialize + Send + Sync {
    /// The operation's name.
    const OPERATION: &'static str;
    /// Whether it does no harm when the service sees it twice.
    const REPEATABLE: bool;
    type Answer: DeserializeOwned + Send;

    /// Whom the call is about, for operations that take data for threat protection and analytics.
    fn context_username(&self) -> Option<&str> {
        None
    }
}

/// The answer of an operation that has none: an empty object, or nothing at all.
#[derive(Debug)]
pub(crate) struct Nothing;

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Fields {}
        Option::<Fields>::deserialize(deserializer).map(|_| Self)
    }
}

/// In milliseconds: the device slept while such an answer was on its way, and its `Date` is of before.
const LATE: i64 = 60_000;

/// The user-pool service.
#[derive(Debug)]
pub(crate) struct UserPool {
    endpoint: url::Url,
    total_timeout: Duration,
    transport: Arc<dyn Transport>,
    clock: Arc<ServiceClock>,
    random: Arc<dyn Random>,
    context: Arc<dyn RequestContext>,
}

impl UserPool {
    pub fn new(
        configuration: &AuthConfiguration,
        transport: Arc<dyn Transport>,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let (endpoint, total_timeout) = (configuration.endpoint().clone(), configuration.total_timeout());
        Self { endpoint, total_timeout, transport, clock, random, context: Arc::new(NoContext) }
    }

    /// With a context for the operations that take one.
    #[must_use]
    pub fn with_context(mut self, context: Arc<dyn RequestContext>) -> Self {
        self.context = context;
        self
    }

    /// Calls the operation: one request, or up to three where that is safe, within what is left of the caller's time.
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Answer> {
        let mut answer = None;
        let mut read = |response: &HttpResponse| {
            answer = Some(exception::read(C::OPERATION, response)?);
            Ok(())
        };
        let exchange = Exchange {
            operation: C::OPERATION,
            repeatable: C::REPEATABLE,
            username: call.context_username(),
            write: &|to| serde_json::to_writer(to, call),
            read: &mut read,
        };
        self.exchange(exchange).await?;
        answer.ok_or_else(|| Error::internal("nobody read the answer"))
    }

    /// The one code for all operations.
    async fn exchange(&self, exchange: Exchange<'_>) -> Result<()> {
        let Exchange { operation, repeatable, username, write, read } = exchange;
        let context = match username {
            Some(username) => self.context.about(username).await,
            None => ClientContext::default(),
        };
        let body = body_of(write, &context)?;
        let end = deadline::or_in(self.total_timeout);
        let mut number = 1;
        loop {
            let Failed { error, retry_after } = match self.attempt(operation, body.clone(), end, read).await {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            };
            let left = end.saturating_duration_since(Instant::now());
            let attempt = Attempt { number, repeatable, left, retry_after, chance: self.chance() };
            let Some(wait) = wait_before_next(&error, attempt) else { return Err(error) };
            tokio::time::sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt(
        &self,
        operation: &'static str,
        body: Zeroizing<Vec<u8>>,
        end: Instant,
        read: &mut Read<'_>,
    ) -> Result<(), Failed> {
        let request = HttpRequest {
            url: self.endpoint.clone(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}")),
                ("cache-control", "no-store".to_owned()),
            ],
            body,
        };
        let sent_at = self.clock.running();
        let sent = answer_by(end, self.transport.send(request)).await;
        let response = sent.map_err(|error| Failed {
            error: Error::Transport { operation, failure: error.into() },
            retry_after: None,
        })?;
        let answer = read(&response);
        let is_prompt = self.clock.running().saturating_sub(sent_at) < LATE;
        if is_prompt && !matches!(answer, Err(Error::Transport { .. })) {
            self.note_time(&response);
        }
        answer.map_err(|error| Failed { error, retry_after: exception::retry_after(&response) })
    }

    /// Learns the service's time from its answer.
    fn note_time(&self, response: &HttpResponse) {
        if let Some(service_now) = exception::date(response) {
            self.clock.observe(service_now);
        }
    }

    /// Uniform; without randomness the longest wait is a good wait too.
    fn chance(&self) -> u32 {
        let mut bytes = [0xff; 4];
        let _ = self.random.fill(&mut bytes);
        u32::from_le_bytes(bytes)
    }
}

/// The answer, if it comes by then. A process that was stopped meanwhile (an app in the background) finds the time over
/// when it goes on, and the answer perhaps in its socket: it looks once more, since that may be the only copy of a
/// rotated token.
async fn answer_by(
    end: Instant,
    sending: impl Future<Output = Result<HttpResponse, TransportError>>,
) -> Result<HttpResponse, TransportError> {
    let mut sending = std::pin::pin!(sending);
    if let Ok(answer) = tokio::time::timeout_at(end, &mut sending).await {
        return answer;
    }
    if Instant::now() < end + STOOD_STILL {
        return Err(TransportError::TimedOut);
    }
    tokio::time::timeout(LAST_LOOK, sending).await.unwrap_or(Err(TransportError::TimedOut))
}

/// A failed attempt.
struct Failed {
    error: Error,
    retry_after: Option<Duration>,
}

/// An operation without its types.
struct Exchange<'a> {
    operation: &'static str,
    repeatable: bool,
    username: Option<&'a str>,
    write: &'a Write<'a>,
    read: &'a mut Read<'a>,
}

/// Writes the call's JSON.
type Write<'a> = dyn Fn(&mut dyn std::io::Write) -> serde_json::Result<()> + Sync + 'a;
/// Reads the answer.
type Read<'a> = dyn FnMut(&HttpResponse) -> Result<()> + Send + 'a;

/// A call and its context in one JSON object, in a buffer that never grew: growing would leave copies of its secrets behind.
fn body_of(write: &Write<'_>, context: &ClientContext) -> Result<Zeroizing<Vec<u8>>> {
    let unwritable = |error: serde_json::Error| Error::internal(error.to_string());
    let mut length = Length(0);
    write(&mut length).map_err(unwritable)?;
    let context = serde_json::to_vec(context).map_err(unwritable)?;
    let mut body = Zeroizing::new(Vec::with_capacity(length.0 + context.len()));
    write(&mut *body).map_err(unwritable)?;
    if let [b'{', members @ .., b'}'] = context.as_slice()
        && !members.is_empty()
    {
        body.pop();
        if body.len() > 1 {
            body.push(b',');
        }
        body.extend_from_slice(members);
        body.push(b'}');
    }
    Ok(body)
}

/// Counts what is written.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Lambda data and the like: left out when there is none, since the service has no use for an empty map.
type TextMap = BTreeMap<String, String>;

/// `null` counts as absent.
fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A map of texts as servers really send it: `null` counts as absent, and a number or an object is kept as its JSON.
fn lenient_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TextMap, D::Error> {
    let sent: Option<Members> = lenient::object(deserializer)?;
    let text = |(key, value): (String, Box<RawValue>)| match value.get() {
        "null" => None,
        text => Some((key, serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()))),
    };
    Ok(sent.unwrap_or_default().into_iter().filter_map(text).collect())
}

#[cfg(test)]
mod tests;
