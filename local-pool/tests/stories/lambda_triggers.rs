//! What triggers see and what their answers and failures do, with Rust closures.

use std::sync::{Arc, Mutex};

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes, claims, srp};

type Log = Arc<Mutex<Vec<Value>>>;

fn record(pool: &TestPool, kinds: &[TriggerKind]) -> Log {
    let log: Log = Arc::default();
    for kind in kinds {
        let seen = Arc::clone(&log);
        pool.server.set_trigger(*kind, move |event| {
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
    let pool = TestPool::start(PoolConfig::default()).await;
    let log = record(&pool, &[TriggerKind::PreSignUp, TriggerKind::PostConfirmation]);
    let body = json!({
        "ClientId": pool.server.client_id(), "Username": "tom", "Password": PASSWORD,
        "UserAttributes": attributes(json!({ "email": "tom@test.example" })),
        "ValidationData": attributes(json!({ "captcha": "ok" })), "ClientMetadata": { "campaign": "x" },
    });
    pool.call("SignUp", body).await.ok();
    let code = pool.server.last_code("tom").unwrap();
    let confirm = json!({ "ClientId": pool.server.client_id(), "Username": "tom", "ConfirmationCode": code });
    pool.call("ConfirmSignUp", confirm).await.ok();
    assert_eq!(sources(&log), ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]);
    let log = log.lock().unwrap();
    let event = &log[0];
    assert_eq!(event["version"], "1");
    assert_eq!(event["region"], "us-east-1");
    assert_eq!(event["userPoolId"], pool.server.pool_id());
    assert_eq!(event["userName"], "tom");
    assert_eq!(
        event["callerContext"],
        json!({ "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": pool.server.client_id() })
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
    let pool = TestPool::with_ann().await;
    let kinds = [TriggerKind::PreAuthentication, TriggerKind::PostAuthentication, TriggerKind::PreTokenGeneration];
    let log = record(&pool, &kinds);
    pool.password("ann", "Wrong-Horse-9").await.refused_as("NotAuthorizedException");
    assert_eq!(sources(&log), ["PreAuthentication_Authentication"]);
    log.lock().unwrap().clear();

    let half = srp::SrpClient::new();
    let start = json!({
        "ClientId": pool.server.client_id(), "AuthFlow": "USER_SRP_AUTH", "ClientMetadata": { "of": "initiate" },
        "AuthParameters": { "USERNAME": "ann", "SRP_A": half.public_hex() },
    });
    let parameters = pool.call("InitiateAuth", start).await.ok()["ChallengeParameters"].clone();
    let proof = json!({
        "ClientId": pool.server.client_id(), "ChallengeName": "PASSWORD_VERIFIER", "ClientMetadata": { "of": "proof" },
        "ChallengeResponses": half.responses(&pool, PASSWORD, &parameters),
    });
    let tokens = pool.call("RespondToAuthChallenge", proof).await.ok()["AuthenticationResult"].clone();
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
    pool.initiate("REFRESH_TOKEN_AUTH", json!({ "REFRESH_TOKEN": tokens["RefreshToken"] })).await.ok();
    assert_eq!(sources(&log), ["TokenGeneration_RefreshTokens"]);

    // InitiateAuth's metadata stays away from the triggers after the password.
    log.lock().unwrap().clear();
    let start = json!({
        "ClientId": pool.server.client_id(), "AuthFlow": "USER_PASSWORD_AUTH", "ClientMetadata": { "of": "initiate" },
        "AuthParameters": { "USERNAME": "ann", "PASSWORD": PASSWORD },
    });
    pool.call("InitiateAuth", start).await.ok();
    let log = log.lock().unwrap();
    assert!(log[1]["request"].get("clientMetadata").is_none() && log[2]["request"].get("clientMetadata").is_none());
}

#[tokio::test]
async fn a_new_password_has_its_own_token_source() {
    let pool = TestPool::start(PoolConfig::default()).await;
    pool.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    let log = record(&pool, &[TriggerKind::PreTokenGeneration]);
    let first = pool.password("ann", "Temporary-1!").await.ok();
    let responses = json!({ "USERNAME": "ann", "NEW_PASSWORD": PASSWORD });
    pool.respond("NEW_PASSWORD_REQUIRED", Some(&first["Session"]), responses).await.ok();
    assert_eq!(sources(&log), ["TokenGeneration_NewPasswordChallenge"]);
}

#[tokio::test]
async fn failures_are_worded_by_the_service() {
    let pool = TestPool::with_ann().await;
    pool.server.set_trigger(TriggerKind::PreAuthentication, |_| Err("not on Sundays".into()));
    pool.password("ann", PASSWORD)
        .await
        .refused("UserLambdaValidationException", "PreAuthentication failed with error not on Sundays.");
    pool.server.remove_trigger(TriggerKind::PreAuthentication);
    pool.server.set_trigger(TriggerKind::PreSignUp, |_| Ok(json!("nonsense")));
    pool.sign_up("tom", json!([])).await.refused("InvalidLambdaResponseException", "Unrecognizable lambda output");
    pool.server.set_trigger(TriggerKind::PreSignUp, |_| Err("no".into()));
    pool.sign_up("tom", json!([])).await.refused("UserLambdaValidationException", "PreSignUp failed with error no.");
    pool.server.remove_trigger(TriggerKind::PreSignUp);

    // A failing post-confirmation fails the call although the user is confirmed.
    pool.sign_up("tom", attributes(json!({ "email": "t@e.example" }))).await.ok();
    pool.server.set_trigger(TriggerKind::PostConfirmation, |_| Err("mail list full".into()));
    let code = pool.server.last_code("tom").unwrap();
    let confirm = json!({ "ClientId": pool.server.client_id(), "Username": "tom", "ConfirmationCode": code });
    pool.call("ConfirmSignUp", confirm)
        .await
        .refused("UserLambdaValidationException", "PostConfirmation failed with error mail list full.");
    pool.password("tom", PASSWORD).await.ok();
}

#[tokio::test]
async fn version_one_changes_the_id_token_and_groups() {
    let pool = TestPool::with_ann().await;
    pool.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        event["response"]["claimsOverrideDetails"] = json!({
            "claimsToAddOrOverride": { "tenant": "red", "email": "hidden", "sub": "forged" },
            "claimsToSuppress": ["email", "email_verified", "aud"],
            "groupOverrideDetails": { "groupsToOverride": ["admins"], "iamRolesToOverride": ["arn:role"], "preferredRole": "arn:role" },
        });
        Ok(event)
    });
    let tokens = pool.tokens("ann").await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!(id["tenant"], "red");
    assert!(id.get("email").is_none() && id.get("email_verified").is_none());
    assert_eq!(id["aud"], pool.server.client_id());
    assert_eq!(id["sub"], access["sub"]);
    assert!(access.get("tenant").is_none());
    assert_eq!((&id["cognito:groups"], &access["cognito:groups"]), (&json!(["admins"]), &json!(["admins"])));
    assert_eq!(id["cognito:preferred_role"], "arn:role");
    pool.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
        event["response"]["claimsOverrideDetails"] = json!({ "claimsToAddOrOverride": { "list": ["a"] } });
        Ok(event)
    });
    pool.password("ann", PASSWORD).await.refused_as("InvalidLambdaResponseException");
}

