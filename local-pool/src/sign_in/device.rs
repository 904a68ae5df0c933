//! The device a sign-in comes from.

use super::attempt::Attempt;
use super::context::SignIn;
use super::facts::Facts;
use super::second_factor::Decision;
use crate::devices::{self, LineDevice};
use crate::error::Outcome;
use crate::pools::Pool;
use crate::store::devices as stored;
use crate::users::names;

/// Refuses a request's `DEVICE_KEY` that is none of the user's. Who is not known has no devices.
pub(crate) fn check_key(sign_in: &SignIn<'_>, username: Option<&str>) -> Outcome<()> {
    let Some(key) = sign_in.device_key.as_deref().filter(|_| sign_in.pool.remembers_devices()) else { return Ok(()) };
    let known = match username {
        Some(username) => {
            sign_in.call.service.store.read(|db| stored::find(db, &sign_in.pool.id, username, key))?.is_some()
        }
        None => false,
    };
    if known { Ok(()) } else { Err(devices::unknown()) }
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

/// The device of the tokens: a known one, or else a new one is offered.
pub(crate) fn of_line(sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> LineDevice {
    if !facts.pool.remembers_devices() {
        return LineDevice::None;
    }
    if let Some(device) = &facts.device {
        return LineDevice::Known(device.key.clone());
    }
    let key = devices::new_key(facts.pool, &sign_in.call.service.random);
    LineDevice::Offered { key, confirmable: !attempt.is_proven_under_alias() }
}

/// Whether a name is not the one the user goes by inside.
pub(crate) fn is_alias(pool: &Pool, username: &str, typed: &str) -> bool {
    names::key(pool, typed) != names::key(pool, username)
}
