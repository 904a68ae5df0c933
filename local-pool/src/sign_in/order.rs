//! What follows what: after the password the user's state, a new password, the custom flow's rounds, tokens.

use serde_json::{Map, Value, json};

use super::attempt::{Attempt, ChallengeResult, Flow};
use super::second_factor::{self, Decision};
use super::{SignIn, custom_flow, device, lock_out};
use crate::challenges::device_srp_auth;
use crate::error::{Outcome, ServiceError};
use crate::events::{self, Event};
use crate::model::trigger_kind::TriggerKind;
use crate::tokens::issue;
use crate::users::{User, UserStatus, attributes};

/// Goes on after a right password or proof.
pub(crate) async fn after_password(sign_in: &SignIn<'_>, mut attempt: Attempt, user: User) -> Outcome<Value> {
    lock_out::reset(&sign_in.call.service, &sign_in.pool, &user.username)?;
    if !user.enabled {
        return Err(disabled());
    }
    if user.status == UserStatus::ForceChangePassword {
        let expired = user.temporary_until_ms.is_some_and(|until| until <= sign_in.call.service.now_ms());
        if expired {
            let text = "Temporary password has expired and must be reset by an administrator.";
            return Err(ServiceError::not_authorized(text));
        }
    }
    if let Some(custom) = &mut attempt.custom {
        custom.history.push(ChallengeResult::built_in("PASSWORD_VERIFIER"));
        // A password that has to be replaced is no reason to ask for more yet.
        if user.status != UserStatus::Confirmed {
            return custom_flow::next(sign_in, attempt, Some(user)).await;
        }
    }
    match user.status {
        UserStatus::ForceChangePassword => new_password_challenge(sign_in, &attempt, &user),
        UserStatus::Unconfirmed => Err(ServiceError::user_not_confirmed("User is not confirmed.")),
        UserStatus::ResetRequired => Err(reset_required()),
        UserStatus::Confirmed => after_first_factor(sign_in, attempt, user).await,
    }
}

/// Goes on after NEW_PASSWORD_REQUIRED was answered.
pub(crate) async fn after_new_password(sign_in: &SignIn<'_>, mut attempt: Attempt, user: User) -> Outcome<Value> {
    attempt.new_password_set = true;
    if let Some(custom) = &mut attempt.custom {
        custom.history.push(ChallengeResult::built_in("NEW_PASSWORD_REQUIRED"));
    }
    after_first_factor(sign_in, attempt, user).await
}

/// Goes on after the first factor and, where one was due, the new password: here it is decided what is proven beside
/// them, which is a remembered device, a second factor or nothing.
pub(crate) async fn after_first_factor(sign_in: &SignIn<'_>, attempt: Attempt, user: User) -> Outcome<Value> {
    let decision = second_factor::decide(&sign_in.pool, &user);
    if let Some(device) = device::remembered(sign_in, &attempt, &user)?
        && device::stands_for(&sign_in.pool, &decision)
    {
        // The custom flow asks for the device's proof after its last round.
        return match attempt.custom {
            Some(_) => after_all_factors(sign_in, attempt, user).await,
            None => device_srp_auth::challenge(sign_in, attempt, &device),
        };
    }
    match decision {
        Decision::NotAsked => after_all_factors(sign_in, attempt, user).await,
        decision => second_factor::challenge(sign_in, attempt, &user, decision).await,
    }
}

/// Goes on after a second factor; `challenge` is the one that was answered.
pub(crate) async fn after_second_factor(
    sign_in: &SignIn<'_>,
    mut attempt: Attempt,
    user: User,
    challenge: &str,
) -> Outcome<Value> {
    attempt.second_factor_proven = true;
    if let Some(custom) = &mut attempt.custom {
        custom.history.push(ChallengeResult::built_in(challenge));
    }
    after_all_factors(sign_in, attempt, user).await
}

