//! A remembered device proves that it is there, in place of a second factor.

use std::time::Duration;

use local_pool::{ClientConfig, DeviceConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::device::{Device, pool, require_email_code};
use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, TestPool, claims};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const UNKNOWN: (&str, &str) = ("ResourceNotFoundException", "Device does not exist.");
const INVALID_SESSION: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

#[tokio::test]
async fn the_proof_follows_the_password_in_every_flow_with_and_without_sessions() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    for with_session in [true, false] {
        for with_srp in [true, false] {
            let begun = if with_srp { device.srp(&api, "ann").await } else { device.password(&api, "ann").await };
            let challenge = begun.ok();
            assert!(challenge["Session"].as_str().unwrap().starts_with("AYABe"));
            let done = device.prove(&api, &challenge, with_session).await.ok();
            assert_eq!(claims(&done["AuthenticationResult"]["AccessToken"])["device_key"], device.key);
        }
    }
}

#[tokio::test]
async fn two_sign_ins_at_a_time_do_not_disturb_each_other() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let (one, other) = (device.password(&api, "ann").await.ok(), device.password(&api, "ann").await.ok());
    device.prove(&api, &one, true).await.ok();
    // Without a session the last one is meant.
    device.prove(&api, &other, false).await.ok();
}

#[tokio::test]
async fn a_remembered_device_spares_the_code() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    require_email_code(&api).await;
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "EMAIL_OTP");
    let challenge = device.srp(&api, "ann").await.ok();
    device.prove(&api, &challenge, true).await.ok();
}

#[tokio::test]
async fn the_code_is_asked_for_where_devices_do_not_stand_for_it() {
    for (replaces, on_prompt) in [(false, false), (true, true)] {
        let api = pool(replaces, on_prompt).await;
        let (device, _) = Device::confirmed(&api, "ann").await;
        require_email_code(&api).await;
        let asked = device.password(&api, "ann").await.ok();
        assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
        let code = api.server.last_code("ann").unwrap();
        // The key was sent at the start: it need not come again.
        let responses = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
        let done = api.respond("EMAIL_OTP", Some(&asked["Session"]), responses).await.ok();
        let result = &done["AuthenticationResult"];
        assert_eq!(claims(&result["AccessToken"])["device_key"], device.key);
        assert!(result.get("NewDeviceMetadata").is_none());
    }
}

