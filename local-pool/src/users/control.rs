//! What an administrator, or a test, does to a user without asking them. Names are user names, aliases or subs.

use super::{User, UserStatus, passwords};
use crate::error::Outcome;
use crate::pools::Pool;
use crate::service::Service;
use crate::store::{devices, lines, users};

/// Revokes all tokens, as GlobalSignOut does.
pub(crate) fn revoke_tokens(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    service.store.write(|db| {
        let user = users::named(db, pool, name)?;
        lines::revoke_all(db, &pool.id, &user.username)
    })
}

/// Makes the refresh tokens expire now; access tokens live on.
pub(crate) fn expire_refresh_tokens(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    service.store.write(|db| {
        let user = users::named(db, pool, name)?;
        lines::expire_refresh_tokens(db, &pool.id, &user.username, service.now_ms())
    })
}

/// Disables and signs out; enabling again revives no token.
pub(crate) fn disable(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    service.store.write(|db| {
        let mut user = users::named(db, pool, name)?;
        user.enabled = false;
        user.modified_ms = service.now_ms();
        lines::revoke_all(db, &pool.id, &user.username)?;
        users::update(db, pool, &user)
    })
}

pub(crate) fn enable(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    change(service, pool, name, |user| user.enabled = true)
}

pub(crate) fn delete(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    service.store.write(|db| {
        let user = users::named(db, pool, name)?;
        users::delete(db, pool, &user.username)
    })
}

/// Forgets every device. Tokens that were issued to them cannot be refreshed any more.
pub(crate) fn forget_devices(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    service.store.write(|db| {
        let user = users::named(db, pool, name)?;
        devices::delete_all(db, &pool.id, &user.username)
    })
}

/// `RESET_REQUIRED`; no code is sent.
pub(crate) fn require_password_reset(service: &Service, pool: &Pool, name: &str) -> Outcome<()> {
    change(service, pool, name, |user| user.status = UserStatus::ResetRequired)
}

/// Sets a permanent password. No policy is asked.
pub(crate) fn set_password(service: &Service, pool: &Pool, name: &str, password: &str) -> Outcome<()> {
    change(service, pool, name, |user| {
        passwords::set(pool, user, password, &service.random);
        user.status = UserStatus::Confirmed;
    })
}

fn change(service: &Service, pool: &Pool, name: &str, change: impl FnOnce(&mut User)) -> Outcome<()> {
    service.store.write(|db| {
        let mut user = users::named(db, pool, name)?;
        change(&mut user);
        user.modified_ms = service.now_ms();
        users::update(db, pool, &user)
    })
}
