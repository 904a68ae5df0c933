//! MFA_SETUP: the pool requires a second factor and the user has none. An authenticator app is set up by
//! AssociateSoftwareToken and VerifySoftwareToken with this challenge's session, an e-mail address by naming it.

use serde_json::{Map, Value};

use super::{Response, sent_code};
use crate::error::{Outcome, ServiceError};
use crate::service::Call;
use crate::sign_in::attempt::{self, Attempt, Opened};
use crate::sign_in::{SignIn, order, second_factor};
use crate::store::users;
use crate::users::delivery::Destination;
use crate::users::mfa::Factor;
use crate::users::{User, attributes, names};

const NAME: &str = "MFA_SETUP";

pub(crate) fn challenge(
    sign_in: &SignIn<'_>,
    mut attempt: Attempt,
    user: &User,
    factors: Vec<Factor>,
) -> Outcome<Value> {
    let parameters = second_factor::parameters(user, "MFAS_CAN_SETUP", &factors);
    attempt.offered = factors;
    sign_in.challenge(NAME, parameters, &attempt)
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let opened = response.open(sign_in, NAME)?;
    let user = sign_in.user_of(&opened.attempt)?.ok_or_else(ServiceError::wrong_credentials)?;
    if let Some(email) = response.parameters.get("EMAIL").filter(|email| !email.is_empty()) {
        return send_to(sign_in, opened, &user, email).await;
    }
    if !opened.attempt.software_token_verified {
        return Err(ServiceError::software_token_mfa_not_found("Software token MFA is not set up for the user"));
    }
    attempt::consume(sign_in, &opened.hash)?;
    order::after_second_factor(sign_in, opened.attempt, user, NAME).await
}

async fn send_to(sign_in: &SignIn<'_>, mut opened: Opened, user: &User, email: &str) -> Outcome<Value> {
    let pool = &sign_in.pool;
    if !opened.attempt.offered.contains(&Factor::EmailOtp) {
        return Err(ServiceError::invalid_parameter("EMAIL_OTP is not among the factors that can be set up."));
    }
    if !attributes::is_email(email) {
        return Err(ServiceError::invalid_parameter("Invalid email address format."));
    }
    let is_name = |names: &[String]| names.iter().any(|name| name == "email");
    if is_name(&pool.settings.username_attributes) || is_name(&pool.settings.alias_attributes) {
        let owner = sign_in.call.service.store.read(|db| users::owner_of(db, pool, email, &user.username))?;
        if owner.is_some() {
            return Err(ServiceError::alias_exists(names::taken_text("email")));
        }
    }
    attempt::consume(sign_in, &opened.hash)?;
    opened.attempt.offered.clear();
    let destination = Destination { medium: "EMAIL", attribute: "email", address: email.to_owned() };
    let kind = &sent_code::EMAIL_OTP;
    sent_code::challenge_to_new_address(sign_in, opened.attempt, user, kind, &destination).await
}

/// The sign-in of a session, for AssociateSoftwareToken and VerifySoftwareToken, which do not name their client.
pub(crate) fn open<'a>(call: &'a Call, session: &str) -> Outcome<(SignIn<'a>, Opened)> {
    let client_id = attempt::client_of(call, session)?;
    let (client, pool) = call.service.client_and_pool(&client_id)?;
    let sign_in = SignIn { call, pool, client, client_metadata: Map::new(), device_key: None };
    let opened = attempt::load(&sign_in, NAME, session)?;
    Ok((sign_in, opened))
}

/// Goes on with the same challenge under a new session.
pub(crate) fn renew(sign_in: &SignIn<'_>, opened: &Opened) -> Outcome<String> {
    attempt::consume(sign_in, &opened.hash)?;
    attempt::open(sign_in, NAME, &opened.attempt)
}
