//! The ids and secrets of new pools and clients.

use crate::random::Random;

pub(crate) use crate::model::client::{Client, ClientSettings};
pub(crate) use crate::model::pool::{Pool, PoolSettings};

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
