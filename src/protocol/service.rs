//! One of Cognito's services: JSON over HTTPS, all operations at one URL, their name in a header.

use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::exception;
use super::retry::{Attempt, wait_before_next};
use super::transport::{HttpRequest, HttpResponse, Transport, TransportError};
use crate::error::{Error, Result};
use crate::support::clock::ServiceClock;
use crate::support::deadline;
use crate::support::random::Random;
use crate::support::shown::shows;
use crate::support::task::Anything;

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
    type Answer: DeserializeOwned + Send + 'static;

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

/// A service and how it is reached.
pub(super) struct Service {
    /// What the names of its operations are preceded by in `X-Amz-Target`.
    pub target: &'static str,
    pub endpoint: url::Url,
    pub total_timeout: Duration,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<ServiceClock>,
    pub random: Arc<dyn Random>,
}
shows!(Service { target, endpoint: text });

impl Service {
    /// Calls the operation: one request, or up to three where that is safe, within what is left of the caller's time. The
    /// members of the context, an object as JSON or nothing, go along with those of the call. The one code for all
    /// operations; gives what `operation` reads.
    pub async fn call(&self, operation: Operation<'_>, context: &[u8]) -> Result<Anything> {
        let body = body_of(operation.write, context)?;
        let end = deadline::or_in(self.total_timeout);
        let mut number = 1;
        loop {
            let Failed { error, retry_after } = match self.attempt(&operation, body.clone(), end).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let left = end.saturating_duration_since(Instant::now());
            let attempt =
                Attempt { number, repeatable: operation.repeatable, left, retry_after, chance: self.chance() };
            let Some(wait) = wait_before_next(&error, attempt) else { return Err(error) };
            tokio::time::sleep(wait).await;
            number += 1;
        }
    }

    async fn attempt(
        &self,
        operation: &Operation<'_>,
        body: Zeroizing<Vec<u8>>,
        end: Instant,
    ) -> Result<Anything, Failed> {
        let Operation { name, read, .. } = *operation;
        let request = HttpRequest {
            url: self.endpoint.clone(),
            headers: vec![
                ("content-type", "application/x-amz-json-1.1".to_owned()),
                ("x-amz-target", format!("{}.{name}", self.target)),
                ("cache-control", "no-store".to_owned()),
            ],
            body,
        };
        let sent_at = self.clock.running();
        let sent = answer_by(end, self.transport.send(request)).await;
        let response = sent.map_err(|error| Failed {
            error: Error::Transport { operation: name, failure: error.into() },
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
pub(super) async fn answer_by(
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

/// Writes the call's JSON.
type Write<'a> = dyn Fn(&mut dyn std::io::Write) -> serde_json::Result<()> + Sync + 'a;

/// A call without its type.
pub(super) struct Operation<'a> {
    name: &'static str,
    repeatable: bool,
    write: &'a Write<'a>,
    /// Reads the answer.
    read: fn(&HttpResponse) -> Result<Anything>,
}

impl<'a> Operation<'a> {
    /// A call of that type, which writes itself so.
    pub fn of<C: Call>(write: &'a Write<'a>) -> Self {
        let read = |response: &HttpResponse| {
            let answer: C::Answer = exception::read(C::OPERATION, response)?;
            Ok(Box::new(answer) as Anything)
        };
        Self { name: C::OPERATION, repeatable: C::REPEATABLE, write, read }
    }
}

/// A call and its context in one JSON object, in a buffer that never grew: growing would leave copies of its secrets behind.
fn body_of(write: &Write<'_>, context: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let unwritable = |error: serde_json::Error| Error::internal(error.to_string());
    let mut length = Length(0);
    write(&mut length).map_err(unwritable)?;
    let mut body = Zeroizing::new(Vec::with_capacity(length.0 + context.len()));
    write(&mut *body).map_err(unwritable)?;
    if let [b'{', members @ .., b'}'] = context
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
