//! Devices that users confirmed (developer guide, "Working with user devices in your user pool").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::crypto::{hmac_sha256, srp};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::random::Random;
use crate::service::Service;
use crate::store::devices as stored;
use crate::users::User;

pub(crate) use crate::model::device::{Device, LineDevice, REMEMBERED, Seen};

/// A key for a device that is not known yet.
pub(crate) fn new_key(pool: &Pool, random: &Random) -> String {
    format!("{}_{}", pool.region(), random.uuid())
}

/// What device secrets are bound to beside the device's key: the same for all devices of a user.
pub(crate) fn group_key(pool: &Pool, user: &User) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let hash = hmac_sha256(&pool.secret, &[b"device group", user.sub.as_bytes()]);
    let letters = hash.iter().take(8).map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    std::iter::once('-').chain(letters).collect()
}

/// Salt and verifier of `DeviceSecretVerifierConfig`, both in base64.
pub(crate) fn read_verifier(salt: &str, verifier: &str) -> Outcome<(Vec<u8>, Vec<u8>)> {
    let refused = || ServiceError::invalid_parameter("Invalid device secret verifier config given.");
    let salt = STANDARD.decode(salt).ok().filter(|salt| !salt.is_empty()).ok_or_else(refused)?;
    let verifier = STANDARD.decode(verifier).map_err(|_| refused())?;
    if srp::is_verifier(&verifier) { Ok((salt, verifier)) } else { Err(refused()) }
}

/// Refuses what is about devices where the pool does not remember them.
pub(crate) fn check_pool(pool: &Pool) -> Outcome<()> {
    if pool.remembers_devices() {
        return Ok(());
    }
    Err(ServiceError::invalid_user_pool_configuration("Device tracking is not enabled for the user pool."))
}

pub(crate) fn unknown() -> ServiceError {
    ServiceError::resource_not_found("Device does not exist.")
}

/// A device of a user.
pub(crate) fn get(service: &Service, pool: &Pool, username: &str, key: &str) -> Outcome<Device> {
    check_pool(pool)?;
    service.store.read(|db| stored::find(db, &pool.id, username, key))?.ok_or_else(unknown)
}

/// Forgets a device. Tokens that were issued to it cannot be refreshed any more.
pub(crate) fn forget(service: &Service, pool: &Pool, username: &str, key: &str) -> Outcome<()> {
    check_pool(pool)?;
    let known = service.store.write(|db| stored::delete(db, &pool.id, username, key))?;
    if known { Ok(()) } else { Err(unknown()) }
}

/// Sets whether a device is remembered; None changes nothing.
pub(crate) fn set_remembered(
    service: &Service,
    pool: &Pool,
    username: &str,
    key: &str,
    status: Option<&str>,
) -> Outcome<()> {
    get(service, pool, username, key)?;
    let Some(status) = status else { return Ok(()) };
    let (remembered, now) = (status == REMEMBERED, service.now_ms());
    let known = service.store.write(|db| stored::set_remembered(db, &pool.id, username, key, remembered, now))?;
    if known { Ok(()) } else { Err(unknown()) }
}
