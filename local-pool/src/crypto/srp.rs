//! The server's half of SRP-6a with SHA-256 as Cognito runs it (RFC 5054 group, its own key derivation).

use super::group::{BYTES, Element, generator_power};
use super::{hmac_sha256, sha256, unhex};

/// `k`, the multiplier: SHA-256 over N and g (RFC 5054, section 2.5.3).
const K: [u8; 32] = [
    0x53, 0x82, 0x82, 0xc4, 0x35, 0x47, 0x42, 0xd7, 0xcb, 0xbd, 0xe2, 0x35, 0x9f, 0xcf, 0x67, 0xf9, 0xf5, 0xb3, 0xa6,
    0xb0, 0x87, 0x91, 0xe5, 0x01, 0x1b, 0x43, 0xb8, 0xa5, 0xb6, 0x6d, 0x9e, 0xe6,
];

/// A client's `A`.
#[derive(Clone)]
pub(crate) struct ClientPublic {
    /// As sent, big-endian: what is hashed into `u`.
    bytes: Vec<u8>,
    element: Element,
}

/// Why a client's `SRP_A` is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UnusablePublicValue;

/// `v = g^x`, what the server keeps in place of the password: 384 big-endian bytes.
pub(crate) fn verifier(pool_name: &str, user_id: &str, password: &str, salt: &[u8]) -> Vec<u8> {
    let inner = sha256(&[pool_name.as_bytes(), user_id.as_bytes(), b":", password.as_bytes()]);
    let x = sha256(&[&minimal(salt), &inner]);
    generator_power(&x).to_be_bytes().to_vec()
}

/// How many bytes a verifier has.
pub(crate) const VERIFIER_BYTES: usize = BYTES;

/// A number of the group made from bytes as they are.
pub(crate) fn some_verifier(bytes: &[u8]) -> Vec<u8> {
    Element::from_be_bytes(bytes).to_be_bytes().to_vec()
}

/// Whether bytes that somebody sent could be a verifier: a number of the group's size, and not zero.
pub(crate) fn is_verifier(bytes: &[u8]) -> bool {
    let significant = bytes.iter().position(|byte| *byte != 0).map_or(0, |zeros| bytes.len() - zeros);
    significant <= BYTES && !Element::from_be_bytes(bytes).is_zero()
}

/// `B = k * v + g^b`.
pub(crate) fn server_public(verifier: &[u8], b: &[u8; 32]) -> Vec<u8> {
    let k = Element::from_be_bytes(&K);
    k.times(&Element::from_be_bytes(verifier)).plus(&generator_power(b)).to_be_bytes().to_vec()
}

/// Reads `SRP_A`: hex without a prefix, of any length up to twice the group's, and not zero modulo N (RFC 5054,
/// section 2.5.4).
pub(crate) fn client_public(hex: &str) -> Result<ClientPublic, UnusablePublicValue> {
    if hex.is_empty() || hex.len() > 4 * BYTES {
        return Err(UnusablePublicValue);
    }
    let bytes = unhex(hex).ok_or(UnusablePublicValue)?;
    let element = Element::from_be_bytes(&bytes);
    if element.is_zero() { Err(UnusablePublicValue) } else { Ok(ClientPublic { bytes, element }) }
}

/// The 16-byte key both sides share: HKDF-SHA256 over `S = (A * v^u)^b` with `u` as salt (RFC 5869).
pub(crate) fn session_key(a_public: &ClientPublic, verifier: &[u8], b: &[u8; 32], b_public: &[u8]) -> [u8; 16] {
    let u = sha256(&[&minimal(&a_public.bytes), &minimal(b_public)]);
    let s = a_public.element.times(&Element::from_be_bytes(verifier).power(&u)).power(b);
    let pseudo_random_key = hmac_sha256(&minimal(&u), &[&minimal(&s.to_be_bytes())]);
    let okm = hmac_sha256(&pseudo_random_key, &[b"Caldera Derived Key", &[1]]);
    std::array::from_fn(|i| okm[i])
}

/// What `PASSWORD_CLAIM_SIGNATURE` has to be, before base64.
pub(crate) fn proof(key: &[u8; 16], pool_name: &str, user_id: &str, secret_block: &[u8], timestamp: &str) -> [u8; 32] {
    hmac_sha256(key, &[pool_name.as_bytes(), user_id.as_bytes(), secret_block, timestamp.as_bytes()])
}

