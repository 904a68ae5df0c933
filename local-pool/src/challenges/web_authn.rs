//! WEB_AUTHN: a passkey as the first factor.

use serde_json::{Map, Value, json};

use super::Response;
use crate::error::{Outcome, ServiceError};
use crate::passkeys::{Assertion, RelyingParty, request_options};
use crate::sign_in::attempt::{self, Attempt, Opened};
use crate::sign_in::{SignIn, order, required};
use crate::store::passkeys;
use crate::users::User;
use crate::users::first_factors;

pub(crate) const NAME: &str = "WEB_AUTHN";

/// What the user's authenticator is to sign.
pub(crate) fn challenge(sign_in: &SignIn<'_>, mut attempt: Attempt, user: &User) -> Outcome<Value> {
    let party = RelyingParty::of(&sign_in.pool)?;
    let service = &sign_in.call.service;
    let registered = service.store.read(|db| passkeys::of_user(db, &sign_in.pool.id, &user.username))?;
    let challenge = service.random.bytes::<32>();
    let options = request_options(&party, &registered, &challenge).to_string();
    attempt.passkey_challenge = Some(challenge);
    sign_in.challenge(NAME, Map::from_iter([("CREDENTIAL_REQUEST_OPTIONS".to_owned(), json!(options))]), &attempt)
}

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let credential = required(response.parameters, "CREDENTIAL")?;
    let opened = response.open(sign_in, NAME)?;
    finish(sign_in, opened, credential).await
}

/// Checks the assertion. A wrong one leaves the session usable.
pub(crate) async fn finish(sign_in: &SignIn<'_>, opened: Opened, credential: &str) -> Outcome<Value> {
    let Opened { hash, attempt } = opened;
    let user = sign_in.user_of(&attempt)?.ok_or_else(ServiceError::wrong_credentials)?;
    if !user.enabled {
        return Err(order::disabled());
    }
    let (store, pool) = (&sign_in.call.service.store, &sign_in.pool);
    let party = RelyingParty::of(pool)?;
    let challenge = attempt.passkey_challenge.ok_or_else(ServiceError::invalid_session)?;
    let refused = ServiceError::wrong_credentials;
    let assertion = Assertion::read(credential).map_err(|_| refused())?;
    let registered = store.read(|db| passkeys::of_user(db, &pool.id, &user.username))?;
    let passkey = registered.iter().find(|passkey| passkey.credential_id == assertion.credential_id());
    let passkey = passkey.ok_or_else(refused)?;
    let sign_count = assertion.check(&party, passkey, &user, &challenge).map_err(|_| refused())?;
    attempt::consume(sign_in, &hash)?;
    if !store.write(|db| passkeys::count_use(db, &pool.id, passkey, sign_count))? {
        return Err(refused());
    }
    if first_factors::stands_for_both(pool, &user) {
        return order::after_all_factors(sign_in, attempt, user).await;
    }
    order::after_first_factor(sign_in, attempt, user).await
}
