//! Running a Lambda trigger: the envelope of its event, and what its failures mean to the client.

use serde_json::{Map, Value, json};

use crate::error::{Outcome, ServiceError};
use crate::feed;
use crate::model::pool::Pool;
use crate::model::trigger_kind::TriggerKind;
use crate::service::Call;
use crate::triggers::TriggerFailure;

/// What is said about one run of a trigger.
pub(crate) struct Event<'a> {
    pub kind: TriggerKind,
    /// `triggerSource`
    pub source: &'a str,
    pub pool: &'a Pool,
    /// None for administrators' calls.
    pub client_id: Option<&'a str>,
    pub user_name: &'a str,
    pub request: Value,
    /// The response as the handler finds it.
    pub response: Value,
}

/// Adds `clientMetadata` to a request when there is any.
pub(crate) fn with_metadata(mut request: Value, metadata: &Map<String, Value>) -> Value {
    if let Some(object) = request.as_object_mut().filter(|_| !metadata.is_empty()) {
        object.insert("clientMetadata".into(), Value::Object(metadata.clone()));
    }
    request
}

pub(crate) fn has(call: &Call, pool: &Pool, kind: TriggerKind) -> bool {
    call.service.triggers.has(kind, pool.lambda_arn(kind))
}

/// Runs the trigger and returns its `response`; None when the pool has no such trigger.
pub(crate) async fn run(call: &Call, event: Event<'_>) -> Outcome<Option<Map<String, Value>>> {
    if !has(call, event.pool, event.kind) {
        return Ok(None);
    }
    let version = if event.kind == TriggerKind::PreTokenGeneration { event.pool.pre_token_version() } else { "1" };
    let envelope = json!({
        "version": version,
        "triggerSource": event.source,
        "region": event.pool.region(),
        "userPoolId": event.pool.id,
        "userName": event.user_name,
        "callerContext": {
            "awsSdkVersion": call.sdk,
            "clientId": event.client_id.unwrap_or("CLIENT_ID_NOT_APPLICABLE"),
        },
        "request": event.request,
        "response": event.response,
    });
    let arn = event.pool.lambda_arn(event.kind);
    let started = tokio::time::Instant::now();
    let answer = call.service.triggers.invoke(event.kind, arn, envelope).await;
    let (outcome, error) = match &answer {
        Ok(_) => ("answered", None),
        Err(TriggerFailure::Threw(text)) => ("threw", Some(text.as_str())),
        Err(TriggerFailure::NotInvocable(text)) => ("not_invocable", Some(text.as_str())),
        Err(TriggerFailure::TimedOut) => ("timed_out", None),
        Err(TriggerFailure::Unrecognizable) => ("unrecognizable", None),
    };
    call.service.feed.tell(
        feed::Kind::Trigger,
        json!({
            "pool": event.pool.id,
            "name": event.kind.name(),
            "source": event.source,
            "client": event.client_id,
            "user": event.user_name,
            "outcome": outcome,
            "error": error,
            "seconds": started.elapsed().as_secs_f64(),
        }),
    );
    match answer.map_err(|failure| refusal(event.kind, failure))? {
        Value::Object(mut event) => match event.remove("response") {
            Some(Value::Object(response)) => Ok(Some(response)),
            None | Some(Value::Null) => Ok(Some(Map::new())),
            Some(_) => Err(unrecognizable()),
        },
        _ => Err(unrecognizable()),
    }
}

pub(crate) fn unrecognizable() -> ServiceError {
    ServiceError::invalid_lambda_response("Unrecognizable lambda output")
}

fn refusal(kind: TriggerKind, failure: TriggerFailure) -> ServiceError {
    let name = kind.name();
    match failure {
        TriggerFailure::Threw(text) => {
            ServiceError::user_lambda_validation(format!("{name} failed with error {text}."))
        }
        TriggerFailure::NotInvocable(text) => {
            ServiceError::unexpected_lambda(format!("{name} invocation failed due to error {text}."))
        }
        TriggerFailure::TimedOut => ServiceError::unexpected_lambda(format!(
            "{name} invocation failed due to error Socket timeout while invoking Lambda function."
        )),
        TriggerFailure::Unrecognizable => unrecognizable(),
    }
}
