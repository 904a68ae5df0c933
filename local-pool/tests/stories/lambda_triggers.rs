//! What triggers see and what their answers and failures do, with Rust closures.

use std::sync::{Arc, Mutex};

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes, claims, srp};

type Log = Arc<Mutex<Vec<Value>>>;

fn record(api: &TestPool, kinds: &[TriggerKind]) -> Log {
    let log: Log = Arc::default();
    for kind in kinds {
        let seen = Arc::clone(&log);
        api.server.set_trigger(*kind, move |event| {
            seen.lock().unwrap().push(event.clone());
            Ok(event)
        });
    }
    log
}

fn sources(log: &Log) -> Vec<String> {
    log.lock().unwrap().iter().map(|event| event["triggerSource"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn sign_up_runs_before_storing_and_after_confirming() {
    let api = TestPool::start(PoolConfig::default()).await;
    let log = record(&api, &[TriggerKind::PreSignUp, TriggerKind::PostConfirmation]);
    let body = json!({
        "ClientId": api.server.client_id(), "Username": "tom", "Password": PASSWORD,
        "UserAttributes": attributes(json!({ "email": "tom@test.example" })),
        "ValidationData": attributes(json!({ "captcha": "ok" })), "ClientMetadata": { "campaign": "x" },
    });
    api.call("SignUp", body).await.ok();
    let code = api.server.last_code("tom").unwrap();
    let confirm = json!({ "ClientId": api.server.client_id(), "Username": "tom", "ConfirmationCode": code });
    api.call("ConfirmSignUp", confirm).await.ok();
    assert_eq!(sources(&log), ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]);
    let log = log.lock().unwrap();
    let event = &log[0];
    assert_eq!(event["version"], "1");
    assert_eq!(event["region"], "us-east-1");
    assert_eq!(event["userPoolId"], api.server.pool_id());
    assert_eq!(event["userName"], "tom");
    assert_eq!(
        event["callerContext"],
        json!({ "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": api.server.client_id() })
    );
    assert_eq!(event["request"]["userAttributes"], json!({ "email": "tom@test.example" }));
    assert_eq!(event["request"]["validationData"], json!({ "captcha": "ok" }));
    assert_eq!(event["request"]["clientMetadata"], json!({ "campaign": "x" }));
    assert_eq!(
        event["response"],
        json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false })
    );
    let after = &log[1]["request"]["userAttributes"];
    assert_eq!(after["cognito:user_status"], "CONFIRMED");
    assert_eq!(after["email_verified"], "true");
    assert!(after["sub"].is_string());
}

#[tokio::test]
async fn sign_in_runs_before_the_password_and_after_success() {
    let api = TestPool::with_ann().await;
    let kinds = [TriggerKind::PreAuthentication, TriggerKind::PostAuthentication, TriggerKind::PreTokenGeneration];
    let log = record(&api, &kinds);
    api.password("ann", "Wrong-Horse-9").await.refused_as("NotAuthorizedException");
    assert_eq!(sources(&log), ["PreAuthentication_Authentication"]);
    log.lock().unwrap().clear();

    let half = srp::SrpClient::new();
    let start = json!({
        "ClientId": api.server.client_id(), "AuthFlow": "USER_SRP_AUTH", "ClientMetadata": { "of": "initiate" },
        "AuthParameters": { "USERNAME": "ann", "SRP_A": half.public_hex() },
    });
    let parameters = api.call("InitiateAuth", start).await.ok()["ChallengeParameters"].clone();
    let proof = json!({
        "ClientId": api.server.client_id(), "ChallengeName": "PASSWORD_VERIFIER", "ClientMetadata": { "of": "proof" },
        "ChallengeResponses": half.responses(&api, PASSWORD, &parameters),
    });
    let tokens = api.call("RespondToAuthChallenge", proof).await.ok()["AuthenticationResult"].clone();
    assert_eq!(
        sources(&log),
        ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"]
    );
    {
        let log = log.lock().unwrap();
        assert_eq!(log[0]["request"]["validationData"], json!({ "of": "initiate" }));
        assert_eq!(log[1]["request"]["clientMetadata"], json!({ "of": "proof" }));
        assert_eq!(log[1]["request"]["newDeviceUsed"], false);
        assert_eq!(log[2]["request"]["clientMetadata"], json!({ "of": "proof" }));
        let groups = json!({ "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null });
        assert_eq!(log[2]["request"]["groupConfiguration"], groups);
    }
    log.lock().unwrap().clear();
    api.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] })).await.ok();
    assert_eq!(sources(&log), ["TokenGeneration_RefreshTokens"]);

    // InitiateAuth's metadata stays away from the triggers after the password.
    log.lock().unwrap().clear();
    let start = json!({
        "ClientId": api.server.client_id(), "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": { "of": "initiate" },
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    api.call("InitiateAuth", start).await.ok();
    let log = log.lock().unwrap();
    assert!(log[1]["request"].get("clientMetadata").is_none() && log[2]["request"].get("clientMetadata").is_none());
}

#[tokio::test]
async fn a_new_password_has_its_own_token_source() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    let log = record(&api, &[TriggerKind::PreTokenGeneration]);
    let first = api.password("ann", "Temporary-1!").await.ok();
    let responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
    api.respond("NEW_PASSWORD_REQUIRED", Some(&first["Session"]), responses).await.ok();
    assert_eq!(sources(&log), ["TokenGeneration_NewPasswordChallenge"]);
}

