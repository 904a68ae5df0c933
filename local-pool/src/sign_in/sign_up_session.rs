//! Signing in right after a sign-up: `SignUp` and `ConfirmSignUp` give a session that USER_AUTH takes once.

use super::attempt::{Attempt, FirstProof, Flow};
use super::context::SignIn;
use super::sessions::{self, Opened};
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
    let mut attempt = Attempt::new(Flow::Choice, &user.username, &user.username, Some(user));
    let address = user.attribute(attribute).unwrap_or_default().to_owned();
    attempt.proven.first = Some(FirstProof::SignUp { factor, address });
    sessions::open(sign_in, STEP, &attempt).map(Some)
}

/// The session of SignUp that comes with ConfirmSignUp. One that has ended is not held against anybody: a code lives
/// longer, and some take their time to find it.
pub(crate) fn of_sign_up(sign_in: &SignIn<'_>, session: &str, name: &str) -> Outcome<Option<Opened>> {
    match load_of(sign_in, session, name) {
        Err(refusal) if refusal == ServiceError::invalid_session() => Err(refusal),
        loaded => Ok(loaded.ok()),
    }
}

/// The session of a sign-up, which has to be that of the user with this name.
pub(crate) fn load_of(sign_in: &SignIn<'_>, session: &str, name: &str) -> Outcome<Opened> {
    let opened = sessions::load(sign_in, STEP, session)?;
    let named = sign_in.call.service.store.read(|db| users::find(db, &sign_in.pool, name))?;
    let fits = named.is_some_and(|named| named.username == opened.attempt.username);
    if fits { Ok(opened) } else { Err(ServiceError::invalid_session()) }
}

/// The session of a sign-up that comes without a name.
pub(crate) fn load(sign_in: &SignIn<'_>, session: &str) -> Outcome<Opened> {
    sessions::load(sign_in, STEP, session)
}
