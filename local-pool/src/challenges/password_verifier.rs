//! PASSWORD_VERIFIER: the second half of SRP. Found by its SECRET_BLOCK, since some clients send no session.

use serde_json::Value;

use super::Response;
use super::srp_claim::SrpClaim;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::{SignIn, attempt, device, lock_out, order};

const NAME: &str = "PASSWORD_VERIFIER";

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let claim = SrpClaim::read(response.parameters)?;
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    let counted = response.named.as_deref().unwrap_or(response.typed);
    lock_out::check(service, pool, counted)?;
    let Some(mut opened) = claim.open(sign_in, response, NAME)? else {
        return fail(sign_in, counted);
    };
    if !claim.is_timely(service.now_ms()) {
        return Err(ServiceError::wrong_credentials());
    }
    // One guess per challenge (RFC 5054, section 2.6): a wrong proof uses it up as well.
    attempt::forget(sign_in, &opened.hash).map_err(|_| ServiceError::wrong_credentials())?;
    let user = sign_in.user_of(&opened.attempt)?;
    let Some(state) = &opened.attempt.srp else { return fail(sign_in, counted) };
    let proven = claim.proves(state, pool.short_name(), &opened.attempt.username);
    let Some(user) = user.filter(|user| proven && state.verifier == user.verifier) else {
        return fail(sign_in, counted);
    };
    opened.attempt.proven_under_alias = device::is_alias(pool, &user.username, response.typed);
    order::after_password(sign_in, opened.attempt, user).await
}

fn fail(sign_in: &SignIn<'_>, counted: &str) -> Outcome<Value> {
    lock_out::count(&sign_in.call.service, &sign_in.pool, counted)?;
    Err(ServiceError::wrong_credentials())
}
