//! CUSTOM_AUTH: the define, create and verify triggers, round by round.

use serde_json::{Map, Value, json};

use super::attempt::{Attempt, ChallengeResult, CustomState, Flow};
use super::{Parameters, SignIn, order, pre_authentication, required, srp};
use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::users::{User, UserStatus};

const CUSTOM_CHALLENGE: &str = "CUSTOM_CHALLENGE";

/// The first request.
pub(crate) async fn start(
    sign_in: &SignIn<'_>,
    parameters: &Parameters,
    validation_data: &Map<String, Value>,
) -> Outcome<Value> {
    let typed = required(parameters, "USERNAME")?;
    let begins_with_srp = parameters.get("CHALLENGE_NAME").is_some_and(|name| name == "SRP_A");
    if begins_with_srp {
        srp::check_public(required(parameters, "SRP_A")?)?;
    }
    sign_in.client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &[typed])?;
    if !events::has(sign_in.call, &sign_in.pool, TriggerKind::DefineAuthChallenge) {
        let text = "Custom auth lambda trigger is not configured for the user pool.";
        return Err(ServiceError::invalid_parameter(text));
    }
    let user = sign_in.user_named(typed)?;
    let username = user.as_ref().map_or(typed, |user| &user.username);
    let mut attempt = Attempt::new(Flow::Custom, username, typed, user.is_some());
    if !begins_with_srp {
        if user.as_ref().is_some_and(|user| !user.enabled) {
            return Err(order::disabled());
        }
        return next(sign_in, attempt, user).await;
    }
    pre_authentication::run(sign_in, user.as_ref(), typed, validation_data).await?;
    let custom = attempt.custom.get_or_insert_default();
    custom.history.push(ChallengeResult::built_in("SRP_A"));
    match define(sign_in, &attempt, user.as_ref()).await? {
        Decision::Challenge(name) if name == "PASSWORD_VERIFIER" => {
            let client_public = required(parameters, "SRP_A")?;
            srp::challenge(sign_in, Flow::Custom, user.as_ref(), typed, client_public, Some(attempt))
        }
        decision => carry_out(sign_in, attempt, user, decision).await,
    }
}

/// Asks define what comes next, and does it.
pub(crate) async fn next(sign_in: &SignIn<'_>, attempt: Attempt, user: Option<User>) -> Outcome<Value> {
    let decision = define(sign_in, &attempt, user.as_ref()).await?;
    carry_out(sign_in, attempt, user, decision).await
}

/// Takes an answer to CUSTOM_CHALLENGE: verify judges it, define decides what that means.
pub(crate) async fn answer(
    sign_in: &SignIn<'_>,
    mut attempt: Attempt,
    user: Option<User>,
    answer: &str,
) -> Outcome<Value> {
    let custom = attempt.custom.take().unwrap_or_default();
    let mut request = json!({
        "userAttributes": user.as_ref().map(User::event_attributes).unwrap_or_default(),
        "privateChallengeParameters": custom.private_parameters,
        "challengeAnswer": answer,
    });
    pre_authentication::mark_unknown(sign_in, user.as_ref(), &mut request);
    let kind = TriggerKind::VerifyAuthChallengeResponse;
    let event = Event {
        kind,
        source: "VerifyAuthChallengeResponse_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &attempt.username,
        request: events::with_metadata(request, &sign_in.client_metadata),
        response: json!({ "answerCorrect": null }),
    };
    let response = events::run(sign_in.call, event).await?.ok_or_else(|| missing_trigger(kind))?;
    let right = match response.get("answerCorrect") {
        Some(Value::Bool(right)) => *right,
        None | Some(Value::Null) => false,
        Some(_) => return Err(events::unrecognizable()),
    };
    let mut history = custom.history;
    history.push(ChallengeResult {
        challenge_name: CUSTOM_CHALLENGE.into(),
        challenge_result: right,
        challenge_metadata: custom.challenge_metadata,
    });
    attempt.custom = Some(CustomState { history, ..CustomState::default() });
    next(sign_in, attempt, user).await
}

enum Decision {
    Tokens,
    Fail,
    Challenge(String),
}

