//! A device's own password: the verifier that `ConfirmDevice` registers. Later sign-ins prove it with
//! [`claim`](super::client::claim) under the device's identity.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bytes::signed;
use super::client::{Identity, private_key};
use super::group::{big_endian, generator_power};
use crate::support::shown::shows;

/// `DeviceSecretVerifierConfig`.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceVerifier {
    /// `Salt`: Base64 of BYTES(salt).
    pub salt: String,
    /// `PasswordVerifier`: Base64 of BYTES(g^x).
    pub password_verifier: String,
}
shows!(DeviceVerifier {});

/// The verifier of a device secret, with 16 random bytes as salt.
#[must_use]
pub fn device_verifier(device: Identity<'_>, secret: &str, salt: &[u8; 16]) -> DeviceVerifier {
    let verifier = generator_power(&private_key(device, secret, salt)).retrieve();
    DeviceVerifier {
        salt: STANDARD.encode(&*signed(salt)),
        password_verifier: STANDARD.encode(&*signed(&big_endian(&verifier))),
    }
}
