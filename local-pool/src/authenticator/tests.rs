use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use serde_json::json;

use super::options::bytes;
use super::*;
use crate::crypto::sha256;

fn creation(user: &str) -> Value {
    json!({
        "rp": { "id": "example.com", "name": "example.com" },
        "user": { "id": user, "name": "ann", "displayName": "ann" },
        "challenge": "AAECAwQFBgcICQoLDA0ODw",
        "pubKeyCredParams": [{ "type": "public-key", "alg": -257 }, { "type": "public-key", "alg": -7 }],
        "excludeCredentials": [],
    })
}

fn request(allowed: &[&Value]) -> Value {
    let allowed: Value = allowed.iter().map(|id| json!({ "type": "public-key", "id": id })).collect();
    json!({ "challenge": "EBESExQVFhcYGRobHB0eHw", "rpId": "example.com", "allowCredentials": allowed })
}

fn part(credential: &Value, name: &str) -> Vec<u8> {
    bytes(name, credential["response"][name].as_str().unwrap()).unwrap()
}

#[test]
fn a_registered_key_verifies_what_the_passkey_signs() {
    let authenticator = Authenticator::new();
    let created = authenticator.create(&creation("YW5u")).unwrap();
    let data = part(&created, "authenticatorData");
    // rpIdHash, flags, counter, AAGUID, length of the id (section 6.1 and 6.5.1)
    assert_eq!(data[..32], sha256(&[b"example.com"]));
    assert_eq!((data[32], &data[33..53], &data[53..55]), (0x5d, &[0; 20][..], &[0, 32][..]));
    assert_eq!(data[55..87], bytes("id", created["id"].as_str().unwrap()).unwrap());
    let (x, y) = (&data[97..129], &data[132..164]);
    assert_eq!(data.len(), 164);
    // The attestation object's last member is the authenticator data.
    assert!(part(&created, "attestationObject").ends_with(&data));
    assert!(part(&created, "publicKey").ends_with(&[&[4], x, y].concat()));

    let signed = authenticator.get(&request(&[&created["id"]])).unwrap();
    let client_data = part(&signed, "clientDataJSON");
    let text = r#"{"type":"webauthn.get","challenge":"EBESExQVFhcYGRobHB0eHw","origin":"https://example.com","crossOrigin":false}"#;
    assert_eq!(client_data, text.as_bytes());
    let message = [part(&signed, "authenticatorData"), sha256(&[&client_data]).to_vec()].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, [&[4], x, y].concat());
    key.verify(&message, &part(&signed, "signature")).unwrap();
    assert_eq!(part(&signed, "userHandle"), b"ann");
}

#[test]
fn a_passkey_is_made_once_for_an_account() {
    let authenticator = Authenticator::new();
    let first = authenticator.create(&creation("YW5u")).unwrap();
    let mut options = creation("YW5u");
    options["excludeCredentials"] = json!([{ "type": "public-key", "id": first["id"] }]);
    assert_eq!(authenticator.create(&options), Err(AuthenticatorError::AlreadyRegistered));
    // A relying party that excludes nothing gets another in place of it.
    let second = authenticator.create(&creation("YW5u")).unwrap();
    assert_eq!(authenticator.get(&request(&[&first["id"]])), Err(AuthenticatorError::NoCredential));
    assert_eq!(authenticator.get(&request(&[])).unwrap()["id"], second["id"]);
}

#[test]
fn of_several_accounts_the_newest_answers_unless_one_is_named() {
    let authenticator = Authenticator::new();
    let ann = authenticator.create(&creation("YW5u")).unwrap();
    let bob = authenticator.clone().create(&creation("Ym9i")).unwrap();
    assert_eq!(authenticator.get(&request(&[])).unwrap()["id"], bob["id"]);
    assert_eq!(authenticator.get(&request(&[&ann["id"]])).unwrap()["id"], ann["id"]);
    let mut elsewhere = request(&[]);
    elsewhere["rpId"] = json!("example.org");
    assert_eq!(authenticator.get(&elsewhere), Err(AuthenticatorError::NoCredential));
    authenticator.forget_all();
    assert_eq!(authenticator.get(&request(&[])), Err(AuthenticatorError::NoCredential));
}

#[test]
fn the_origin_can_be_another_page_or_an_app() {
    let authenticator = Authenticator::new().at_origin("https://app.example.com");
    let mut options = creation("YW5u");
    let created = authenticator.create(&options).unwrap();
    let said: Value = serde_json::from_slice(&part(&created, "clientDataJSON")).unwrap();
    assert_eq!(said["origin"], "https://app.example.com");
    options["rp"] = json!({ "name": "Example" });
    let by_its_page = authenticator.create(&options).unwrap();
    assert_eq!(part(&by_its_page, "authenticatorData")[..32], sha256(&[b"app.example.com"]));
    let nowhere = Authenticator::new().create(&options).unwrap_err();
    assert_eq!(
        (nowhere.code(), nowhere.to_string().as_str()),
        ("invalid_options", "the options cannot be read: they name no relying party")
    );
}

#[test]
fn other_kinds_of_key_are_not_made() {
    let mut options = creation("YW5u");
    options["pubKeyCredParams"] = json!([{ "type": "public-key", "alg": -257 }]);
    assert_eq!(Authenticator::new().create(&options), Err(AuthenticatorError::NotSupported));
}