async fn define(sign_in: &SignIn<'_>, attempt: &Attempt, user: Option<&User>) -> Outcome<Decision> {
    let kind = TriggerKind::DefineAuthChallenge;
    let mut request = json!({
        "userAttributes": user.map(User::event_attributes).unwrap_or_default(),
        "session": history(attempt),
    });
    pre_authentication::mark_unknown(sign_in, user, &mut request);
    let event = Event {
        kind,
        source: "DefineAuthChallenge_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &attempt.username,
        request: events::with_metadata(request, &sign_in.client_metadata),
        response: json!({ "challengeName": null, "issueTokens": null, "failAuthentication": null }),
    };
    let response = events::run(sign_in.call, event).await?.ok_or_else(|| missing_trigger(kind))?;
    let says = |member: &str| response.get(member) == Some(&Value::Bool(true));
    if says("failAuthentication") {
        return Ok(Decision::Fail);
    }
    if says("issueTokens") {
        return Ok(Decision::Tokens);
    }
    match response.get("challengeName").and_then(Value::as_str) {
        Some(name) if !name.is_empty() => Ok(Decision::Challenge(name.to_owned())),
        _ => Err(events::unrecognizable()),
    }
}

async fn carry_out(sign_in: &SignIn<'_>, attempt: Attempt, user: Option<User>, decision: Decision) -> Outcome<Value> {
    match (decision, user) {
        (Decision::Tokens, Some(user)) => order::after_custom_flow(sign_in, attempt, user).await,
        (Decision::Challenge(name), user) if name == CUSTOM_CHALLENGE => create(sign_in, attempt, user.as_ref()).await,
        (Decision::Challenge(name), Some(user)) if name == "NEW_PASSWORD_REQUIRED" => {
            let due = matches!(user.status, UserStatus::ForceChangePassword | UserStatus::ResetRequired);
            let proven = attempt.srp.is_some() && due;
            if proven { order::new_password_challenge(sign_in, &attempt, &user) } else { Err(events::unrecognizable()) }
        }
        // Nobody is signed in who is not there.
        (Decision::Tokens | Decision::Fail, _) => Err(ServiceError::wrong_credentials()),
        (Decision::Challenge(_), _) => Err(events::unrecognizable()),
    }
}

async fn create(sign_in: &SignIn<'_>, mut attempt: Attempt, user: Option<&User>) -> Outcome<Value> {
    let kind = TriggerKind::CreateAuthChallenge;
    let mut request = json!({
        "userAttributes": user.map(User::event_attributes).unwrap_or_default(),
        "challengeName": CUSTOM_CHALLENGE,
        "session": history(&attempt),
    });
    pre_authentication::mark_unknown(sign_in, user, &mut request);
    let event = Event {
        kind,
        source: "CreateAuthChallenge_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &attempt.username,
        request: events::with_metadata(request, &sign_in.client_metadata),
        response: json!({
            "publicChallengeParameters": null,
            "privateChallengeParameters": null,
            "challengeMetadata": null,
        }),
    };
    let mut response = events::run(sign_in.call, event).await?.ok_or_else(|| missing_trigger(kind))?;
    let mut object = |member: &str| match response.remove(member) {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(object)) => Ok(object),
        Some(_) => Err(events::unrecognizable()),
    };
    let mut public = object("publicChallengeParameters")?;
    if public.values().any(|value| !value.is_string()) {
        return Err(events::unrecognizable());
    }
    let private_parameters = object("privateChallengeParameters")?;
    let challenge_metadata = match response.remove("challengeMetadata") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        Some(_) => return Err(events::unrecognizable()),
    };
    public.insert("USERNAME".into(), json!(attempt.username));
    let custom = attempt.custom.get_or_insert_default();
    custom.private_parameters = private_parameters;
    custom.challenge_metadata = challenge_metadata;
    sign_in.challenge(CUSTOM_CHALLENGE, public, &attempt)
}

fn history(attempt: &Attempt) -> Value {
    json!(attempt.custom.as_ref().map(|custom| &custom.history))
}

fn missing_trigger(kind: TriggerKind) -> ServiceError {
    ServiceError::invalid_parameter(format!("{} lambda trigger is not configured for the user pool.", kind.name()))
}
