//! The published vectors, and the whole exchange against plain arithmetic written a second time with num-bigint.

use num_bigint::BigUint;
use proptest::prelude::*;
use serde::Deserialize;

use super::bytes::{from_hex, hmac_sha256, sha256, signed};
use super::client::{
    Challenge, ClientSecret, Ephemeral, Identity, claim, derived_key, private_key, scrambler, session_key,
    signed_claim, unmasked,
};
use super::device::device_verifier;
use super::group::{Element, K, Modulus, session_power};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_bigint::modular::ConstMontyParams as _;
use crypto_bigint::{U256, U1280};

#[derive(Deserialize)]
struct Vectors {
    group: String,
    user: String,
    password: String,
    secret_block: String,
    timestamp: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    exercises: String,
    a: String,
    b: String,
    salt: String,
    key: String,
    signature: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../tests/vectors/srp.json")).unwrap()
}

fn n() -> BigUint {
    BigUint::from_bytes_be(&Modulus::PARAMS.modulus().to_be_bytes())
}

/// BYTES(n) once more, from the definition.
fn bytes_of(number: &BigUint) -> Vec<u8> {
    let digits = number.to_bytes_be();
    if digits[0] >= 0x80 { [vec![0], digits].concat() } else { digits }
}

fn hash(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(&*sha256(parts))
}

/// The service's half, and what the client's half must come to.
struct Oracle {
    x: BigUint,
    k: BigUint,
}

impl Oracle {
    fn new(group: &str, user: &str, password: &str, salt: &BigUint) -> Self {
        let inner = sha256(&[group.as_bytes(), user.as_bytes(), b":", password.as_bytes()]);
        let k = BigUint::from_bytes_be(&K.to_be_bytes());
        Self { x: hash(&[&bytes_of(salt), &*inner]), k }
    }

    fn public_b(&self, b: &BigUint) -> BigUint {
        let g = BigUint::from(2_u8);
        (&self.k * g.modpow(&self.x, &n()) + g.modpow(b, &n())) % n()
    }

    fn client_key(&self, a: &BigUint, public_b: &BigUint) -> [u8; 16] {
        let g = BigUint::from(2_u8);
        let u = hash(&[&bytes_of(&g.modpow(a, &n())), &bytes_of(public_b)]);
        let masked = &self.k * g.modpow(&self.x, &n()) % n();
        let base = (public_b % n() + n() - masked) % n();
        let shared = base.modpow(&(a + &u * &self.x), &n());
        let extracted = hmac_sha256(&bytes_of(&u), &[&bytes_of(&shared)]);
        hmac_sha256(&*extracted, &[b"Caldera Derived Key", &[1]])[..16].try_into().unwrap()
    }
}

fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

#[test]
fn published_vectors() {
    let vectors = vectors();
    let identity = Identity { group: &vectors.group, user: &vectors.user };
    assert_eq!(vectors.cases.len(), 13);
    let mut checked = 0;
    for case in &vectors.cases {
        let oracle = Oracle::new(&vectors.group, &vectors.user, &vectors.password, &number(&case.salt));
        let public_b = oracle.public_b(&number(&case.b));
        let secret_block = STANDARD.encode(&vectors.secret_block);
        let (srp_b, salt) = (public_b.to_str_radix(16), case.salt.as_str());
        let challenge = Challenge { srp_b: &srp_b, salt, secret_block: &secret_block };
        let plain = oracle.client_key(&number(&case.a), &public_b);
        assert_eq!(crate::support::hex::lower(&plain), case.key, "{}", case.exercises);
        // The client draws 256 bits; the vector with 1024 bits is checked step by step below.
        let Ok(a) = <[u8; 32]>::try_from(left_padded(&number(&case.a).to_bytes_be())) else { continue };
        checked += 1;
        let ephemeral = Ephemeral::new(ClientSecret::from_bytes(a)).unwrap();
        let key = session_key(&ephemeral, identity, &vectors.password, &challenge).unwrap();
        assert_eq!(crate::support::hex::lower(&*key), case.key, "{}", case.exercises);
        let proof = claim(&ephemeral, identity, &vectors.password, &challenge, &vectors.timestamp).unwrap();
        assert_eq!(proof.signature, case.signature, "{}", case.exercises);
    }
    assert_eq!(checked, 12);
}

/// Other clients draw 1024 bits for a. Ours do not, so their vector goes through the steps of `claim` one by one.
#[test]
fn published_vector_with_a_long_exponent() {
    let vectors = vectors();
    let case = &vectors.cases[0];
    let identity = Identity { group: &vectors.group, user: &vectors.user };
    let (a, salt) = (number(&case.a), from_hex(&case.salt, "SALT").unwrap());
    let public_a = BigUint::from(2_u8).modpow(&a, &n()).to_bytes_be();
    let oracle = Oracle::new(&vectors.group, &vectors.user, &vectors.password, &number(&case.salt));
    let srp_b = oracle.public_b(&number(&case.b)).to_str_radix(16);
    assert_eq!(srp_b.len(), 767);
    let b = from_hex(&srp_b, "SRP_B").unwrap();

    let u = scrambler(&public_a, &b).unwrap();
    let x = private_key(identity, &vectors.password, &salt);
    let base = unmasked(&b, &x).unwrap();
    let exponent = a + BigUint::from_bytes_be(&*u) * BigUint::from_bytes_be(&x.to_be_bytes());
    let mut padded = [0; 160];
    let digits = exponent.to_bytes_be();
    padded[160 - digits.len()..].copy_from_slice(&digits);
    let shared = portcullis_modexp::power(&base, U1280::from_be_slice(&padded).as_words(), 1025);
    let key = derived_key(&u, &shared);
    assert_eq!(crate::support::hex::lower(&*key), case.key);
    let proof = signed_claim(&key, identity, vectors.secret_block.as_bytes(), &vectors.timestamp);
    assert_eq!(proof.signature, case.signature);
}

