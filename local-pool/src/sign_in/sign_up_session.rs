//! Signing in right after a sign-up: `SignUp` and `ConfirmSignUp` give a session that USER_AUTH takes once.

use serde_json::Value;

use super::attempt::{self, Attempt, Flow, Opened};
use super::{Parameters, SignIn, order};
use crate::error::{Outcome, ServiceError};
use crate::store::users;
use crate::users::User;
use crate::users::first_factors::{self, FirstFactor};

/// No challenge has this name, so that only USER_AUTH takes these sessions.
const STEP: &str = "SIGN_UP";

/// A session, if the user could sign in by a code to the attribute that the sign-up verifies.
pub(crate) fn offer(sign_in: &SignIn<'_>, user: &User, attribute: &str) -> Outcome<Option<String>> {
    let Some(factor) = FirstFactor::of_attribute(attribute) else { return Ok(None) };
    let fits = sign_in.client.allows("ALLOW_USER_AUTH")
        && first_factors::available(&sign_in.pool, user, false).contains(&factor);
    if !fits {
        return Ok(None);
    }
    let attempt = Attempt::new(Flow::Choice, &user.username, &user.username, true);
    attempt::open(sign_in, STEP, &attempt).map(Some)
}

/// The session of SignUp that comes with ConfirmSignUp. One that has ended is not held against anybody: a code lives
/// longer, and some take their time to find it.
pub(crate) fn of_sign_up(sign_in: &SignIn<'_>, session: &str, name: &str) -> Outcome<Option<Opened>> {
    match load(sign_in, session, name) {
        Err(refusal) if refusal == ServiceError::invalid_session() => Err(refusal),
        loaded => Ok(loaded.ok()),
    }
}

/// The session of a sign-up, which has to be that of the user with this name.
fn load(sign_in: &SignIn<'_>, session: &str, name: &str) -> Outcome<Opened> {
    let opened = attempt::load(sign_in, STEP, session)?;
    let named = sign_in.call.service.store.read(|db| users::find(db, &sign_in.pool, name))?;
    let fits = named.is_some_and(|named| named.username == opened.attempt.username);
    if fits { Ok(opened) } else { Err(ServiceError::invalid_session()) }
}

/// InitiateAuth with such a session: tokens at once. Parameters are looked at only to see that they name the same user.
pub(crate) async fn redeem(sign_in: &SignIn<'_>, session: &str, parameters: &Parameters) -> Outcome<Value> {
    let opened = match parameters.get("USERNAME") {
        Some(typed) => load(sign_in, session, typed)?,
        None => attempt::load(sign_in, STEP, session)?,
    };
    let user = sign_in.user_of(&opened.attempt)?.ok_or_else(ServiceError::invalid_session)?;
    let names = [parameters.get("USERNAME").map_or("", String::as_str), &user.username];
    sign_in.client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &names)?;
    order::check_state(opened.attempt.flow, &user)?;
    attempt::consume(sign_in, &opened.hash)?;
    order::after_first_factor(sign_in, opened.attempt, user).await
}
