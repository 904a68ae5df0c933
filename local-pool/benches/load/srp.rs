//! The client's half of SRP on `portcullis-modexp`. The stories have one that shares nothing with the server; this one
//! only has to be quick.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::{U256, U512, U576, U3072};
use hmac::{Hmac, KeyInit as _, Mac as _};
use portcullis_modexp::{Element, generator_power, power};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const K: U256 = U256::from_be_hex("538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6");

pub struct Ephemeral {
    secret: U256,
    public: U3072,
}

/// A user's password with what does not change between sign-ins.
pub struct Password<'a> {
    pool_name: &'a str,
    password: &'a str,
    /// x and k·g^x, and the salt they are for.
    known: Option<(String, U256, Element)>,
}

impl Ephemeral {
    pub fn new() -> Self {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).unwrap();
        let secret = U256::from_be_slice(&secret);
        Self { secret, public: generator_power(&secret).retrieve() }
    }

    pub fn public_hex(&self) -> String {
        format!("{:x}", self.public)
    }
}

impl<'a> Password<'a> {
    pub fn new(pool_name: &'a str, password: &'a str) -> Self {
        Self { pool_name, password, known: None }
    }

    /// The responses to a PASSWORD_VERIFIER challenge.
    pub fn responses(&mut self, ephemeral: &Ephemeral, parameters: &Value) -> Value {
        let text = |name: &str| parameters[name].as_str().unwrap();
        let (salt, user) = (text("SALT"), text("USER_ID_FOR_SRP"));
        if self.known.as_ref().is_none_or(|known| known.0 != salt) {
            let inner = Sha256::digest(format!("{}{user}:{}", self.pool_name, self.password));
            let x = U256::from_be_slice(&sha256(&[&signed(&number(salt)), &inner]));
            let multiple = Element::new(&K.resize()).mul(&generator_power(&x));
            self.known = Some((salt.into(), x, multiple));
        }
        let (_, x, multiple) = self.known.as_ref().unwrap();

        let server_public = number(text("SRP_B"));
        let u_bytes = sha256(&[&signed(&ephemeral.public), &signed(&server_public)]);
        let product: U512 = U256::from_be_slice(&u_bytes).concatenating_mul(x);
        let exponent: U576 = product.resize::<{ U576::LIMBS }>().wrapping_add(&ephemeral.secret.resize());
        let shared = power(&Element::new(&server_public).sub(multiple), exponent.as_words(), 513).retrieve();
        let key = hmac(&hmac(&signed_bytes(&u_bytes), &[&signed(&shared)]), &[b"Caldera Derived Key\x01"]);

        let block = STANDARD.decode(text("SECRET_BLOCK")).unwrap();
        let timestamp = timestamp();
        let claim = hmac(&key[..16], &[self.pool_name.as_bytes(), user.as_bytes(), &block, timestamp.as_bytes()]);
        json!({
            "USERNAME": user,
            "PASSWORD_CLAIM_SECRET_BLOCK": text("SECRET_BLOCK"),
            "PASSWORD_CLAIM_SIGNATURE": STANDARD.encode(claim),
            "TIMESTAMP": timestamp,
        })
    }
}

fn number(hex: &str) -> U3072 {
    U3072::from_be_hex(&format!("{hex:0>768}"))
}

/// `java.math.BigInteger.toByteArray` of a positive number.
fn signed(number: &U3072) -> Vec<u8> {
    signed_bytes(&number.to_be_bytes())
}

fn signed_bytes(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap();
    let mut out = if bytes[start] >= 0x80 { vec![0] } else { Vec::new() };
    out.extend_from_slice(&bytes[start..]);
    out
}

fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into()
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    parts.iter().fold(mac, |mac, part| mac.chain_update(part)).finalize().into_bytes().into()
}

fn timestamp() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    crate::client::srp::timestamp(i64::try_from(since.as_secs()).unwrap())
}
