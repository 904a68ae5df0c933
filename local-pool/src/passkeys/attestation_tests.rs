//! Attestations that no software authenticator at hand makes: self-signed ones, and RSA keys.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};

use super::*;
use crate::crypto::{sha256, signing};
use crate::passkeys::public_key::{ES256, PublicKey, RS256};

const HASH: [u8; 32] = [7; 32];

/// The pool's relying party in these tests.
fn party() -> RelyingParty<'static> {
    RelyingParty::for_tests("example.com")
}

fn integer(number: i64) -> Value {
    Value::Integer(number.into())
}

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn auth_data(flags: u8, key: &Value) -> Vec<u8> {
    let mut data = sha256(&[b"example.com"]).to_vec();
    data.push(flags);
    data.extend([0; 4]);
    data.extend([9; 16]);
    data.extend([0, 3, 1, 2, 3]);
    data.extend(cbor(key));
    data
}

fn object(format: &str, statement: Vec<(Value, Value)>, data: &[u8]) -> Vec<u8> {
    cbor(&Value::Map(vec![
        (text("fmt"), text(format)),
        (text("attStmt"), Value::Map(statement)),
        (text("authData"), Value::Bytes(data.to_vec())),
    ]))
}

/// User present and verified, with a key.
const FLAGS: u8 = 0x45;

struct Ec {
    pair: EcdsaKeyPair,
    cose: Value,
}

fn ec() -> Ec {
    let random = SystemRandom::new();
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, der.as_ref(), &random).unwrap();
    let point = pair.public_key().as_ref();
    let cose = Value::Map(vec![
        (integer(1), integer(2)),
        (integer(3), integer(ES256)),
        (integer(-1), integer(1)),
        (integer(-2), Value::Bytes(point[1..33].to_vec())),
        (integer(-3), Value::Bytes(point[33..].to_vec())),
    ]);
    Ec { pair, cose }
}

fn refused(object: &[u8]) -> Option<Flaw> {
    check(object, &HASH, &party()).err()
}

#[test]
fn a_self_attestation_has_to_hold() {
    let ec = ec();
    let data = auth_data(FLAGS, &ec.cose);
    let sign = |message: &[u8]| ec.pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec();
    let statement = |algorithm: i64, signature: Vec<u8>| {
        vec![(text("alg"), integer(algorithm)), (text("sig"), Value::Bytes(signature))]
    };
    let right = sign(&[data.as_slice(), &HASH].concat());
    let attested = check(&object("packed", statement(ES256, right.clone()), &data), &HASH, &party()).unwrap();
    assert_eq!(attested.credential.credential_id, [1, 2, 3]);
    assert_eq!(attested.credential.key_bytes, cbor(&ec.cose));
    let wrong = object("packed", statement(ES256, sign(&data)), &data);
    assert_eq!(refused(&wrong), Some(Flaw::WrongSignature));
    assert_eq!(refused(&object("packed", statement(RS256, right), &data)), Some(Flaw::Malformed));
    assert_eq!(refused(&object("packed", Vec::new(), &data)), Some(Flaw::Malformed));
}

#[test]
fn certificates_are_not_looked_at_and_unknown_formats_not_taken() {
    let data = auth_data(FLAGS, &ec().cose);
    let certified = vec![(text("x5c"), Value::Array(Vec::new()))];
    assert_eq!(refused(&object("packed", certified, &data)), None);
    assert_eq!(refused(&object("apple", Vec::new(), &data)), None);
    assert_eq!(refused(&object("none", Vec::new(), &data)), None);
    assert_eq!(refused(&object("none", vec![(text("alg"), integer(ES256))], &data)), Some(Flaw::Malformed));
    assert_eq!(refused(&object("home-made", Vec::new(), &data)), Some(Flaw::NotSupported));
}

#[test]
fn flags_and_form_count() {
    let key = ec().cose;
    let none = |data: &[u8]| refused(&object("none", Vec::new(), data));
    assert_eq!(none(&auth_data(FLAGS & !1, &key)), Some(Flaw::UserNotPresent));
    // Backed up though it cannot be; extensions announced and missing; no key announced.
    for flags in [FLAGS | 0x10, FLAGS | 0x80, FLAGS & !0x40] {
        assert_eq!(none(&auth_data(flags, &key)), Some(Flaw::Malformed), "{flags:x}");
    }
    let mut longer = auth_data(FLAGS, &key);
    longer.push(0);
    assert_eq!(none(&longer), Some(Flaw::Malformed));
    let data = auth_data(FLAGS, &key);
    for length in 0..data.len() {
        assert!(none(&data[..length]).is_some(), "{length}");
    }
    let extended = [auth_data(FLAGS | 0x80, &key), cbor(&Value::Map(Vec::new()))].concat();
    assert_eq!(none(&extended), None);
}

#[test]
fn rsa_keys_sign_too() {
    let pair = RsaKeyPair::from_der(&signing::generate().unwrap()).unwrap();
    let public: ring::rsa::PublicKeyComponents<Vec<u8>> = pair.public().into();
    // Some write a zero before a number whose first bit is set.
    let padded = [&[0], public.n.as_slice()].concat();
    let cose = Value::Map(vec![
        (integer(1), integer(3)),
        (integer(3), integer(RS256)),
        (integer(-1), Value::Bytes(padded)),
        (integer(-2), Value::Bytes(public.e)),
    ]);
    let attested = check(&object("none", Vec::new(), &auth_data(FLAGS, &cose)), &HASH, &party()).unwrap();
    let key = PublicKey::read(&attested.credential.key_bytes).unwrap();
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), b"message", &mut signature).unwrap();
    assert_eq!(key.check(b"message", &signature), Ok(()));
    assert_eq!(key.check(b"another", &signature), Err(Flaw::WrongSignature));
}
