//! A sign-in offers a device, and the client confirms it.

use local_pool::{DeviceConfig, PoolConfig, TriggerKind};
use serde_json::json;
use std::sync::{Arc, Mutex};

use crate::client::device::{Device, pool};
use crate::client::srp::{self, SrpClient};
use crate::client::{PASSWORD, TestPool, claims};

const NOT_OFFERED: (&str, &str) = ("InvalidParameterException", "Invalid device key given.");

#[tokio::test]
async fn every_sign_in_without_a_known_device_offers_one() {
    let api = pool(true, false).await;
    let by_password = api.tokens("ann").await;
    let by_srp = srp::sign_in(&api, "ann", PASSWORD).await.ok()["AuthenticationResult"].clone();
    let (one, other) = (Device::offered(&by_password), Device::offered(&by_srp));
    assert_ne!(one.key, other.key);
    assert!(one.key.starts_with("us-east-1_") && one.key.len() == 46, "{}", one.key);
    assert!(one.group.starts_with('-') && one.group.len() == 9, "{}", one.group);
    assert_eq!(one.group, other.group);
    assert_eq!(claims(&by_password["AccessToken"])["device_key"], one.key);
    assert!(claims(&by_password["IdToken"]).get("device_key").is_none());
}

#[tokio::test]
async fn a_confirmed_device_is_remembered_and_offered_no_successor() {
    let api = pool(true, false).await;
    let result = api.tokens("ann").await;
    let device = Device::offered(&result);
    let answer = device.confirm(&api, &result["AccessToken"]).await.ok();
    assert_eq!(answer, json!({ "UserConfirmationNecessary": false }));

    let challenge = device.password(&api, "ann").await.ok();
    let again = device.prove(&api, &challenge, true).await.ok()["AuthenticationResult"].clone();
    assert!(again.get("NewDeviceMetadata").is_none());
    assert_eq!(claims(&again["AccessToken"])["device_key"], device.key);
}

#[tokio::test]
async fn an_opt_in_pool_wants_the_user_asked() {
    let api = pool(true, true).await;
    let result = api.tokens("ann").await;
    let device = Device::offered(&result);
    let answer = device.confirm(&api, &result["AccessToken"]).await.ok();
    assert_eq!(answer, json!({ "UserConfirmationNecessary": true }));
    // Known, and not yet remembered: no proof is asked for, and no other device is offered.
    let next = device.password(&api, "ann").await.ok()["AuthenticationResult"].clone();
    assert!(next.get("NewDeviceMetadata").is_none());
}

#[tokio::test]
async fn a_device_is_confirmed_once() {
    let api = pool(true, false).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    device.confirm(&api, &result["AccessToken"]).await.refused_as("DeviceKeyExistsException");
}

#[tokio::test]
async fn keys_that_the_sign_in_did_not_offer_are_refused() {
    let api = pool(true, false).await;
    let (mine, bobs) = (api.tokens("ann").await, api.tokens("bob").await);
    let other = Device::offered(&api.tokens("ann").await);
    for device in [Device::offered(&bobs), other] {
        device.confirm(&api, &mine["AccessToken"]).await.refused(NOT_OFFERED.0, NOT_OFFERED.1);
    }
    let made_up = Device { key: "us-east-1_aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee".into(), ..Device::offered(&mine) };
    made_up.confirm(&api, &mine["AccessToken"]).await.refused(NOT_OFFERED.0, NOT_OFFERED.1);
    Device::offered(&mine).confirm(&api, &mine["AccessToken"]).await.ok();
}

#[tokio::test]
async fn tokens_of_a_proof_under_the_alias_confirm_no_device() {
    let devices = Some(DeviceConfig::default());
    let config = PoolConfig { devices, username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    let sub = api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    for (name, confirmable) in [("ann@example.com", false), (sub.as_str(), true)] {
        let srp = SrpClient::new();
        let first = json!({ "USERNAME": "ann@example.com", "SRP_A": srp.public_hex() });
        let challenge = api.initiate("USER_SRP_AUTH", first).await.ok();
        let mut responses = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
        responses["USERNAME"] = json!(name);
        let answer = api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
        let result = &answer["AuthenticationResult"];
        let reply = Device::offered(result).confirm(&api, &result["AccessToken"]).await;
        if confirmable {
            reply.ok();
        } else {
            reply.refused(NOT_OFFERED.0, NOT_OFFERED.1);
        }
    }
}

#[tokio::test]
async fn a_verifier_has_to_be_one() {
    let api = pool(true, false).await;
    let result = api.tokens("ann").await;
    let too_long = "/".repeat(600);
    for config in [
        json!(null),
        json!({ "Salt": "", "PasswordVerifier": "Ag==" }),
        json!({ "Salt": "AQ==", "PasswordVerifier": "" }),
        json!({ "Salt": "AQ==", "PasswordVerifier": "AAAA" }),
        json!({ "Salt": "AQ==", "PasswordVerifier": "no base64" }),
        json!({ "Salt": "AQ==", "PasswordVerifier": too_long }),
    ] {
        let body = json!({
            "AccessToken": result["AccessToken"], "DeviceKey": result["NewDeviceMetadata"]["DeviceKey"],
            "DeviceSecretVerifierConfig": config,
        });
        api.call("ConfirmDevice", body).await.refused_as("InvalidParameterException");
    }
}

#[tokio::test]
async fn a_pool_without_device_tracking_has_no_devices() {
    let api = TestPool::with_ann().await;
    let result = api.tokens("ann").await;
    assert!(result.get("NewDeviceMetadata").is_none());
    assert!(claims(&result["AccessToken"]).get("device_key").is_none());
    let device = Device { key: "us-east-1_aaaaaaaa-bbbb".into(), group: "-abcdEFGH".into(), secret: "s".into() };
    device.confirm(&api, &result["AccessToken"]).await.refused_as("InvalidUserPoolConfigurationException");
    // A key left over from before is of no account.
    device.password(&api, "ann").await.ok();
}

#[tokio::test]
async fn post_authentication_learns_whether_the_device_is_new() {
    let api = pool(true, false).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&seen);
    api.server.set_trigger(TriggerKind::PostAuthentication, move |event| {
        notes.lock().unwrap().push(event["request"]["newDeviceUsed"].clone());
        Ok(event)
    });
    let sources = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&sources);
    api.server.set_trigger(TriggerKind::PreTokenGeneration, move |event| {
        notes.lock().unwrap().push(event["triggerSource"].as_str().unwrap().to_owned());
        Ok(event)
    });
    let (device, _) = Device::confirmed(&api, "ann").await;
    let challenge = device.password(&api, "ann").await.ok();
    device.prove(&api, &challenge, true).await.ok();
    assert_eq!(*seen.lock().unwrap(), [json!(true), json!(false)]);
    assert_eq!(*sources.lock().unwrap(), ["TokenGeneration_Authentication", "TokenGeneration_AuthenticateDevice"]);
}
