//! One passkey and what it signs.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde::Serialize;
use serde_json::{Value, json};

use super::cbor;
use super::error::AuthenticatorError;
use crate::crypto::sha256;
use crate::random::Random;

/// Flags of the authenticator data (section 6.1).
const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const ATTESTED_CREDENTIAL: u8 = 0x40;
const ALWAYS: u8 = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;

/// What comes before the point in a `SubjectPublicKeyInfo` of P-256 (RFC 5480).
const P256_INFO: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

pub(super) struct Passkey {
    pub id: Vec<u8>,
    pub rp_id: String,
    pub user_handle: Vec<u8>,
    key: EcdsaKeyPair,
}

/// `CollectedClientData`, its members in the order of section 5.8.1.1.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientData<'a> {
    r#type: &'a str,
    challenge: &'a str,
    origin: &'a str,
    cross_origin: bool,
}

impl Passkey {
    pub fn make(random: &Random, rp_id: String, user_handle: Vec<u8>) -> Result<Self, AuthenticatorError> {
        let (source, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_ASN1_SIGNING);
        let key = EcdsaKeyPair::generate_pkcs8(kind, &source).ok();
        let key = key.and_then(|der| EcdsaKeyPair::from_pkcs8(kind, der.as_ref(), &source).ok());
        let key = key.ok_or(AuthenticatorError::NotSupported)?;
        Ok(Self { id: random.bytes::<32>().to_vec(), rp_id, user_handle, key })
    }

    /// `RegistrationResponseJSON`.
    pub fn registration(&self, challenge: &str, origin: &str) -> Value {
        const AAGUID: [u8; 16] = [0; 16];
        let point = self.key.public_key().as_ref();
        let (x, y) = point.get(1..).unwrap_or_default().split_at(32);
        let mut data = self.authenticator_data(ALWAYS | ATTESTED_CREDENTIAL);
        data.extend(AAGUID);
        data.extend(u16::try_from(self.id.len()).unwrap_or(0).to_be_bytes());
        data.extend(&self.id);
        data.extend(cbor::cose_key(x, y));
        self.credential(json!({
            "clientDataJSON": base64url(&client_data("webauthn.create", challenge, origin)),
            "attestationObject": base64url(&cbor::attestation_object(&data)),
            "authenticatorData": base64url(&data),
            "publicKey": base64url(&[&P256_INFO, point].concat()),
            "publicKeyAlgorithm": -7,
            "transports": ["internal", "hybrid"],
        }))
    }

    /// `AuthenticationResponseJSON`.
    pub fn assertion(&self, challenge: &str, origin: &str) -> Result<Value, AuthenticatorError> {
        let client_data = client_data("webauthn.get", challenge, origin);
        let data = self.authenticator_data(ALWAYS);
        let signed = [data.as_slice(), &sha256(&[&client_data])].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).map_err(|_| AuthenticatorError::NotSupported)?;
        Ok(self.credential(json!({
            "clientDataJSON": base64url(&client_data),
            "authenticatorData": base64url(&data),
            "signature": base64url(signature.as_ref()),
            "userHandle": base64url(&self.user_handle),
        })))
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        const SIGN_COUNT: [u8; 4] = [0; 4];
        [&sha256(&[self.rp_id.as_bytes()])[..], &[flags], &SIGN_COUNT].concat()
    }

    fn credential(&self, response: Value) -> Value {
        let id = base64url(&self.id);
        json!({
            "id": id, "rawId": id, "type": "public-key", "authenticatorAttachment": "platform",
            "clientExtensionResults": {}, "response": response,
        })
    }
}

fn client_data(ceremony: &str, challenge: &str, origin: &str) -> Vec<u8> {
    // Strings and a bool are always JSON.
    serde_json::to_vec(&ClientData { r#type: ceremony, challenge, origin, cross_origin: false }).unwrap_or_default()
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