#[test]
fn b_above_the_modulus_is_reduced_but_hashed_as_it_came() {
    let ephemeral = Ephemeral::new(ClientSecret::from_bytes([7; 32])).unwrap();
    let identity = Identity { group: "Pool", user: "ann" };
    let b = n() + 12_345_u16;
    let challenge = Challenge { srp_b: &b.to_str_radix(16), salt: "1", secret_block: "" };
    let key = session_key(&ephemeral, identity, "p", &challenge).unwrap();
    let oracle = Oracle::new("Pool", "ann", "p", &BigUint::from(1_u8));
    assert_eq!(*key, oracle.client_key(&BigUint::from_bytes_be(&[7; 32]), &b));
}

#[test]
fn nothing_secret_is_printed() {
    let secret = ClientSecret::from_bytes([7; 32]);
    assert_eq!(format!("{secret:?}"), "ClientSecret { .. }");
    assert_eq!(format!("{:?}", Ephemeral::new(secret).unwrap()), "Ephemeral { .. }");
    let device = device_verifier(Identity { group: "g", user: "d" }, "secret", &[1; 16]);
    assert_eq!(format!("{device:?}"), "DeviceVerifier { .. }");
}

fn left_padded(bytes: &[u8]) -> Vec<u8> {
    [vec![0; 32_usize.saturating_sub(bytes.len())], bytes.to_vec()].concat()
}

#[test]
fn device_check_value() {
    let device = Identity { group: "-abcdEFGH", user: "us-east-1_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee" };
    let salt: [u8; 16] = from_hex("c316bec515ef231a8365da602ca44bd9", "salt").unwrap().try_into().unwrap();
    let verifier = device_verifier(device, "0f0f0f0f-1111-4222-8333-abcdefabcdef", &salt);
    assert_eq!(verifier.salt, "AMMWvsUV7yMag2XaYCykS9k=");
    let digest = sha256(&[&STANDARD.decode(&verifier.password_verifier).unwrap()]);
    let expected = "4cd13586309a27cda5b233b00c25786e319d3b562db471840973ffc0a55d753c";
    assert_eq!(crate::support::hex::lower(&*digest), expected);
}

#[test]
fn values_that_no_honest_service_sends() {
    let ephemeral = Ephemeral::new(ClientSecret::from_bytes([7; 32])).unwrap();
    let identity = Identity { group: "Pool", user: "ann" };
    let modulus = n().to_str_radix(16);
    for (srp_b, salt, secret_block) in [
        ("0", "1", ""),
        (modulus.as_str(), "1", ""),
        ("", "1", ""),
        ("xyz", "1", ""),
        ("2", "no", ""),
        ("2", "1", "not base64!"),
        (&"f".repeat(769), "1", ""),
    ] {
        let challenge = Challenge { srp_b, salt, secret_block };
        assert!(claim(&ephemeral, identity, "p", &challenge, "now").is_err(), "{srp_b} {salt} {secret_block}");
    }
}

/// Byte strings with the edges that near-misses fail on: leading zeros, the top bit set, odd lengths.
fn edgy(length: usize) -> impl Strategy<Value = Vec<u8>> {
    let random = prop::collection::vec(any::<u8>(), length);
    (random, 0..4_usize).prop_map(|(mut bytes, edge)| {
        match edge {
            0 => bytes[0] = 0,
            1 => bytes[0] |= 0x80,
            2 => bytes[..2].fill(0),
            _ => {}
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_exchange_agrees_with_plain_arithmetic(a in edgy(32), b in edgy(32), salt in edgy(16), upper: bool, password in "\\PC{1,40}") {
        let salt_number = BigUint::from_bytes_be(&salt);
        let oracle = Oracle::new("AbCdEfGh1", "ann", &password, &salt_number);
        let public_b = oracle.public_b(&BigUint::from_bytes_be(&b));
        let mut srp_b = public_b.to_str_radix(16);
        if upper {
            srp_b = srp_b.to_uppercase();
        }
        // The service may keep leading zeros; as a number they vanish.
        let salt_text = crate::support::hex::lower(&salt);
        let ephemeral = Ephemeral::new(ClientSecret::from_bytes(a.clone().try_into().unwrap())).unwrap();
        let challenge = Challenge { srp_b: &srp_b, salt: &salt_text, secret_block: "" };
        let key = session_key(&ephemeral, Identity { group: "AbCdEfGh1", user: "ann" }, &password, &challenge).unwrap();
        prop_assert_eq!(*key, oracle.client_key(&BigUint::from_bytes_be(&a), &public_b));
        let public_a = BigUint::from(2_u8).modpow(&BigUint::from_bytes_be(&a), &n());
        prop_assert_eq!(ephemeral.public_hex(), public_a.to_str_radix(16));
    }

    #[test]
    fn bytes_agree_with_the_definition(digits in edgy(20)) {
        prop_assert_eq!(&*signed(&digits), &bytes_of(&BigUint::from_bytes_be(&digits)));
    }

    #[test]
    fn hexadecimal_never_panics(text in ".{0,40}") {
        let _ = from_hex(&text, "x");
    }
}

#[test]
fn a_shared_secret_with_leading_zero_bytes_is_written_without_them() {
    // S has to be hit by chance (1 in 256): with the base 1 every power is 1, one byte of 384.
    let one = Element::from_montgomery(*Modulus::PARAMS.one());
    let power = session_power(&one, &U256::MAX, &U256::MAX, &U256::MAX);
    assert_eq!(*signed(&power.retrieve().to_be_bytes()), [1]);
}