/// Goes on when the user has proven all that is asked of them: the rounds of the custom flow, or tokens.
pub(crate) async fn after_all_factors(sign_in: &SignIn<'_>, attempt: Attempt, user: User) -> Outcome<Value> {
    if attempt.custom.is_some() {
        return custom_flow::next(sign_in, attempt, Some(user)).await;
    }
    complete(sign_in, &attempt, user).await
}

/// Goes on when the custom flow is to end in tokens: a remembered device proves that it is there, unless a second
/// factor was asked for in its place.
pub(crate) async fn after_custom_flow(sign_in: &SignIn<'_>, attempt: Attempt, user: User) -> Outcome<Value> {
    match device::remembered(sign_in, &attempt, &user)? {
        Some(device) if !attempt.second_factor_proven => device_srp_auth::challenge(sign_in, attempt, &device),
        _ => complete(sign_in, &attempt, user).await,
    }
}

/// The NEW_PASSWORD_REQUIRED challenge.
pub(crate) fn new_password_challenge(sign_in: &SignIn<'_>, attempt: &Attempt, user: &User) -> Outcome<Value> {
    let missing: Vec<&str> = attributes::missing(&sign_in.pool, &user.attributes).collect();
    let required: Vec<String> = missing.iter().map(|name| format!("userAttributes.{name}")).collect();
    let readable = user.attributes.iter().filter(|(name, _)| sign_in.client.may_read(name));
    let mut shown: Map<String, Value> = readable.map(|(name, value)| (name.clone(), json!(value))).collect();
    for name in missing {
        shown.insert(name.into(), json!(""));
    }
    let parameters = Map::from_iter([
        ("USER_ID_FOR_SRP".to_owned(), json!(user.username)),
        ("requiredAttributes".to_owned(), json!(json!(required).to_string())),
        ("userAttributes".to_owned(), json!(Value::Object(shown).to_string())),
    ]);
    sign_in.challenge("NEW_PASSWORD_REQUIRED", parameters, attempt)
}

/// The last steps: post authentication, pre token generation, tokens.
pub(crate) async fn complete(sign_in: &SignIn<'_>, attempt: &Attempt, user: User) -> Outcome<Value> {
    check_state(attempt.flow, &user)?;
    let device = device::of_line(sign_in, attempt, &user)?;
    let event = Event {
        kind: TriggerKind::PostAuthentication,
        source: "PostAuthentication_Authentication",
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user_name: &user.username,
        request: events::with_metadata(
            json!({ "userAttributes": user.event_attributes(), "newDeviceUsed": device.is_offered() }),
            &sign_in.client_metadata,
        ),
        response: json!({}),
    };
    events::run(sign_in.call, event).await?;
    let source = if attempt.new_password_set {
        "TokenGeneration_NewPasswordChallenge"
    } else if attempt.device.is_some() {
        "TokenGeneration_AuthenticateDevice"
    } else {
        "TokenGeneration_Authentication"
    };
    let (call, metadata) = (sign_in.call, &sign_in.client_metadata);
    let result = issue::start_line(call, &sign_in.pool, &sign_in.client, &user, source, metadata, &device).await?;
    Ok(json!({ "AuthenticationResult": result, "ChallengeParameters": {} }))
}

/// Whether a user in this state can have tokens.
pub(crate) fn check_state(flow: Flow, user: &User) -> Outcome<()> {
    if !user.enabled {
        return Err(disabled());
    }
    match user.status {
        UserStatus::Unconfirmed => Err(ServiceError::user_not_confirmed("User is not confirmed.")),
        UserStatus::ResetRequired if flow != Flow::Custom => Err(reset_required()),
        _ => Ok(()),
    }
}

pub(crate) fn disabled() -> ServiceError {
    ServiceError::not_authorized("User is disabled.")
}

pub(crate) fn reset_required() -> ServiceError {
    ServiceError::password_reset_required("Password reset required for the user")
}
