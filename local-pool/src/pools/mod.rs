//! User pools and their clients: settings as the API writes them, defaults, attribute schema, password policy.

pub(crate) mod client;
pub(crate) mod mfa_config;
pub(crate) mod password_policy;
pub(crate) mod schema;
pub(crate) mod settings;

pub(crate) use client::{Client, ClientSettings};
pub(crate) use settings::{Pool, PoolSettings};

use crate::random::Random;

/// A new pool id: the region, `_`, nine letters and digits.
pub(crate) fn new_pool_id(region: &str, random: &Random) -> String {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    format!("{region}_{}", random.text(9, alphabet))
}

pub(crate) fn new_client_id(random: &Random) -> String {
    random.text(26, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

pub(crate) fn new_client_secret(random: &Random) -> String {
    random.text(52, b"0123456789abcdefghijklmnopqrstuvwxyz")
}
