//! USER_AUTH: the user begins with any of their first factors.

use serde_json::{Map, Value, json};

use super::attempt::{self, Attempt, Flow};
use super::{Parameters, SignIn, order, password, pre_authentication, required, sign_up_session, srp};
use crate::challenges::{sent_code, web_authn};
use crate::error::{Outcome, ServiceError};
use crate::store::passkeys;
use crate::users::delivery;
use crate::users::first_factors::{self, FirstFactor};
use crate::users::{User, UserStatus};

const CHALLENGE: &str = "SELECT_CHALLENGE";

/// The first request. With a session of a sign-up, that is all it takes.
pub(crate) async fn start(
    sign_in: &SignIn<'_>,
    parameters: &Parameters,
    validation_data: &Map<String, Value>,
    session: Option<&str>,
) -> Outcome<Value> {
    if let Some(session) = session {
        return sign_up_session::redeem(sign_in, session, parameters).await;
    }
    let typed = required(parameters, "USERNAME")?;
    sign_in.client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &[typed])?;
    let preferred = parameters.get("PREFERRED_CHALLENGE").and_then(|name| FirstFactor::named(name));
    let password = parameters.get("PASSWORD").filter(|_| preferred == Some(FirstFactor::Password));
    let migrated = match password {
        Some(password) => password::migrate(sign_in, typed, password, validation_data).await?,
        None => None,
    };
    let user = if migrated.is_some() { migrated } else { sign_in.user_named(typed)? };
    pre_authentication::run(sign_in, user.as_ref(), typed, validation_data).await?;

    let username = user.as_ref().map_or_else(|| srp::pretended_username(sign_in, typed), |user| user.username.clone());
    let attempt = Attempt::new(Flow::Choice, &username, typed, user.is_some());
    let available = available(sign_in, &attempt, user.as_ref())?;
    let mut answer = match preferred.filter(|factor| available.contains(factor)) {
        Some(factor) => go_on(sign_in, attempt, user, factor, parameters, None).await?,
        None if available.is_empty() => return Err(ServiceError::wrong_credentials()),
        None => {
            let parameters = Map::from_iter([("USERNAME".to_owned(), json!(username))]);
            sign_in.challenge(CHALLENGE, parameters, &attempt)?
        }
    };
    let first_factor_is_out = matches!(
        answer["ChallengeName"].as_str(),
        Some("SELECT_CHALLENGE" | "PASSWORD_VERIFIER" | "WEB_AUTHN" | "EMAIL_OTP" | "SMS_OTP")
    );
    if first_factor_is_out && preferred != Some(FirstFactor::Password) {
        answer["AvailableChallenges"] = available.iter().map(|factor| factor.name()).collect();
    }
    Ok(answer)
}

/// What the attempt's user can begin with; for one who is not known, what somebody of that name might.
pub(crate) fn available(sign_in: &SignIn<'_>, attempt: &Attempt, user: Option<&User>) -> Outcome<Vec<FirstFactor>> {
    let pool = &sign_in.pool;
    let Some(user) = user else {
        return Ok(first_factors::available(pool, &pretended(sign_in, attempt), false));
    };
    let registered = sign_in.call.service.store.read(|db| passkeys::of_user(db, &pool.id, &user.username))?;
    Ok(first_factors::available(pool, user, !registered.is_empty()))
}

/// Goes on with the factor of the user's choice, and with its answer where that came along. A `session` is used up
/// once nothing can be wrong any more.
pub(crate) async fn go_on(
    sign_in: &SignIn<'_>,
    attempt: Attempt,
    user: Option<User>,
    factor: FirstFactor,
    parameters: &Parameters,
    session: Option<&[u8; 32]>,
) -> Outcome<Value> {
    let use_up = || session.map_or(Ok(()), |hash| attempt::consume(sign_in, hash));
    match factor {
        FirstFactor::Password => {
            let password = required(parameters, "PASSWORD")?;
            let user = password::check(sign_in, user, &attempt.typed, password)?;
            use_up()?;
            order::after_password(sign_in, attempt, user).await
        }
        FirstFactor::PasswordSrp => {
            let client_public = required(parameters, "SRP_A")?;
            srp::check_public(client_public)?;
            use_up()?;
            let typed = attempt.typed.clone();
            srp::challenge(sign_in, Flow::Choice, user.as_ref(), &typed, client_public, Some(attempt))
        }
        FirstFactor::WebAuthn => {
            let user = enabled(user)?.ok_or_else(ServiceError::wrong_credentials)?;
            use_up()?;
            web_authn::challenge(sign_in, attempt, &user)
        }
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => {
            let kind = if factor == FirstFactor::EmailOtp { &sent_code::EMAIL_OTP } else { &sent_code::SMS_OTP };
            let user = if sign_in.client.hides_users() { user.filter(|user| user.enabled) } else { enabled(user)? };
            use_up()?;
            match user {
                Some(user) => sent_code::challenge(sign_in, attempt, &user, kind, true).await,
                None => sent_code::pretend(sign_in, attempt, kind),
            }
        }
    }
}

fn enabled(user: Option<User>) -> Outcome<Option<User>> {
    if user.as_ref().is_some_and(|user| !user.enabled) { Err(order::disabled()) } else { Ok(user) }
}

/// A user as there could be one: with a password, and with the address that codes would go to.
fn pretended(sign_in: &SignIn<'_>, attempt: &Attempt) -> User {
    let destination = delivery::pretended_destination(&sign_in.pool, &attempt.typed);
    let attributes = [(destination.attribute.to_owned(), destination.address)].into();
    let mut user = User::new(attempt.username.clone(), String::new(), UserStatus::Confirmed, attributes, 0);
    user.verifier = vec![1];
    user
}
