//! Accounts without a password, and signing in right after a sign-up.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, claims, secret_hash};

const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

fn config() -> PoolConfig {
    PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() }
}

async fn sign_up(api: &TestPool, username: &str, more: Value) -> Reply {
    let mut request = json!({
        "ClientId": api.server.client_id(), "Username": username,
        "UserAttributes": [{ "Name": "email", "Value": format!("{username}@example.com") }],
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.call("SignUp", request).await
}

async fn confirm(api: &TestPool, username: &str, more: Value) -> Reply {
    let code = api.server.last_code(username).unwrap();
    let mut request = json!({ "ClientId": api.server.client_id(), "Username": username, "ConfirmationCode": code });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    api.call("ConfirmSignUp", request).await
}

async fn redeem(api: &TestPool, username: &str, session: &Value) -> Reply {
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": api.server.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": username },
    });
    api.call("InitiateAuth", request).await
}

#[tokio::test]
async fn a_sign_up_without_password_ends_signed_in() {
    let api = TestPool::start(config()).await;
    let first = sign_up(&api, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], false);
    redeem(&api, "tom", &first["Session"]).await.refused_as("UserNotConfirmedException");
    let second = confirm(&api, "tom", json!({ "Session": first["Session"] })).await.ok();
    let tokens = redeem(&api, "tom", &second["Session"]).await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["cognito:username"], &id["email_verified"]), (&json!("tom"), &json!(true)));
    // Either session is good once.
    for session in [&first["Session"], &second["Session"]] {
        redeem(&api, "tom", session)
            .await
            .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    // There is no password, until the user sets one.
    let offered = api.initiate("USER_AUTH", json!({ "USERNAME": "tom" })).await.ok()["AvailableChallenges"].clone();
    assert_eq!(offered, json!(["EMAIL_OTP"]));
    api.password("tom", PASSWORD).await.refused_as("NotAuthorizedException");
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let factors = api.call("GetUserAuthFactors", json!({ "AccessToken": token })).await.ok();
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
    api.call("ChangePassword", json!({ "AccessToken": token, "ProposedPassword": PASSWORD })).await.ok();
    api.password("tom", PASSWORD).await.ok();
}

#[tokio::test]
async fn with_a_password_the_session_comes_too_and_not_without_codes_as_factor() {
    let api = TestPool::start(config()).await;
    sign_up(&api, "tom", json!({ "Password": PASSWORD })).await.ok();
    let session = confirm(&api, "tom", json!({})).await.ok()["Session"].clone();
    redeem(&api, "tom", &session).await.ok();

    let api = TestPool::start(PoolConfig::default()).await;
    let first = sign_up(&api, "tom", json!({ "Password": PASSWORD })).await.ok();
    assert_eq!(first.get("Session"), None);
    assert_eq!(confirm(&api, "tom", json!({})).await.ok(), json!({}));
}

#[tokio::test]
async fn a_user_confirmed_by_the_trigger_signs_in_with_the_first_session() {
    let api = TestPool::start(config()).await;
    api.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        Ok(event)
    });
    let first = sign_up(&api, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], true);
    redeem(&api, "tom", &first["Session"]).await.ok();
}

#[tokio::test]
async fn the_session_is_the_users_and_the_clients_and_ends() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let api = TestPool::start(config().with_client(ClientConfig::default()).with_client(second)).await;
    let session = async |name: &str| {
        sign_up(&api, name, json!({})).await.ok();
        confirm(&api, name, json!({})).await.ok()["Session"].clone()
    };
    let (toms, sams) = (session("tom").await, session("sam").await);
    redeem(&api, "sam", &toms).await.refused(INVALID.0, INVALID.1);
    redeem(&api, "nobody", &toms).await.refused(INVALID.0, INVALID.1);
    let foreign = json!({
        "AuthFlow": "USER_AUTH", "ClientId": api.server.pools()[0].client_ids[1], "Session": toms,
        "AuthParameters": { "USERNAME": "tom" },
    });
    api.call("InitiateAuth", foreign).await.refused(INVALID.0, INVALID.1);
    // It answers no challenge.
    let responses = json!({ "USERNAME": "tom", "ANSWER": "EMAIL_OTP" });
    api.respond("SELECT_CHALLENGE", Some(&toms), responses).await.refused(INVALID.0, INVALID.1);
    redeem(&api, "tom", &toms).await.ok();
    api.server.clock().advance(Duration::from_secs(181));
    redeem(&api, "sam", &sams)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn who_takes_long_to_find_the_code_is_confirmed_all_the_same() {
    let api = TestPool::start(config()).await;
    let first = sign_up(&api, "tom", json!({})).await.ok();
    sign_up(&api, "sam", json!({})).await.ok();
    confirm(&api, "sam", json!({ "Session": first["Session"] })).await.refused(INVALID.0, INVALID.1);
    api.server.clock().advance(Duration::from_secs(3_600));
    let second = confirm(&api, "tom", json!({ "Session": first["Session"] })).await.ok();
    redeem(&api, "tom", &second["Session"]).await.ok();
}

#[tokio::test]
async fn a_client_with_a_secret_proves_it() {
    let client = ClientConfig { secret: Some("secret".into()), ..ClientConfig::default() };
    let api = TestPool::start(config().with_client(client)).await;
    let hash = secret_hash("secret", "tom", api.server.client_id());
    sign_up(&api, "tom", json!({ "SecretHash": hash })).await.ok();
    let session = confirm(&api, "tom", json!({ "SecretHash": hash })).await.ok()["Session"].clone();
    redeem(&api, "tom", &session).await.refused_as("NotAuthorizedException");
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": api.server.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": "tom", "SECRET_HASH": hash },
    });
    api.call("InitiateAuth", request).await.ok();
}

#[tokio::test]
async fn elsewhere_a_password_is_needed() {
    const MISSING: &str = "1 validation error detected: Value null at 'password' failed to satisfy constraint: \
                           Member must not be null";
    let no_flow = ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".into()], ..ClientConfig::default() };
    let by_sms = PoolConfig { first_factors: vec!["PASSWORD".into(), "SMS_OTP".into()], ..PoolConfig::default() };
    for config in [PoolConfig::default(), config().with_client(no_flow), by_sms] {
        let api = TestPool::start(config).await;
        sign_up(&api, "tom", json!({})).await.refused("InvalidParameterException", MISSING);
    }
}

#[tokio::test]
async fn an_administrator_gives_a_password_only_when_told_to() {
    let api = TestPool::start(config()).await;
    let create = async |more: Value| {
        let mut request = json!({
            "Username": "tom", "UserAttributes": [{ "Name": "email", "Value": "tom@example.com" }],
        });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        api.server.call("AdminCreateUser", request).await.unwrap()["User"]["UserStatus"].clone()
    };
    assert_eq!(create(json!({})).await, "CONFIRMED");
    assert!(api.server.outbox(None, None).is_empty());
    let parameters = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let answer = api.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(answer["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let responses = json!({ "USERNAME": "tom", "EMAIL_OTP_CODE": api.server.last_code("tom").unwrap() });
    api.respond("EMAIL_OTP", Some(&answer["Session"]), responses).await.ok();

    api.server.delete_user("tom").unwrap();
    assert_eq!(create(json!({ "TemporaryPassword": "Temporary-1!" })).await, "FORCE_CHANGE_PASSWORD");
}
