//! The client's side: the public value A, and the proof that goes with `PASSWORD_VERIFIER` and
//! `DEVICE_PASSWORD_VERIFIER`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{U256, U3072};
use zeroize::Zeroizing;

use super::SrpError;
use super::bytes::{from_hex, hmac_sha256, sha256, signed, to_hex};
use super::group::{Element, LENGTH, big_endian, element, generator_power, multiplier, session_power};
use crate::support::shown::shows;

/// The secret exponent a: 256 random bits, drawn anew for every attempt.
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<[u8; 32]>);
shows!(ClientSecret {});

impl ClientSecret {
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn number(&self) -> Zeroizing<U256> {
        Zeroizing::new(U256::from_be_slice(&*self.0))
    }
}

/// One attempt's pair of a and A = g^a.
#[derive(Clone)]
pub struct Ephemeral {
    secret: ClientSecret,
    public: [u8; LENGTH],
}
shows!(Ephemeral {});

impl Ephemeral {
    /// # Errors
    /// When A would be zero modulo N, which no exponent gives but a broken generator might.
    pub fn new(secret: ClientSecret) -> Result<Self, SrpError> {
        let public = generator_power(&secret.number()).retrieve();
        if public == U3072::ZERO {
            return Err(SrpError::BadExponent);
        }
        Ok(Self { secret, public: big_endian(&public) })
    }

    /// `SRP_A`: lower-case hexadecimal without padding.
    #[must_use]
    pub fn public_hex(&self) -> String {
        to_hex(&self.public)
    }
}

/// Who proves a password: a user of a pool, or a device of a device group.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// The pool's name (the part of its id after `_`), or the device group key.
    pub group: &'a str,
    /// The user name that the service returned (`USER_ID_FOR_SRP`), or the device key.
    pub user: &'a str,
}
shows!(Identity<'a> { group });

/// The service's challenge parameters.
#[derive(Clone, Copy)]
pub struct Challenge<'a> {
    pub srp_b: &'a str,
    pub salt: &'a str,
    pub secret_block: &'a str,
}
shows!(Challenge<'a> {});

/// The proof.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: String,
}
shows!(Claim {});

/// Proves the password: S = (B − k·g^x)^(a + u·x), the key from it by HKDF, and with that the HMAC over the challenge.
///
/// # Errors
/// When the service's values are unusable: B zero modulo N, u zero, or text that is no number.
pub fn claim(
    ephemeral: &Ephemeral,
    identity: Identity<'_>,
    password: &str,
    challenge: &Challenge<'_>,
    timestamp: &str,
) -> Result<Claim, SrpError> {
    let block = STANDARD.decode(challenge.secret_block).map_err(|_| SrpError::BadServerValue("SECRET_BLOCK"))?;
    let key = session_key(ephemeral, identity, password, challenge)?;
    Ok(signed_claim(&key, identity, &block, timestamp))
}

pub(super) fn signed_claim(key: &[u8; 16], identity: Identity<'_>, block: &[u8], timestamp: &str) -> Claim {
    let parts = [identity.group.as_bytes(), identity.user.as_bytes(), block, timestamp.as_bytes()];
    Claim { signature: STANDARD.encode(*hmac_sha256(key, &parts)) }
}

/// The 16-byte key that both sides derive.
///
/// # Errors
/// As [`claim`].
pub fn session_key(
    ephemeral: &Ephemeral,
    identity: Identity<'_>,
    password: &str,
    challenge: &Challenge<'_>,
) -> Result<Zeroizing<[u8; 16]>, SrpError> {
    let b = from_hex(challenge.srp_b, "SRP_B")?;
    let salt = from_hex(challenge.salt, "SALT")?;
    let u = scrambler(&ephemeral.public, &b)?;
    let x = private_key(identity, password, &salt);
    let base = unmasked(&b, &x)?;
    let a = ephemeral.secret.number();
    let shared = Zeroizing::new(session_power(&base, &a, &U256::from_be_slice(&*u), &x));
    Ok(derived_key(&u, &shared))
}

/// u = SHA-256(BYTES(A) ‖ BYTES(B)), with B as the service wrote it, not reduced.
pub(super) fn scrambler(a: &[u8], b: &[u8]) -> Result<Zeroizing<[u8; 32]>, SrpError> {
    let u = sha256(&[&signed(a), &signed(b)]);
    if *u == [0; 32] { Err(SrpError::BadServerValue("SRP_B")) } else { Ok(u) }
}

/// B − k·g^x, from which a server that knows the verifier has left g^b.
pub(super) fn unmasked(b: &[u8], x: &U256) -> Result<Zeroizing<Element>, SrpError> {
    let b = element(b);
    if b == Element::ZERO {
        return Err(SrpError::BadServerValue("SRP_B"));
    }
    let verifier = Zeroizing::new(generator_power(x));
    Ok(Zeroizing::new(b - multiplier() * *verifier))
}

/// HKDF-SHA-256 (RFC 5869) of BYTES(S) with the salt BYTES(u): one block, of which the first half is used.
pub(super) fn derived_key(u: &[u8; 32], shared: &Element) -> Zeroizing<[u8; 16]> {
    let shared = Zeroizing::new(shared.retrieve());
    let extracted = hmac_sha256(&signed(u), &[&signed(&*Zeroizing::new(big_endian(&shared)))]);
    let expanded = hmac_sha256(&*extracted, &[b"Caldera Derived Key", &[1]]);
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&expanded[..16]);
    key
}

/// x = SHA-256(BYTES(salt) ‖ SHA-256(group ‖ user ‖ ":" ‖ password)).
pub(super) fn private_key(identity: Identity<'_>, password: &str, salt: &[u8]) -> Zeroizing<U256> {
    let inner = sha256(&[identity.group.as_bytes(), identity.user.as_bytes(), b":", password.as_bytes()]);
    Zeroizing::new(U256::from_be_slice(&*sha256(&[&signed(salt), &*inner])))
}
