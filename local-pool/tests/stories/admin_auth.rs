//! Signing users in from a backend: AdminInitiateAuth and AdminRespondToAuthChallenge.

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::device::{self, Device};
use crate::client::mfa::{self, enabled, prefer, sent};
use crate::client::srp::SrpClient;
use crate::client::{PASSWORD, Reply, TestPool, claims, secret_hash};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");
const INVALID: &str = "InvalidParameterException";

async fn initiate(api: &TestPool, flow: &str, parameters: Value) -> Reply {
    let body = json!({
        "UserPoolId": api.server.pool_id(), "ClientId": api.server.client_id(), "AuthFlow": flow,
        "AuthParameters": parameters,
        "ContextData": {
            "IpAddress": "192.0.2.1", "ServerName": "example.com", "ServerPath": "/login", "HttpHeaders": [],
        },
    });
    api.call("AdminInitiateAuth", body).await
}

async fn respond(api: &TestPool, challenge: &str, session: &Value, responses: Value) -> Reply {
    let body = json!({
        "UserPoolId": api.server.pool_id(), "ClientId": api.server.client_id(), "ChallengeName": challenge,
        "Session": session, "ChallengeResponses": responses,
    });
    api.call("AdminRespondToAuthChallenge", body).await
}

fn password(password: &str) -> Value {
    json!({ "USERNAME": "ann", "PASSWORD": password })
}

#[tokio::test]
async fn a_password_gives_tokens_under_both_names_of_the_flow() {
    let api = TestPool::with_ann().await;
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        let answer = initiate(&api, flow, password(PASSWORD)).await.ok();
        let result = &answer["AuthenticationResult"];
        assert_eq!(claims(&result["AccessToken"])["client_id"], api.server.client_id());
        let refreshed = json!({ "REFRESH_TOKEN": result["RefreshToken"] });
        initiate(&api, "REFRESH_TOKEN_AUTH", refreshed).await.ok();
        initiate(&api, flow, password("Wrong-Horse-9")).await.refused(WRONG.0, WRONG.1);
    }
}

#[tokio::test]
async fn every_public_flow_but_the_plain_password_works_too() {
    let api = TestPool::with_ann().await;
    let srp = SrpClient::new();
    let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex() });
    let challenge = initiate(&api, "USER_SRP_AUTH", first).await.ok();
    let responses = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    respond(&api, "PASSWORD_VERIFIER", &Value::Null, responses).await.ok();

    let chosen = json!({ "USERNAME": "ann", "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD });
    initiate(&api, "USER_AUTH", chosen).await.ok();

    let no_such_flow = "Initiate Auth method not supported.";
    initiate(&api, "USER_PASSWORD_AUTH", password(PASSWORD)).await.refused(INVALID, no_such_flow);
    // And the other way round.
    api.initiate("ADMIN_USER_PASSWORD_AUTH", password(PASSWORD)).await.refused(INVALID, no_such_flow);
}

#[tokio::test]
async fn the_custom_flow_goes_round_by_round() {
    let api = TestPool::with_ann().await;
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let last = event["request"]["session"].as_array().unwrap().last().cloned();
        match last {
            Some(round) if round["challengeResult"] == true => event["response"]["issueTokens"] = json!(true),
            _ => event["response"]["challengeName"] = json!("CUSTOM_CHALLENGE"),
        }
        Ok(event)
    });
    api.server.set_trigger(TriggerKind::CreateAuthChallenge, Ok);
    api.server.set_trigger(TriggerKind::VerifyAuthChallengeResponse, |mut event| {
        event["response"]["answerCorrect"] = json!(event["request"]["challengeAnswer"] == "blue");
        Ok(event)
    });
    let mut asked = initiate(&api, "CUSTOM_AUTH", json!({ "USERNAME": "ann" })).await.ok();
    for answer in ["red", "blue"] {
        assert_eq!(asked["ChallengeName"], "CUSTOM_CHALLENGE");
        let responses = json!({ "USERNAME": "ann", "ANSWER": answer });
        asked = respond(&api, "CUSTOM_CHALLENGE", &asked["Session"], responses).await.ok();
    }
    assert!(asked["AuthenticationResult"]["IdToken"].is_string());
}