#[tokio::test]
async fn a_device_is_remembered_once_the_user_says_so() {
    let api = pool(true, true).await;
    let (device, result) = Device::confirmed(&api, "ann").await;
    require_email_code(&api).await;
    let update = |status: &str| json!({ "AccessToken": result["AccessToken"], "DeviceKey": device.key, "DeviceRememberedStatus": status });
    api.call("UpdateDeviceStatus", update("remembered")).await.ok();
    assert_eq!(device.password(&api, "ann").await.ok()["ChallengeName"], "DEVICE_SRP_AUTH");
    api.call("UpdateDeviceStatus", update("not_remembered")).await.ok();
    assert_eq!(device.password(&api, "ann").await.ok()["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn the_key_may_come_with_the_proof_of_the_password_only() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let srp = SrpClient::new();
    let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    let challenge = api.initiate("USER_SRP_AUTH", first).await.ok();
    let mut responses = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    responses["DEVICE_KEY"] = json!(device.key);
    let challenge = api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
    device.prove(&api, &challenge, false).await.ok();
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_the_challenge_is_used_up() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let challenge = device.password(&api, "ann").await.ok();
    let (srp, reply) = device.begin(&api, "ann", Some(&challenge["Session"])).await;
    let parameters = reply.ok()["ChallengeParameters"].clone();
    let guess = Device { secret: "guessed".into(), key: device.key.clone(), group: device.group.clone() };
    let wrong = guess.proof(&api, &srp, &parameters);
    api.respond("DEVICE_PASSWORD_VERIFIER", None, wrong).await.refused(WRONG.0, WRONG.1);
    let right = device.proof(&api, &srp, &parameters);
    api.respond("DEVICE_PASSWORD_VERIFIER", None, right).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn steps_are_taken_once_and_in_order() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    // Nobody has proven a password.
    device.begin(&api, "ann", None).await.1.refused(INVALID_SESSION.0, INVALID_SESSION.1);
    let challenge = device.password(&api, "ann").await.ok();
    let (srp, reply) = device.begin(&api, "ann", Some(&challenge["Session"])).await;
    let parameters = reply.ok()["ChallengeParameters"].clone();
    for session in [Some(&challenge["Session"]), None] {
        device.begin(&api, "ann", session).await.1.refused(INVALID_SESSION.0, INVALID_SESSION.1);
    }
    // The password's challenge and the device's are not the same.
    let proof = device.proof(&api, &srp, &parameters);
    api.respond("PASSWORD_VERIFIER", None, proof.clone()).await.refused(WRONG.0, WRONG.1);
    api.respond("DEVICE_PASSWORD_VERIFIER", None, proof.clone()).await.ok();
    api.respond("DEVICE_PASSWORD_VERIFIER", None, proof).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn the_challenge_is_the_users_the_clients_and_young() {
    let devices = Some(DeviceConfig { challenge_required_on_new_device: true, ..DeviceConfig::default() });
    let config = PoolConfig { devices, ..PoolConfig::default() }
        .with_client(ClientConfig::default())
        .with_client(ClientConfig { name: "second".into(), ..ClientConfig::default() })
        .with_user("ann", PASSWORD, &[])
        .with_user("bob", PASSWORD, &[]);
    let api = TestPool::start(config).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let challenge = device.password(&api, "ann").await.ok();
    device.begin(&api, "bob", Some(&challenge["Session"])).await.1.refused(UNKNOWN.0, UNKNOWN.1);
    let other_client = json!({
        "ClientId": api.server.pools()[0].client_ids[1], "ChallengeName": "DEVICE_SRP_AUTH",
        "ChallengeResponses": { "USERNAME": "ann", "DEVICE_KEY": device.key, "SRP_A": SrpClient::new().public_hex() },
    });
    api.call("RespondToAuthChallenge", other_client).await.refused(INVALID_SESSION.0, INVALID_SESSION.1);

    let (srp, reply) = device.begin(&api, "ann", None).await;
    let parameters = reply.ok()["ChallengeParameters"].clone();
    api.server.clock().advance(Duration::from_secs(181));
    let proof = device.proof(&api, &srp, &parameters);
    api.respond("DEVICE_PASSWORD_VERIFIER", None, proof).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn public_values_that_are_zero_and_missing_ones_are_refused() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let session = device.password(&api, "ann").await.ok()["Session"].clone();
    let answer = async |responses: Value| api.respond("DEVICE_SRP_AUTH", Some(&session), responses).await;
    let zero = json!({ "USERNAME": "ann", "DEVICE_KEY": device.key, "SRP_A": "0" });
    answer(zero).await.refused_as("InvalidParameterException");
    answer(json!({ "USERNAME": "ann", "SRP_A": "2" }))
        .await
        .refused("InvalidParameterException", "Missing required parameter DEVICE_KEY");
    answer(json!({ "USERNAME": "ann", "DEVICE_KEY": device.key }))
        .await
        .refused("InvalidParameterException", "Missing required parameter SRP_A");
}

#[tokio::test]
async fn an_unknown_device_is_told_at_each_step() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let forget = async |device: &Device| {
        api.server.call("AdminForgetDevice", json!({ "Username": "ann", "DeviceKey": device.key })).await.unwrap();
    };
    let bobs = device.password(&api, "bob").await;
    bobs.refused(UNKNOWN.0, UNKNOWN.1);

    let challenge = device.password(&api, "ann").await.ok();
    forget(&device).await;
    device.begin(&api, "ann", Some(&challenge["Session"])).await.1.refused(UNKNOWN.0, UNKNOWN.1);
    device.password(&api, "ann").await.refused(UNKNOWN.0, UNKNOWN.1);

    let srp = SrpClient::new();
    let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    let challenge = api.initiate("USER_SRP_AUTH", first).await.ok();
    let mut responses = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    let without_key = responses.clone();
    responses["DEVICE_KEY"] = json!(device.key);
    api.respond("PASSWORD_VERIFIER", None, responses).await.refused(UNKNOWN.0, UNKNOWN.1);
    api.respond("PASSWORD_VERIFIER", None, without_key).await.ok();

    let (device, _) = Device::confirmed(&api, "ann").await;
    device.password(&api, "ann").await.ok();
    let (srp, reply) = device.begin(&api, "ann", None).await;
    let parameters = reply.ok()["ChallengeParameters"].clone();
    forget(&device).await;
    let proof = device.proof(&api, &srp, &parameters);
    api.respond("DEVICE_PASSWORD_VERIFIER", None, proof.clone()).await.refused(UNKNOWN.0, UNKNOWN.1);
    let mut without_key = proof;
    without_key.as_object_mut().unwrap().remove("DEVICE_KEY");
    api.respond("DEVICE_PASSWORD_VERIFIER", None, without_key).await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_key_tells_nothing_about_users_that_are_hidden() {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let config = PoolConfig { devices: Some(DeviceConfig::default()), ..PoolConfig::default() };
    let api = TestPool::start(config.with_client(client).with_user("ann", PASSWORD, &[])).await;
    let device = Device { key: "us-east-1_aaaaaaaa-bbbb".into(), group: "-abcdEFGH".into(), secret: "s".into() };
    for name in ["ann", "nobody"] {
        device.password(&api, name).await.refused(UNKNOWN.0, UNKNOWN.1);
    }
}

#[tokio::test]
async fn the_custom_flow_ends_with_the_device() {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    require_email_code(&api).await;
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let rounds = event["request"]["session"].as_array().unwrap().clone();
        let names: Vec<&str> = rounds.iter().map(|round| round["challengeName"].as_str().unwrap()).collect();
        match names.as_slice() {
            ["SRP_A"] => event["response"]["challengeName"] = json!("PASSWORD_VERIFIER"),
            [] | ["SRP_A", "PASSWORD_VERIFIER"] => event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE"),
            _ => event["response"]["issueTokens"] = json!(true),
        }
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, Ok);
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        event["response"]["answerCorrect"] = json!(event["request"]["challengeAnswer"] == "blue");
        Ok(event)
    });
    let answer = json!({ "USERNAME": "ann", "ANSWER": "blue", "DEVICE_KEY": device.key });

    let first = json!({ "USERNAME": "ann", "DEVICE_KEY": device.key });
    let asked = api.initiate("CUSTOM_AUTH", first).await.ok();
    let challenge = api.respond("CUSTOM_CHALLENGE", Some(&asked["Session"]), answer.clone()).await.ok();
    device.prove(&api, &challenge, true).await.ok();

    let srp = SrpClient::new();
    let first = json!({
        "USERNAME": "ann", "SRP_A": srp.public_hex(), "CHALLENGE_NAME": "SRP_A", "DEVICE_KEY": device.key,
    });
    let verifier = api.initiate("CUSTOM_AUTH", first).await.ok();
    let responses = srp.responses(&api, PASSWORD, &verifier["ChallengeParameters"]);
    let asked = api.respond("PASSWORD_VERIFIER", Some(&verifier["Session"]), responses).await.ok();
    assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
    let challenge = api.respond("CUSTOM_CHALLENGE", Some(&asked["Session"]), answer).await.ok();
    let done = device.prove(&api, &challenge, false).await.ok();
    assert_eq!(claims(&done["AuthenticationResult"]["AccessToken"])["device_key"], device.key);
}
