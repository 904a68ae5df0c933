//! Accounts without a password, and signing in right after a sign-up.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, Reply, TestPool, claims, secret_hash};

const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

fn config() -> PoolConfig {
    PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() }
}

async fn sign_up(pool: &TestPool, username: &str, more: Value) -> Reply {
    let mut request = json!({
        "ClientId": pool.server.client_id(), "Username": username,
        "UserAttributes": [{ "Name": "email", "Value": format!("{username}@example.com") }],
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    pool.call("SignUp", request).await
}

async fn confirm(pool: &TestPool, username: &str, more: Value) -> Reply {
    let code = pool.server.last_code(username).unwrap();
    let mut request = json!({ "ClientId": pool.server.client_id(), "Username": username, "ConfirmationCode": code });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    pool.call("ConfirmSignUp", request).await
}

async fn redeem(pool: &TestPool, username: &str, session: &Value) -> Reply {
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": pool.server.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": username },
    });
    pool.call("InitiateAuth", request).await
}

#[tokio::test]
async fn a_sign_up_without_password_ends_signed_in() {
    let pool = TestPool::start(config()).await;
    let first = sign_up(&pool, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], false);
    redeem(&pool, "tom", &first["Session"]).await.refused_as("UserNotConfirmedException");
    let second = confirm(&pool, "tom", json!({ "Session": first["Session"] })).await.ok();
    let tokens = redeem(&pool, "tom", &second["Session"]).await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["cognito:username"], &id["email_verified"]), (&json!("tom"), &json!(true)));
    // Either session is good once.
    for session in [&first["Session"], &second["Session"]] {
        redeem(&pool, "tom", session)
            .await
            .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    // There is no password, until the user sets one.
    let offered = pool.initiate("USER_AUTH", json!({ "USERNAME": "tom" })).await.ok()["AvailableChallenges"].clone();
    assert_eq!(offered, json!(["EMAIL_OTP"]));
    pool.password("tom", PASSWORD).await.refused_as("NotAuthorizedException");
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let factors = pool.call("GetUserAuthFactors", json!({ "AccessToken": token })).await.ok();
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
    pool.call("ChangePassword", json!({ "AccessToken": token, "ProposedPassword": PASSWORD })).await.ok();
    pool.password("tom", PASSWORD).await.ok();
}

#[tokio::test]
async fn with_a_password_the_session_comes_too_and_not_without_codes_as_factor() {
    let pool = TestPool::start(config()).await;
    sign_up(&pool, "tom", json!({ "Password": PASSWORD })).await.ok();
    let session = confirm(&pool, "tom", json!({})).await.ok()["Session"].clone();
    redeem(&pool, "tom", &session).await.ok();

    let pool = TestPool::start(PoolConfig::default()).await;
    let first = sign_up(&pool, "tom", json!({ "Password": PASSWORD })).await.ok();
    assert_eq!(first.get("Session"), None);
    assert_eq!(confirm(&pool, "tom", json!({})).await.ok(), json!({}));
}

#[tokio::test]
async fn a_user_confirmed_by_the_trigger_signs_in_with_the_first_session() {
    let pool = TestPool::start(config()).await;
    pool.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        Ok(event)
    });
    let first = sign_up(&pool, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], true);
    redeem(&pool, "tom", &first["Session"]).await.ok();
}

#[tokio::test]
async fn the_session_is_the_users_and_the_clients_and_ends() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let pool = TestPool::start(config().with_client(ClientConfig::default()).with_client(second)).await;
    let session = async |name: &str| {
        sign_up(&pool, name, json!({})).await.ok();
        confirm(&pool, name, json!({})).await.ok()["Session"].clone()
    };
    let (toms, sams) = (session("tom").await, session("sam").await);
    redeem(&pool, "sam", &toms).await.refused(INVALID.0, INVALID.1);
    redeem(&pool, "nobody", &toms).await.refused(INVALID.0, INVALID.1);
    let foreign = json!({
        "AuthFlow": "USER_AUTH", "ClientId": pool.server.pools()[0].client_ids[1], "Session": toms,
        "AuthParameters": { "USERNAME": "tom" },
    });
    pool.call("InitiateAuth", foreign).await.refused(INVALID.0, INVALID.1);
    // It answers no challenge.
    let responses = json!({ "USERNAME": "tom", "ANSWER": "EMAIL_OTP" });
    pool.respond("SELECT_CHALLENGE", Some(&toms), responses).await.refused(INVALID.0, INVALID.1);
    redeem(&pool, "tom", &toms).await.ok();
    pool.server.clock().advance(Duration::from_secs(181));
    redeem(&pool, "sam", &sams)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn who_takes_long_to_find_the_code_is_confirmed_all_the_same() {
    let pool = TestPool::start(config()).await;
    let first = sign_up(&pool, "tom", json!({})).await.ok();
    sign_up(&pool, "sam", json!({})).await.ok();
    confirm(&pool, "sam", json!({ "Session": first["Session"] })).await.refused(INVALID.0, INVALID.1);
    pool.server.clock().advance(Duration::from_secs(3_600));
    let second = confirm(&pool, "tom", json!({ "Session": first["Session"] })).await.ok();
    redeem(&pool, "tom", &second["Session"]).await.ok();
}

#[tokio::test]
async fn a_client_with_a_secret_proves_it() {
    let client = ClientConfig { secret: Some("secret".into()), ..ClientConfig::default() };
    let pool = TestPool::start(config().with_client(client)).await;
    let hash = secret_hash("secret", "tom", pool.server.client_id());
    sign_up(&pool, "tom", json!({ "SecretHash": hash })).await.ok();
    let session = confirm(&pool, "tom", json!({ "SecretHash": hash })).await.ok()["Session"].clone();
    redeem(&pool, "tom", &session).await.refused_as("NotAuthorizedException");
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": pool.server.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": "tom", "SECRET_HASH": hash },
    });
    pool.call("InitiateAuth", request).await.ok();
}

#[tokio::test]
async fn elsewhere_a_password_is_needed() {
    const MISSING: &str = "1 validation error detected: Value null at 'password' failed to satisfy constraint: \
                           Member must not be null";
    let no_flow = ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".into()], ..ClientConfig::default() };
    let by_sms = PoolConfig { first_factors: vec!["PASSWORD".into(), "SMS_OTP".into()], ..PoolConfig::default() };
    for config in [PoolConfig::default(), config().with_client(no_flow), by_sms] {
        let pool = TestPool::start(config).await;
        sign_up(&pool, "tom", json!({})).await.refused("InvalidParameterException", MISSING);
    }
}

#[tokio::test]
async fn an_administrator_gives_a_password_only_when_told_to() {
    let pool = TestPool::start(config()).await;
    let create = async |more: Value| {
        let mut request = json!({
            "Username": "tom", "UserAttributes": [{ "Name": "email", "Value": "tom@example.com" }],
        });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        pool.server.call("AdminCreateUser", request).await.unwrap()["User"]["UserStatus"].clone()
    };
    assert_eq!(create(json!({})).await, "CONFIRMED");
    assert!(pool.server.outbox(None, None).is_empty());
    let parameters = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let answer = pool.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(answer["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let responses = json!({ "USERNAME": "tom", "EMAIL_OTP_CODE": pool.server.last_code("tom").unwrap() });
    pool.respond("EMAIL_OTP", Some(&answer["Session"]), responses).await.ok();

    pool.server.delete_user("tom").unwrap();
    assert_eq!(create(json!({ "TemporaryPassword": "Temporary-1!" })).await, "FORCE_CHANGE_PASSWORD");
}
