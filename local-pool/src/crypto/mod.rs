//! Cryptography: SRP-6a as Cognito runs it, RSA signing keys, hashes.

pub(crate) mod group;
pub(crate) mod jws;
pub(crate) mod key_stock;
pub(crate) mod signing;
pub(crate) mod sigv4;
pub(crate) mod srp;
pub(crate) mod totp;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

pub(crate) fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Compares without telling through time where two secrets differ. Their lengths are no secret.
pub(crate) fn same_secret(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// The bytes of a hexadecimal number; an odd number of digits begins with half a byte. None for anything else.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let zero = if text.len() % 2 == 1 { "0" } else { "" };
    HEXLOWER_PERMISSIVE.decode(format!("{zero}{text}").as_bytes()).ok()
}
