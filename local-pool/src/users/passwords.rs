//! Passwords: only SRP's verifier of them is kept.

use super::User;
use crate::crypto::{same_secret, srp};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::random::Random;

/// Sets a password under a new salt.
pub(crate) fn set(pool: &Pool, user: &mut User, password: &str, random: &Random) {
    user.salt = random.bytes::<16>().to_vec();
    user.verifier = srp::verifier(pool.short_name(), &user.username, password, &user.salt);
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