#[tokio::test]
async fn version_two_changes_both_tokens_and_scopes() {
    let config = PoolConfig { pre_token_generation_version: "V2_0".into(), ..PoolConfig::default() };
    let pool = TestPool::start(config.with_user("ann", PASSWORD, &[])).await;
    pool.server.set_trigger(TriggerKind::PreTokenGeneration, |mut event| {
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
    let tokens = pool.tokens("ann").await;
    assert_eq!(claims(&tokens["IdToken"])["list"], json!(["a", 1]));
    let access = claims(&tokens["AccessToken"]);
    assert_eq!(access["plan"], json!({ "name": "pro" }));
    assert_eq!(access["scope"], "shop/read");
    pool.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await
        .refused("NotAuthorizedException", "Access Token does not have required scopes");
}

#[tokio::test]
async fn messages_can_be_worded() {
    let pool = TestPool::start(PoolConfig::default()).await;
    pool.server.set_trigger(TriggerKind::CustomMessage, |mut event| {
        assert_eq!(event["request"]["codeParameter"], "{####}");
        event["response"]["emailSubject"] = json!("Welcome");
        event["response"]["emailMessage"] = json!("Use {####} now");
        Ok(event)
    });
    pool.sign_up("tom", attributes(json!({ "email": "t@e.example" }))).await.ok();
    let sent = pool.server.outbox(Some("tom"), None).pop().unwrap();
    assert_eq!((sent.subject.as_str(), sent.message), ("Welcome", format!("Use {} now", sent.code)));
    pool.server.set_trigger(TriggerKind::CustomMessage, |mut event| {
        event["response"]["emailMessage"] = json!("no code at all");
        Ok(event)
    });
    pool.sign_up("tim", attributes(json!({ "email": "t@e.example" })))
        .await
        .refused_as("InvalidLambdaResponseException");
}
