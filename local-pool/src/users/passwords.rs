//! Passwords: only SRP's verifier of them is kept.

use rusqlite::Connection;

use super::{User, UserStatus};
use crate::crypto::{same_secret, srp};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::random::Random;
use crate::store::past_passwords::{self, PastPassword};

/// Sets a password under a new salt.
pub(crate) fn set(pool: &Pool, user: &mut User, password: &str, random: &Random) {
    user.salt = random.bytes::<16>().to_vec();
    user.verifier = srp::verifier(pool.short_name(), &user.username, password, &user.salt);
}

/// Sets a password in the place of another, which may not be one of the last few where the pool counts them.
pub(crate) fn replace(db: &Connection, pool: &Pool, user: &mut User, password: &str, random: &Random) -> Outcome<()> {
    let size = pool.settings.policies.password_policy.history_size();
    let is_past = |past: &PastPassword| {
        let verifier = srp::verifier(pool.short_name(), &user.username, password, &past.salt);
        same_secret(&verifier, &past.verifier)
    };
    let is_current = size > 0 && counts(user) && matches(pool, user, password);
    // The one in force is the first of those counted.
    if is_current || past_passwords::latest(db, &pool.id, &user.username, size - 1)?.iter().any(is_past) {
        return Err(ServiceError::password_history(
            "Password has previously been used. Please choose another password.",
        ));
    }
    remember(db, pool, user)?;
    set(pool, user, password, random);
    Ok(())
}

/// Keeps the password in force for the pool's history, before it is replaced.
pub(crate) fn remember(db: &Connection, pool: &Pool, user: &User) -> Outcome<()> {
    let size = pool.settings.policies.password_policy.history_size();
    if size < 2 || !counts(user) {
        return Ok(());
    }
    let past = PastPassword { salt: user.salt.clone(), verifier: user.verifier.clone() };
    past_passwords::add(db, &pool.id, &user.username, &past, size - 1)
}

/// Temporary passwords are no part of the history: their users may keep them.
fn counts(user: &User) -> bool {
    user.has_password() && user.status != UserStatus::ForceChangePassword
}

pub(crate) fn matches(pool: &Pool, user: &User, password: &str) -> bool {
    let verifier = srp::verifier(pool.short_name(), &user.username, password, &user.salt);
    user.has_password() && same_secret(&verifier, &user.verifier)
}

/// `SignUp` and all other operations word a broken policy differently.
pub(crate) fn check_at_sign_up(pool: &Pool, password: &str) -> Outcome<()> {
    check(pool, password, "did not conform with policy")
}

pub(crate) fn check_new(pool: &Pool, password: &str) -> Outcome<()> {
    check(pool, password, "does not conform to policy")
}

fn check(pool: &Pool, password: &str, what: &str) -> Outcome<()> {
    match pool.settings.policies.password_policy.violation(password) {
        None => Ok(()),
        Some(violation) => Err(ServiceError::invalid_password(format!("Password {what}: {violation}"))),
    }
}

/// A password that meets the pool's policy, for `AdminCreateUser` without one.
pub(crate) fn generate(pool: &Pool, random: &Random) -> String {
    let length = pool.settings.policies.password_policy.minimum_length.max(8);
    let classes: [&[u8]; 4] = [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnopqrstuvwxyz", b"23456789", b"!@#%&-_?"];
    let mut password: String = classes.iter().map(|class| random.text(1, class)).collect();
    password.push_str(&random.text(length - classes.len(), &classes.concat()));
    password
}