#[tokio::test]
async fn failures_are_worded_by_the_service() {
    let api = TestPool::with_ann().await;
    api.server.set_trigger(TriggerKind::PreAuthentication, |_| Err("not on Sundays".into()));
    api.password("ann", PASSWORD)
        .await
        .refused("UserLambdaValidationException", "PreAuthentication failed with error not on Sundays.");
    api.server.remove_trigger(TriggerKind::PreAuthentication);
    api.server.set_trigger(TriggerKind::PreSignUp, |_| Ok(json!("nonsense")));
    api.sign_up("tom", json!([])).await.refused("InvalidLambdaResponseException", "Unrecognizable lambda output");
    api.server.set_trigger(TriggerKind::PreSignUp, |_| Err("no".into()));
    api.sign_up("tom", json!([])).await.refused("UserLambdaValidationException", "PreSignUp failed with error no.");
    api.server.remove_trigger(TriggerKind::PreSignUp);

    // A failing post-confirmation fails the call although the user is confirmed.
    api.sign_up("tom", attributes(json!({ "email": "t@e.example" }))).await.ok();
    api.server.set_trigger(TriggerKind::PostConfirmation, |_| Err("mail list full".into()));
    let code = api.server.last_code("tom").unwrap();
    let confirm = json!({ "ClientId": api.server.client_id(), "Username": "tom", "ConfirmationCode": code });
    api.call("ConfirmSignUp", confirm)
        .await
        .refused("UserLambdaValidationException", "PostConfirmation failed with error mail list full.");
    api.password("tom", PASSWORD).await.ok();
}

#[tokio::test]
async fn version_one_changes_the_id_token_and_groups() {
    let api = TestPool::with_ann().await;
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        event["response"]["claimsOverrideDetails"] = json!({
            "claimsToAddOrOverride": { "tenant": "red", "email": "hidden", "sub": "forged" },
            "claimsToSuppress": ["email", "email_verified", "aud"],
            "groupOverrideDetails": { "groupsToOverride": ["admins"], "iamRolesToOverride": ["arn:role"], "preferredRole": "arn:role" },
        });
        Ok(event)
    });
    let tokens = api.tokens("ann").await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["tenant"], "red");
    assert!(id.get("email").is_none() && id.get("email_verified").is_none());
    assert_eq!(id["aud"], api.server.client_id());
    assert_eq!(id["sub"], access["sub"]);
    assert!(access.get("tenant").is_none());
    assert_eq!((&id["cognito:groups"], &access["cognito:groups"]), (&json!(["admins"]), &json!(["admins"])));
    assert_eq!(id["cognito:preferred_role"], "arn:role");
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        event["response"]["claimsOverrideDetails"] = json!({ "claimsToAddOrOverride": { "list": ["a"] } });
        Ok(event)
    });
    api.password("ann", PASSWORD).await.refused_as("InvalidLambdaResponseException");
}

#[tokio::test]
async fn version_two_changes_both_tokens_and_scopes() {
    let config = PoolConfig { pre_token_generation_version: "V2_0".into(), ..PoolConfig::default() };
    let api = TestPool::start(config.with_user("ann", PASSWORD, &[])).await;
    api.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        assert_eq!(event["version"], "2");
        assert_eq!(event["request"]["scopes"], json!(["aws.cognito.signin.user.admin"]));
        event["response"]["claimsAndScopeOverrideDetails"] = json!({
            "idTokenGeneration": { "claimsToAddOrOverride": { "list": ["a", 1] } },
            "accessTokenGeneration": {
                "claimsToAddOrOverride": { "plan": { "name": "pro" } }, "scopesToAdd": ["shop/read"],
                "scopesToSuppress": ["aws.cognito.signin.user.admin"],
            },
        });
        Ok(event)
    });
    let tokens = api.tokens("ann").await;
    assert_eq!(claims(&tokens["IdToken"])["list"], json!(["a", 1]));
    let access = claims(&tokens["AccessToken"]);
    assert_eq!(access["plan"], json!({ "name": "pro" }));
    assert_eq!(access["scope"], "shop/read");
    api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token does not have required scopes");
}

#[tokio::test]
async fn messages_can_be_worded() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.set_trigger(TriggerKind::CustomMessage, |mut event| {
        assert_eq!(event["request"]["codeParameter"], "{####}");
        event["response"]["emailSubject"] = json!("Welcome");
        event["response"]["emailMessage"] = json!("Use {####} now");
        Ok(event)
    });
    api.sign_up("tom", attributes(json!({ "email": "t@e.example" }))).await.ok();
    let sent = api.server.outbox(Some("tom"), None).pop().unwrap();
    assert_eq!((sent.subject.as_str(), sent.message), ("Welcome", format!("Use {} now", sent.code)));
    api.server.set_trigger(TriggerKind::CustomMessage, |mut event| {
        event["response"]["emailMessage"] = json!("no code at all");
        Ok(event)
    });
    api.sign_up("tim", attributes(json!({ "email": "t@e.example" })))
        .await
        .refused_as("InvalidLambdaResponseException");
}
