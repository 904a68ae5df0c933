//! The client's side: the public value A, and the proof that goes with `PASSWORD_VERIFIER` and
//! `DEVICE_PASSWORD_VERIFIER`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{U256, U3072};
use zeroize::{Zeroize as _, Zeroizing};

use super::SrpError;
use super::bytes::{from_hex, hmac_sha256, sha256, signed, to_hex};
use super::group::{element, generator_power, multiplier, session_power};

/// The secret exponent a: 256 random bits, drawn anew for every attempt.
#[derive(Clone)]
pub struct ClientSecret(Zeroizing<[u8; 32]>);

impl ClientSecret {
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn number(&self) -> Zeroizing<U256> {
        Zeroizing::new(U256::from_be_slice(&*self.0))
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientSecret([redacted])")
    }
}

/// One attempt's pair of a and A = g^a.
#[derive(Clone)]
pub struct Ephemeral {
    secret: ClientSecret,
    public: Vec<u8>,
}

impl Ephemeral {
    /// # Errors
    /// When A would be zero modulo N, which no exponent gives but a broken generator might.
    pub fn new(secret: ClientSecret) -> Result<Self, SrpError> {
        let public = generator_power(&secret.number()).retrieve();
        if public == U3072::ZERO {
            return Err(SrpError::BadExponent);
        }
        Ok(Self { secret, public: public.to_be_bytes().to_vec() })
    }

    /// `SRP_A`: lower-case hexadecimal without padding.
    #[must_use]
    pub fn public_hex(&self) -> String {
        to_hex(&self.public)
    }
}

impl std::fmt::Debug for Ephemeral {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ephemeral([redacted])")
    }
}

/// Who proves a password: a user of a pool, or a device of a device group.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'a> {
    /// The pool's name (the part of its id after `_`), or the device group key.
    pub group: &'a str,
    /// The user name that the service returned (`USER_ID_FOR_SRP`), or the device key.
    pub user: &'a str,
}

/// The service's challenge parameters.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    pub srp_b: &'a str,
    pub salt: &'a str,
    pub secret_block: &'a str,
}

/// The proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: String,
}

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
    let parts: [&[u8]; 4] = [identity.group.as_bytes(), identity.user.as_bytes(), &block, timestamp.as_bytes()];
    Ok(Claim { signature: STANDARD.encode(*hmac_sha256(&*key, &parts)) })
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
    let public_b = element(&b);
    if public_b.retrieve() == U3072::ZERO {
        return Err(SrpError::BadServerValue("SRP_B"));
    }
    let u = sha256(&[&signed(&ephemeral.public), &signed(&b)]);
    if *u == [0; 32] {
        return Err(SrpError::BadServerValue("SRP_B"));
    }
    let x = private_key(identity, password, &salt);
    let mut base = public_b - multiplier() * generator_power(&x);
    let mut shared = session_power(&base, &ephemeral.secret.number(), &U256::from_be_slice(&*u), &x);
    let mut number = shared.retrieve();
    let input = signed(&number.to_be_bytes());
    base.zeroize();
    shared.zeroize();
    number.zeroize();
    // HKDF-SHA-256 (RFC 5869) with the salt BYTES(u), one block.
    let extracted = hmac_sha256(&signed(&*u), &[&input]);
    let expanded = hmac_sha256(&*extracted, &[b"Caldera Derived Key", &[1]]);
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&expanded[..16]);
    Ok(key)
}

/// x = SHA-256(BYTES(salt) ‖ SHA-256(group ‖ user ‖ ":" ‖ password)).
pub(super) fn private_key(identity: Identity<'_>, password: &str, salt: &[u8]) -> Zeroizing<U256> {
    let inner = sha256(&[identity.group.as_bytes(), identity.user.as_bytes(), b":", password.as_bytes()]);
    Zeroizing::new(U256::from_be_slice(&*sha256(&[&signed(salt), &*inner])))
}
