//! DEVICE_PASSWORD_VERIFIER: the proof of a remembered device. Found by its SECRET_BLOCK, as PASSWORD_VERIFIER is.

use serde_json::Value;

use super::Response;
use super::srp_claim::SrpClaim;
use crate::devices;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::{SignIn, attempt, order};
use crate::store::devices as stored;

pub(crate) const NAME: &str = "DEVICE_PASSWORD_VERIFIER";

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let claim = SrpClaim::read(response.parameters)?;
    let refused = ServiceError::wrong_credentials;
    let opened = claim.open(sign_in, response, NAME)?.ok_or_else(refused)?;
    if !claim.is_timely(sign_in.call.service.now_ms()) {
        return Err(refused());
    }
    attempt::forget(sign_in, &opened.hash).map_err(|_| refused())?;
    let user = sign_in.user_of(&opened.attempt)?.ok_or_else(refused)?;
    let step = opened.attempt.device.as_ref().ok_or_else(refused)?;
    let state = step.srp.as_ref().ok_or_else(refused)?;
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    // It may have been forgotten since the challenge.
    let device = service.store.read(|db| stored::find(db, &pool.id, &user.username, &step.key))?;
    let is_current = device.is_some_and(|device| device.remembered && device.verifier == state.verifier);
    let is_this_device = response.parameters.get("DEVICE_KEY").is_none_or(|key| *key == step.key);
    if !is_current || !is_this_device || !claim.proves(state, &devices::group_key(pool, &user), &step.key) {
        return Err(refused());
    }
    order::complete(sign_in, &opened.attempt, user).await
}
