//! RSA keys that sign tokens (RS256 and RS512, RFC 7518 section 3.3).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaKeyPair};
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use serde_json::{Value, json};

use super::jws::PublicKey;
use super::sha256;

const KEY_BITS: usize = 2048;

/// A key pair with the id its signatures carry.
#[derive(Debug)]
pub(crate) struct SigningKey {
    pub kid: String,
    pair: RsaKeyPair,
}

/// Makes a key and returns it as PKCS #1 DER. Takes tens to hundreds of milliseconds.
pub(crate) fn generate() -> Result<Vec<u8>, rsa::Error> {
    let mut random = rand_core::UnwrapErr(getrandom::SysRng);
    let key = rsa::PrivateKey::new(&mut random, KEY_BITS)?;
    Ok(key.to_pkcs1_der()?.as_bytes().to_vec())
}

impl SigningKey {
    /// None when the bytes are no RSA key.
    pub fn from_der(der: &[u8]) -> Option<Self> {
        let pair = RsaKeyPair::from_der(der).ok()?;
        let kid = STANDARD.encode(sha256(&[pair.public().as_ref()]));
        Some(Self { kid, pair })
    }

    /// The compact JWS of `claims` (RFC 7515). The header has `kid` and `alg` only, as Cognito's has.
    pub fn sign(&self, claims: &Value) -> Option<String> {
        self.sign_under(&format!(r#"{{"kid":"{}","alg":"RS256"}}"#, self.kid), claims)
    }

    /// As [`Self::sign`] under a header of one's own; with RS512 if it says so.
    pub fn sign_under(&self, header: &str, claims: &Value) -> Option<String> {
        let algorithm = if header.contains(r#""alg":"RS512""#) { &RSA_PKCS1_SHA512 } else { &RSA_PKCS1_SHA256 };
        let header = URL_SAFE_NO_PAD.encode(header);
        let mut token = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(algorithm, &SystemRandom::new(), token.as_bytes(), &mut signature).ok()?;
        token.push('.');
        token.push_str(&URL_SAFE_NO_PAD.encode(signature));
        Some(token)
    }

    /// What others check its signatures by.
    pub fn public(&self) -> PublicKey {
        PublicKey { kid: Some(self.kid.clone()), components: self.pair.public().into() }
    }

    pub fn verifies(&self, signed: &str, signature: &[u8]) -> bool {
        let key: PublicKeyComponents<Vec<u8>> = self.pair.public().into();
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), signature).is_ok()
    }

    /// The public key as a JWK (RFC 7517).
    pub fn jwk(&self) -> Value {
        let key: PublicKeyComponents<Vec<u8>> = self.pair.public().into();
        json!({
            "alg": "RS256",
            "e": URL_SAFE_NO_PAD.encode(key.e),
            "kid": self.kid,
            "kty": "RSA",
            "n": URL_SAFE_NO_PAD.encode(key.n),
            "use": "sig",
        })
    }
}