#[tokio::test]
async fn a_temporary_password_and_a_second_factor_are_asked_for() {
    let api = mfa::pool("OPTIONAL", &["EMAIL_OTP"]).await;
    prefer(&api, json!({ "EmailMfaSettings": enabled() })).await;
    let temporary = json!({ "Username": "ann", "Password": "Temporary-1!", "Permanent": false });
    api.server.call("AdminSetUserPassword", temporary).await.unwrap();

    let asked = initiate(&api, "ADMIN_USER_PASSWORD_AUTH", password("Temporary-1!")).await.ok();
    let responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
    let asked = respond(&api, "NEW_PASSWORD_REQUIRED", &asked["Session"], responses).await.ok();
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let responses = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": sent(&api, "email") });
    respond(&api, "EMAIL_OTP", &asked["Session"], responses).await.ok();
}

#[tokio::test]
async fn a_remembered_device_proves_itself() {
    let api = device::pool(true, false).await;
    let (device, _) = Device::confirmed(&api, "ann").await;
    let parameters = json!({ "USERNAME": "ann", "PASSWORD": PASSWORD, "DEVICE_KEY": device.key });
    let challenge = initiate(&api, "ADMIN_USER_PASSWORD_AUTH", parameters).await.ok();
    let srp = SrpClient::new();
    let responses = json!({ "USERNAME": "ann", "DEVICE_KEY": device.key, "SRP_A": srp.public_hex() });
    let next = respond(&api, "DEVICE_SRP_AUTH", &challenge["Session"], responses).await.ok();
    let proof = device.proof(&api, &srp, &next["ChallengeParameters"]);
    respond(&api, "DEVICE_PASSWORD_VERIFIER", &next["Session"], proof).await.ok();
}

#[tokio::test]
async fn the_flow_has_to_be_the_clients() {
    let client = ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".into()], ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    for flow in ["ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"] {
        initiate(&api, flow, password(PASSWORD)).await.refused(INVALID, "Auth flow not enabled for this client");
    }
}

#[tokio::test]
async fn the_client_has_to_be_the_pools() {
    let api = TestPool::with_ann().await;
    let other = api.call("CreateUserPool", json!({ "PoolName": "other" })).await.ok();
    let client = api.server.client_id();
    let text = format!("User pool client {client} does not exist.");
    let mut request = json!({
        "UserPoolId": other["UserPool"]["Id"], "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": password(PASSWORD),
    });
    api.call("AdminInitiateAuth", request.clone()).await.refused("ResourceNotFoundException", &text);
    request["ChallengeName"] = json!("SMS_MFA");
    api.call("AdminRespondToAuthChallenge", request).await.refused("ResourceNotFoundException", &text);
}

#[tokio::test]
async fn the_secret_hash_is_checked_in_both_steps() {
    let client = ClientConfig { secret: Some("backendsecret0123456789abcdef".into()), ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let secret = api.server.client_secret().unwrap();
    let hash = secret_hash(&secret, "ann", api.server.client_id());
    initiate(&api, "ADMIN_USER_PASSWORD_AUTH", password(PASSWORD)).await.refused_as("NotAuthorizedException");
    let mut right = password(PASSWORD);
    right["SECRET_HASH"] = json!(hash);
    initiate(&api, "ADMIN_USER_PASSWORD_AUTH", right).await.ok();

    let srp = SrpClient::new();
    let first = json!({ "USERNAME": "ann", "SRP_A": srp.public_hex(), "SECRET_HASH": hash });
    let challenge = initiate(&api, "USER_SRP_AUTH", first).await.ok();
    let mut responses = srp.responses(&api, PASSWORD, &challenge["ChallengeParameters"]);
    respond(&api, "PASSWORD_VERIFIER", &Value::Null, responses.clone()).await.refused_as("NotAuthorizedException");
    responses["SECRET_HASH"] = json!(hash);
    respond(&api, "PASSWORD_VERIFIER", &Value::Null, responses).await.ok();
}

#[tokio::test]
async fn unknown_users_are_hidden_as_the_client_says() {
    let unknown = json!({ "USERNAME": "nobody", "PASSWORD": PASSWORD });
    let api = TestPool::with_ann().await;
    initiate(&api, "ADMIN_USER_PASSWORD_AUTH", unknown.clone())
        .await
        .refused("UserNotFoundException", "User does not exist.");
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    initiate(&api, "ADMIN_USER_PASSWORD_AUTH", unknown).await.refused(WRONG.0, WRONG.1);
}
