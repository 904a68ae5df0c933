//! The device a sign-in comes from.

use super::SignIn;
use super::attempt::Attempt;
use super::second_factor::Decision;
use crate::devices::{self, Device, LineDevice};
use crate::error::Outcome;
use crate::pools::Pool;
use crate::store::devices as stored;
use crate::users::{User, names};

/// Refuses a `DEVICE_KEY` that is none of the user's. Where unknown users are hidden, they have no devices either.
pub(crate) fn check_key(sign_in: &SignIn<'_>, username: Option<&str>) -> Outcome<()> {
    let Some(key) = sign_in.device_key.as_deref().filter(|_| sign_in.pool.remembers_devices()) else { return Ok(()) };
    let known = match username {
        Some(username) => find(sign_in, username, key)?.is_some(),
        None => false,
    };
    if known { Ok(()) } else { Err(devices::unknown()) }
}

/// The device, when it is one of the user's and remembered.
pub(crate) fn remembered(sign_in: &SignIn<'_>, attempt: &Attempt, user: &User) -> Outcome<Option<Device>> {
    Ok(known(sign_in, attempt, user)?.filter(|device| device.remembered))
}

/// Whether a remembered device is asked for its proof in place of what was decided.
pub(crate) fn stands_for(pool: &Pool, decision: &Decision) -> bool {
    let replaces_factors =
        pool.settings.device_configuration.as_ref().is_some_and(|config| config.challenge_required_on_new_device);
    match decision {
        Decision::NotAsked => true,
        Decision::Ask(_) | Decision::Choose(_) => replaces_factors,
        Decision::SetUp(_) | Decision::Impossible => false,
    }
}

/// The device of the tokens: the one that was proven, a known one, or else a new one is offered.
pub(crate) fn of_line(sign_in: &SignIn<'_>, attempt: &Attempt, user: &User) -> Outcome<LineDevice> {
    if !sign_in.pool.remembers_devices() {
        return Ok(LineDevice::None);
    }
    if let Some(step) = &attempt.device {
        return Ok(LineDevice::Known(step.key.clone()));
    }
    if let Some(device) = known(sign_in, attempt, user)? {
        return Ok(LineDevice::Known(device.key));
    }
    let key = devices::new_key(&sign_in.pool, &sign_in.call.service.random);
    Ok(LineDevice::Offered { key, confirmable: !attempt.proven_under_alias })
}

/// Whether a name is not the one the user goes by inside.
pub(crate) fn is_alias(pool: &Pool, username: &str, typed: &str) -> bool {
    names::key(pool, typed) != names::key(pool, username)
}

fn known(sign_in: &SignIn<'_>, attempt: &Attempt, user: &User) -> Outcome<Option<Device>> {
    let key = sign_in.device_key.as_deref().or(attempt.device_key.as_deref());
    let Some(key) = key.filter(|_| sign_in.pool.remembers_devices()) else { return Ok(None) };
    find(sign_in, &user.username, key)
}

fn find(sign_in: &SignIn<'_>, username: &str, key: &str) -> Outcome<Option<Device>> {
    sign_in.call.service.store.read(|db| stored::find(db, &sign_in.pool.id, username, key))
}