/// Minimal big-endian bytes with a leading zero when the top bit is set, as two's complement writes a positive number.
fn minimal(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().position(|byte| *byte != 0).unwrap_or(bytes.len().saturating_sub(1));
    let significant = &bytes[start..];
    let mut out = Vec::with_capacity(significant.len() + 1);
    if significant.first().is_none_or(|first| *first >= 0x80) {
        out.push(0);
    }
    out.extend_from_slice(significant);
    out
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use num_bigint::BigUint;

    use super::*;
    use crate::crypto::group::modulus;
    use crate::crypto::hex;

    struct Vector {
        a: &'static str,
        b: &'static str,
        salt: &'static str,
        key: &'static str,
        signature: &'static str,
    }

    const POOL: &str = "Example01";
    const USER: &str = "6f0d1c2e-1111-4222-8333-123456789abc";
    const VECTORS: [Vector; 4] = [
        Vector {
            a: "4e1195df020de59e0d65a33a4279f1183e7ae4e5d980e309f8b55adff2e61c3ef55ff16f66f43360266b95db6f8fec01d76031054306ae4a4b380598f6cfd1142c3a4249d77070058649dbd822dcaf7957586fce428cfb2ca88b94741eda8b07f46dd28a5499d8efef0b8fb8ee1ec1c5a5e407c9381741d576ba8deb4f59ec3f",
            b: "2ba8c445a8ffa6c4f024af5300867d7ea7d5c99b6e564fd8335aab70a36b9af8",
            salt: "63479ad69a090b258277ec8fba6f9941",
            key: "0a2ce7e9359ac1e80ce5966c4a4e131f",
            signature: "tvL6fvcgmDLlu6Aea3ZGKj53wtP4L3FiG9XJmPsBQTM=",
        },
        Vector {
            a: "baea400256dc5109063a9995268226b9a89afc07ccdb192e9e3c6cf5f54bd30c",
            b: "6b398f871a339902fddfff72613435eb19a79e9bb3a65fb9cee2221128fd4501",
            salt: "8e3b4a922506265c9cd8b35c23c23a86",
            key: "109c8e03092bdbd3d92ec5a68a87a483",
            signature: "0JiDpAJPYpPIEeGBYd82wV+E3R++7ynV5jw3rmysI7E=",
        },
        Vector {
            a: "4e167bcadac485e3fee149decb5ab286ee0a03ee388f28c6e2a71ecba147b1d7",
            b: "4c083483d03f764d377ea57f4cebf28e2d28cf0baa0324b6a47b028b986e72e5",
            salt: "0ddc8f18ff39411adbc3dcf8fcd315e2",
            key: "3e3da8af5a00a9d75ae7dd0af068b5b6",
            signature: "91KxzLWTS3kOIcTx+BHuqWTY9F+WxMAu9oX5lE1fre8=",
        },
        Vector {
            a: "7ab7f20c0a6ccb0c9cdc8fdd35d3a6cafcf83ed669178e13ca2aa3932514cb5",
            b: "77e4536dc1a4376d8f47f8c1a4e06cd0b73675206cd70a4af817c1dde7548fb8",
            salt: "b33c3c4453181b450f67628b1cc5bc35",
            key: "4e59955f149e8e82862af7412d1e1c5c",
            signature: "tYXgoKVKOV/9sqnAlEW4j1GeUF4Z7sjGHZSpuU6knho=",
        },
    ];

    fn n() -> BigUint {
        BigUint::from_bytes_be(&modulus())
    }

    #[test]
    fn the_multiplier_is_the_hash_of_the_group() {
        assert_eq!(sha256(&[&minimal(&modulus()), &[2]]), K);
    }

    fn number(text: &str) -> BigUint {
        BigUint::parse_bytes(text.as_bytes(), 16).unwrap()
    }

    #[test]
    fn the_published_vectors_hold() {
        for vector in VECTORS {
            let a_public = BigUint::from(2_u8).modpow(&number(vector.a), &n());
            let a_public = client_public(&a_public.to_str_radix(16)).unwrap();
            let b: [u8; 32] = number(vector.b).to_bytes_be().try_into().unwrap();
            let verifier = verifier(POOL, USER, "Correct-Horse-9", &number(vector.salt).to_bytes_be());
            let b_public = server_public(&verifier, &b);
            let key = session_key(&a_public, &verifier, &b, &b_public);
            assert_eq!(hex(&key), vector.key);
            let block = b"opaque-secret-block-for-test";
            let signature = proof(&key, POOL, USER, block, "Mon Jan 5 09:03:07 UTC 2026");
            assert_eq!(STANDARD.encode(signature), vector.signature);
        }
    }

    #[test]
    fn public_values_that_are_zero_modulo_n_are_refused() {
        for value in [BigUint::ZERO, n(), n() * 2_u8] {
            assert!(client_public(&value.to_str_radix(16)).is_err());
        }
        assert!(client_public("").is_err() && client_public("0x12").is_err() && client_public("12g").is_err());
        assert_eq!(client_public("2").unwrap().bytes, [2]);
    }
}
