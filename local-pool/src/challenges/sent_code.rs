//! What the challenges with a code in a message share: sending it, and judging the answer.
//!
//! A code belongs to its session and lives as long. A wrong one leaves the session usable.

use serde_json::{Map, Value, json};

use super::Response;
use crate::crypto::same_secret;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{self, Attempt, SentCode};
use crate::sign_in::{SignIn, order, required, second_factor};
use crate::store::users;
use crate::users::delivery::{self, Destination, Message, Occasion};
use crate::users::mfa::Factor;
use crate::users::{User, UserStatus, aliases};

/// One of the challenges.
pub(crate) struct SentCodeChallenge {
    pub name: &'static str,
    /// The response that holds the code.
    pub response: &'static str,
    /// Where the code goes.
    pub attribute: &'static str,
    /// How long a code is that stands in place of the password.
    pub first_factor_digits: usize,
}

pub(crate) const SMS_MFA: SentCodeChallenge = SentCodeChallenge {
    name: "SMS_MFA",
    response: "SMS_MFA_CODE",
    attribute: "phone_number",
    first_factor_digits: SECOND_FACTOR_DIGITS,
};
pub(crate) const EMAIL_OTP: SentCodeChallenge =
    SentCodeChallenge { name: "EMAIL_OTP", response: "EMAIL_OTP_CODE", attribute: "email", first_factor_digits: 8 };

/// A code by SMS in place of the password.
pub(crate) const SMS_OTP: SentCodeChallenge = SentCodeChallenge {
    name: "SMS_OTP",
    response: "SMS_OTP_CODE",
    attribute: "phone_number",
    first_factor_digits: SECOND_FACTOR_DIGITS,
};

const SECOND_FACTOR_DIGITS: usize = 6;

/// Sends a code to the user's own address, and gives the challenge.
pub(crate) async fn challenge(
    sign_in: &SignIn<'_>,
    attempt: Attempt,
    user: &User,
    kind: &SentCodeChallenge,
    first_factor: bool,
) -> Outcome<Value> {
    let destination = delivery::destination(user, kind.attribute)
        .ok_or_else(|| ServiceError::invalid_parameter(format!("User has no {} to send a code to", kind.attribute)))?;
    let code = new_code(sign_in, kind, &destination, first_factor);
    send(sign_in, attempt, user, kind, &destination, code).await
}

/// What looks like [`challenge`] of a first factor to somebody who is not known or has to be taken for such: no code is
/// sent, and none is right.
pub(crate) fn pretend(sign_in: &SignIn<'_>, mut attempt: Attempt, kind: &SentCodeChallenge) -> Outcome<Value> {
    let destination = delivery::pretended_destination(&sign_in.pool, &attempt.typed);
    attempt.known = false;
    attempt.code = Some(new_code(sign_in, kind, &destination, true));
    sign_in.challenge(kind.name, parameters(&attempt.username, &destination), &attempt)
}

/// As [`challenge`], to an address that becomes the user's with a right code.
pub(crate) async fn challenge_to_new_address(
    sign_in: &SignIn<'_>,
    attempt: Attempt,
    user: &User,
    kind: &SentCodeChallenge,
    destination: &Destination,
) -> Outcome<Value> {
    let code = SentCode { sets_attribute: true, ..new_code(sign_in, kind, destination, false) };
    send(sign_in, attempt, user, kind, destination, code).await
}

async fn send(
    sign_in: &SignIn<'_>,
    mut attempt: Attempt,
    user: &User,
    kind: &SentCodeChallenge,
    destination: &Destination,
    code: SentCode,
) -> Outcome<Value> {
    let message = Message {
        occasion: Occasion::SignIn,
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user,
        destination,
        code: &code.code,
        client_metadata: &sign_in.client_metadata,
    };
    delivery::send(sign_in.call, message).await?;
    attempt.code = Some(code);
    sign_in.challenge(kind.name, parameters(&user.username, destination), &attempt)
}

fn new_code(sign_in: &SignIn<'_>, kind: &SentCodeChallenge, destination: &Destination, first_factor: bool) -> SentCode {
    let digits = if first_factor { kind.first_factor_digits } else { SECOND_FACTOR_DIGITS };
    SentCode {
        code: sign_in.call.service.random.digits(digits),
        attribute: destination.attribute.into(),
        address: destination.address.clone(),
        first_factor,
        sets_attribute: false,
    }
}

fn parameters(username: &str, destination: &Destination) -> Map<String, Value> {
    Map::from_iter([
        ("USER_ID_FOR_SRP".to_owned(), json!(username)),
        ("CODE_DELIVERY_DELIVERY_MEDIUM".to_owned(), json!(destination.medium)),
        ("CODE_DELIVERY_DESTINATION".to_owned(), json!(destination.masked())),
    ])
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>, kind: &SentCodeChallenge) -> Outcome<Value> {
    let mut opened = response.open(sign_in, kind.name)?;
    let entered = required(response.parameters, kind.response)?;
    let username = opened.attempt.username.clone();
    second_factor::check_lock(sign_in, &username)?;
    let sent = opened.attempt.code.take().ok_or_else(ServiceError::invalid_session)?;
    let user = sign_in.user_of(&opened.attempt)?;
    let right = same_secret(sent.code.as_bytes(), entered.as_bytes());
    let Some(user) = user.filter(|_| right) else {
        second_factor::count_wrong_code(sign_in, &username)?;
        return Err(ServiceError::code_mismatch("Invalid code or auth state for the user."));
    };
    if !user.enabled {
        return Err(order::disabled());
    }
    attempt::consume(sign_in, &opened.hash)?;
    second_factor::reset_lock(sign_in, &username)?;
    let user = note_success(sign_in, &username, &sent)?;
    if sent.first_factor {
        return order::after_first_factor(sign_in, opened.attempt, user).await;
    }
    order::after_second_factor(sign_in, opened.attempt, user, kind.name).await
}

/// A right code verifies its address; as first factor it confirms the user too.
fn note_success(sign_in: &SignIn<'_>, username: &str, sent: &SentCode) -> Outcome<User> {
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    service.store.write(|db| {
        let mut user = users::find(db, pool, username)?.ok_or_else(ServiceError::no_such_user)?;
        if sent.sets_attribute {
            user.attributes.insert(sent.attribute.clone(), sent.address.clone());
            Factor::ALL
                .into_iter()
                .filter(|factor| factor.attribute() == Some(&sent.attribute))
                .for_each(|factor| user.mfa.activate(factor));
        }
        // The address may have been changed since the code was sent.
        if user.attribute(&sent.attribute) == Some(&sent.address) {
            user.attributes.insert(format!("{}_verified", sent.attribute), "true".into());
            aliases::move_verified(db, pool, &user)?;
        }
        if sent.first_factor && user.status == UserStatus::Unconfirmed {
            user.status = UserStatus::Confirmed;
        }
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)?;
        Ok(user)
    })
}
