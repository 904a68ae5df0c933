//! CUSTOM_AUTH: what its triggers are told, and the define trigger's word on what comes next. The other two triggers are
//! in `challenges/custom_challenge.rs`.

use serde_json::{Map, Value, json};

use super::attempt::{Attempt, Said};
use super::context::SignIn;
use super::facts::Facts;
use super::pre_authentication;
use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::users::User;

/// Asks the define trigger.
pub(crate) async fn define(sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Said> {
    let request = request(sign_in, attempt, facts);
    let response = json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null });
    let response = run(sign_in, attempt, TriggerKind::DefineAuthChallenge, request, response).await?;
    let says = |member: &str| response.get(member) == Some(&Value::Bool(true));
    if says("failAuthentication") {
        return Ok(Said::Fail);
    }
    if says("issueTokens") {
        return Ok(Said::Tokens);
    }
    match response.get("challengeName").and_then(Value::as_str) {
        Some(name) if !name.is_empty() => Ok(Said::Challenge(name.to_owned())),
        _ => Err(events::unrecognizable()),
    }
}

/// Runs one of the three triggers, which the pool has to have. `response` is what the handler finds.
pub(crate) async fn run(
    sign_in: &SignIn<'_>,
    attempt: &Attempt,
    kind: TriggerKind,
    request: Value,
    response: Value,
) -> Outcome<Map<String, Value>> {
    let event = Event {
        kind,
        source: &format!("{}_Authentication", kind.name()),
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &attempt.username,
        request: events::with_metadata(request, &sign_in.client_metadata),
        response,
    };
    let missing = || format!("{} lambda trigger is not configured for the user pool.", kind.name());
    events::run(sign_in.call, event).await?.ok_or_else(|| ServiceError::invalid_parameter(missing()))
}

/// What all three triggers are told: who, and what there was so far.
pub(crate) fn request(sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Value {
    let user = facts.visible(attempt);
    let mut request = json!({
        "userAttributes": user.map(User::event_attributes).unwrap_or_default(),
        "session": attempt.custom.as_ref().map(|custom| &custom.history),
    });
    pre_authentication::mark_unknown(sign_in, user, &mut request);
    request
}
