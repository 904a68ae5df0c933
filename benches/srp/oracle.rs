//! The same formulas in plain num-bigint, and the values of some sign-ins.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::ConstMontyParams as _;
use num_bigint::BigUint;
use portcullis::srp::bytes::{hmac_sha256, sha256, signed};
use portcullis::srp::group::{K, Modulus};

pub const GROUP: &str = "AbCdEfGh1";
pub const USER: &str = "0f0f0f0f-1111-4222-8333-abcdefabcdef";
pub const PASSWORD: &str = "correct horse battery staple";
pub const TIMESTAMP: &str = "Mon Jan 5 09:03:07 UTC 2026";

/// One sign-in: what the client draws, what the service sends, and the numbers in between. Big-endian bytes.
pub struct SignIn {
    pub a: [u8; 32],
    pub srp_b: String,
    pub salt: String,
    pub secret_block: String,
    pub x: [u8; 32],
    pub u: [u8; 32],
    /// B − k·g^x
    pub base: Vec<u8>,
    /// a + u·x
    pub exponent: Vec<u8>,
    pub public_a: Vec<u8>,
    pub verifier: Vec<u8>,
    pub shared: Vec<u8>,
}

impl SignIn {
    pub fn new(seed: u8) -> Self {
        let draw = |name: &str| *sha256(&[name.as_bytes(), &[seed]]);
        let (a, b, salt) = (draw("a"), BigUint::from_bytes_be(&draw("b")), &draw("salt")[..16]);
        let x = private_key(salt);
        let verifier = generator().modpow(&number(&x), &n());
        let public_b = (k() * &verifier + generator().modpow(&b, &n())) % n();
        let public_a = generator().modpow(&number(&a), &n());
        let u = *sha256(&[&bytes(&public_a), &bytes(&public_b)]);
        let base = (&public_b + n() - k() * &verifier % n()) % n();
        let exponent = number(&a) + number(&u) * number(&x);
        Self {
            a,
            srp_b: public_b.to_str_radix(16),
            salt: number(salt).to_str_radix(16),
            secret_block: STANDARD.encode(draw("block").repeat(30)),
            x,
            u,
            shared: base.modpow(&exponent, &n()).to_bytes_be(),
            base: base.to_bytes_be(),
            exponent: exponent.to_bytes_be(),
            public_a: public_a.to_bytes_be(),
            verifier: verifier.to_bytes_be(),
        }
    }

    /// The client's whole work, as ours does it but with num-bigint: not in constant time.
    pub fn with_num_bigint(&self) -> String {
        let a = number(&self.a);
        let public_a = generator().modpow(&a, &n());
        let public_b = hexadecimal(&self.srp_b);
        let x = private_key(&hexadecimal(&self.salt).to_bytes_be());
        let u = sha256(&[&bytes(&public_a), &bytes(&public_b)]);
        let masked = k() * generator().modpow(&number(&x), &n()) % n();
        let shared = ((public_b + n() - masked) % n()).modpow(&(a + number(&*u) * number(&x)), &n());
        let extracted = hmac_sha256(&signed(&*u), &[&bytes(&shared)]);
        let key = hmac_sha256(&*extracted, &[b"Caldera Derived Key", &[1]]);
        let block = STANDARD.decode(&self.secret_block).unwrap();
        let parts: [&[u8]; 4] = [GROUP.as_bytes(), USER.as_bytes(), &block, TIMESTAMP.as_bytes()];
        STANDARD.encode(*hmac_sha256(&key[..16], &parts))
    }
}

/// The prime N, big-endian.
pub fn modulus() -> Vec<u8> {
    Modulus::PARAMS.modulus().to_be_bytes().to_vec()
}

fn n() -> BigUint {
    number(&modulus())
}

fn k() -> BigUint {
    number(&K.to_be_bytes())
}

fn generator() -> BigUint {
    BigUint::from(2_u8)
}

fn number(big_endian: &[u8]) -> BigUint {
    BigUint::from_bytes_be(big_endian)
}

fn hexadecimal(text: &str) -> BigUint {
    BigUint::parse_bytes(text.as_bytes(), 16).unwrap()
}

fn bytes(number: &BigUint) -> Vec<u8> {
    signed(&number.to_bytes_be()).to_vec()
}

fn private_key(salt: &[u8]) -> [u8; 32] {
    let inner = sha256(&[GROUP.as_bytes(), USER.as_bytes(), b":", PASSWORD.as_bytes()]);
    *sha256(&[&signed(salt), &*inner])
}
