//! Devices that the service has forgotten and the client has not, as stock clients go about them: the refusal comes
//! where they handle it.

use local_pool::{DeviceConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::device::{Device, pool, require_email_code};
use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool, claims};

const UNKNOWN: (&str, &str) = ("ResourceNotFoundException", "Device does not exist.");
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

/// A pool with second factors and remembered devices, and a device of `ann` that was forgotten there.
async fn forgotten() -> (TestPool, Device) {
    let api = pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    require_email_code(&api).await;
    api.server.forget_devices("ann").unwrap();
    (api, device)
}

/// Begins by SRP with or without the key.
async fn begin(api: &TestPool, srp: &SrpClient, flow: &str, key: Option<&str>) -> Value {
    let mut parameters = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    match flow {
        "CUSTOM_AUTH" => parameters["CHALLENGE_NAME"] = json!("SRP_A"),
        "USER_AUTH" => parameters["PREFERRED_CHALLENGE"] = json!("PASSWORD_SRP"),
        _ => {}
    }
    if let Some(key) = key {
        parameters["DEVICE_KEY"] = json!(key);
    }
    let challenge = api.initiate(flow, parameters).await.ok();
    assert_eq!(challenge["ChallengeName"], "PASSWORD_VERIFIER");
    challenge
}

fn with_key(proof: &Value, key: &str) -> Value {
    let mut proof = proof.clone();
    proof["DEVICE_KEY"] = json!(key);
    proof
}

/// Answers a second factor by e-mail and checks that a new device is offered.
async fn check_rest(api: &TestPool, reply: Reply, old: &Device) {
    let asked = reply.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let responses = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": api.server.last_code("ann").unwrap() });
    let done = api.respond("EMAIL_OTP", Some(&asked["Session"]), responses).await.ok();
    let result = &done["AuthenticationResult"];
    let offered = Device::offered(result);
    assert_ne!(offered.key, old.key);
    assert_eq!(claims(&result["AccessToken"])["device_key"], offered.key);
    offered.confirm(api, &result["AccessToken"]).await.ok();
    let challenge = offered.srp(api, "ann").await.ok();
    offered.prove(api, &challenge, true).await.ok();
}

/// How the define trigger passes the custom flow through to tokens.
fn define_after_srp(api: &TestPool) {
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let rounds = event["request"]["session"].as_array().unwrap().len();
        match rounds {
            1 => event["response"]["challengeName"] = json!("PASSWORD_VERIFIER"),
            _ => event["response"]["issueTokens"] = json!(true),
        }
        Ok(event)
    });
}

#[tokio::test]
async fn an_app_whose_device_was_forgotten_signs_in_anew() {
    // Where clients send the key: at both requests, at the first only, at the second only.
    for flow in ["USER_SRP_AUTH", "USER_AUTH", "CUSTOM_AUTH"] {
        for (at_first, at_proof) in [(true, true), (true, false), (false, true)] {
            let (api, device) = forgotten().await;
            define_after_srp(&api);
            let srp = SrpClient::new();
            let challenge = begin(&api, &srp, flow, at_first.then_some(device.key.as_str())).await;
            let session = challenge.get("Session");
            let proof = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
            let first = if at_proof { with_key(&proof, &device.key) } else { proof.clone() };
            let reply = api.respond("PASSWORD_VERIFIER", session, first).await;
            if !at_proof {
                // The key is not sent with the proof: nobody is told about it, and the device is a new one.
                check_rest(&api, reply, &device).await;
                continue;
            }
            reply.refused(UNKNOWN.0, UNKNOWN.1);
            // The same proof once more, without the key.
            let reply = api.respond("PASSWORD_VERIFIER", session, proof.clone()).await;
            check_rest(&api, reply, &device).await;
            api.respond("PASSWORD_VERIFIER", session, proof).await.refused(WRONG.0, WRONG.1);
        }
    }
}

#[tokio::test]
async fn a_key_is_judged_after_the_proof() {
    let (api, device) = forgotten().await;
    let srp = SrpClient::new();
    let challenge = begin(&api, &srp, "USER_SRP_AUTH", Some(&device.key)).await;
    let wrong = srp.responses(&api, "Wrong-Horse-9", &challenge["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", None, with_key(&wrong, &device.key)).await.refused(WRONG.0, WRONG.1);
    // A wrong proof ends the challenge, key or not.
    let right = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", None, right).await.refused(WRONG.0, WRONG.1);
}

/// The refusal is no wrong password: however often a client stumbles over it, nobody is locked out.
#[tokio::test]
async fn a_refused_key_does_not_count_as_a_failure() {
    let (api, device) = forgotten().await;
    let srp = SrpClient::new();
    let challenge = begin(&api, &srp, "USER_SRP_AUTH", Some(&device.key)).await;
    let proof = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    for _ in 0..8 {
        let reply = api.respond("PASSWORD_VERIFIER", None, with_key(&proof, &device.key)).await;
        reply.refused(UNKNOWN.0, UNKNOWN.1);
    }
    let reply = api.respond("PASSWORD_VERIFIER", None, proof).await;
    check_rest(&api, reply, &device).await;
}

#[tokio::test]
async fn where_the_first_request_ends_the_first_factor_it_is_refused_there() {
    let (api, device) = forgotten().await;
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE");
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, Ok);
    let requests = [
        ("USER_PASSWORD_AUTH", json!({ "USERNAME": "ann", "PASSWORD": PASSWORD })),
        ("USER_AUTH", json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD })),
        ("CUSTOM_AUTH", json!({ "USERNAME": "ann" })),
    ];
    for (flow, parameters) in requests {
        let mut with_key = parameters.clone();
        with_key["DEVICE_KEY"] = json!(device.key);
        api.initiate(flow, with_key).await.refused(UNKNOWN.0, UNKNOWN.1);
        api.initiate(flow, parameters).await.ok();
    }
}

#[tokio::test]
async fn a_device_of_somebody_else_is_no_device() {
    let api = pool(true, false).await;
    let (bobs, _) = Device::confirmed(&api, "bob").await;
    let srp = SrpClient::new();
    let challenge = begin(&api, &srp, "USER_SRP_AUTH", Some(&bobs.key)).await;
    let proof = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    api.respond("PASSWORD_VERIFIER", None, with_key(&proof, &bobs.key)).await.refused(UNKNOWN.0, UNKNOWN.1);
    let done = api.respond("PASSWORD_VERIFIER", None, proof).await.ok();
    assert_ne!(claims(&done["AuthenticationResult"]["AccessToken"])["device_key"], bobs.key);
}

#[tokio::test]
async fn where_devices_are_not_remembered_keys_do_not_matter() {
    let api = TestPool::with_ann().await;
    let device = Device { key: "us-east-1_aaaaaaaa-bbbb".into(), group: "-abcdEFGH".into(), secret: "s".into() };
    assert!(device.password(&api, "ann").await.ok()["AuthenticationResult"].is_object());
    assert!(device.srp(&api, "ann").await.ok()["AuthenticationResult"].is_object());
    let on = PoolConfig { devices: Some(DeviceConfig::default()), ..PoolConfig::default() };
    let api = TestPool::start(on.with_user("ann", PASSWORD, &[])).await;
    device.password(&api, "ann").await.refused(UNKNOWN.0, UNKNOWN.1);
}
