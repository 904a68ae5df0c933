//! Accounts without a password, and signing in right after a sign-up.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{Bench, PASSWORD, Reply, claims, secret_hash};

const INVALID: (&str, &str) = ("NotAuthorizedException", "Invalid session for the user.");

fn config() -> PoolConfig {
    PoolConfig { first_factors: vec!["PASSWORD".into(), "EMAIL_OTP".into()], ..PoolConfig::default() }
}

async fn sign_up(bench: &Bench, username: &str, more: Value) -> Reply {
    let mut request = json!({
        "ClientId": bench.pool.client_id(), "Username": username,
        "UserAttributes": [{ "Name": "email", "Value": format!("{username}@example.com") }],
    });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bench.call("SignUp", request).await
}

async fn confirm(bench: &Bench, username: &str, more: Value) -> Reply {
    let code = bench.pool.last_code(username).unwrap();
    let mut request = json!({ "ClientId": bench.pool.client_id(), "Username": username, "ConfirmationCode": code });
    request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    bench.call("ConfirmSignUp", request).await
}

async fn redeem(bench: &Bench, username: &str, session: &Value) -> Reply {
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": bench.pool.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": username },
    });
    bench.call("InitiateAuth", request).await
}

#[tokio::test]
async fn a_sign_up_without_password_ends_signed_in() {
    let bench = Bench::start(config()).await;
    let first = sign_up(&bench, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], false);
    redeem(&bench, "tom", &first["Session"]).await.refused_as("UserNotConfirmedException");
    let second = confirm(&bench, "tom", json!({ "Session": first["Session"] })).await.ok();
    let tokens = redeem(&bench, "tom", &second["Session"]).await.ok();
    let id = claims(&tokens["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["cognito:username"], &id["email_verified"]), (&json!("tom"), &json!(true)));
    // Either session is good once.
    for session in [&first["Session"], &second["Session"]] {
        redeem(&bench, "tom", session)
            .await
            .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    }

    // There is no password, until the user sets one.
    let offered = bench.initiate("USER_AUTH", json!({ "USERNAME": "tom" })).await.ok()["AvailableChallenges"].clone();
    assert_eq!(offered, json!(["EMAIL_OTP"]));
    bench.password("tom", PASSWORD).await.refused_as("NotAuthorizedException");
    let token = &tokens["AuthenticationResult"]["AccessToken"];
    let factors = bench.call("GetUserAuthFactors", json!({ "AccessToken": token })).await.ok();
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
    bench.call("ChangePassword", json!({ "AccessToken": token, "ProposedPassword": PASSWORD })).await.ok();
    bench.password("tom", PASSWORD).await.ok();
}

#[tokio::test]
async fn with_a_password_the_session_comes_too_and_not_without_codes_as_factor() {
    let bench = Bench::start(config()).await;
    sign_up(&bench, "tom", json!({ "Password": PASSWORD })).await.ok();
    let session = confirm(&bench, "tom", json!({})).await.ok()["Session"].clone();
    redeem(&bench, "tom", &session).await.ok();

    let bench = Bench::start(PoolConfig::default()).await;
    let first = sign_up(&bench, "tom", json!({ "Password": PASSWORD })).await.ok();
    assert_eq!(first.get("Session"), None);
    assert_eq!(confirm(&bench, "tom", json!({})).await.ok(), json!({}));
}

#[tokio::test]
async fn a_user_confirmed_by_the_trigger_signs_in_with_the_first_session() {
    let bench = Bench::start(config()).await;
    bench.pool.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        Ok(event)
    });
    let first = sign_up(&bench, "tom", json!({})).await.ok();
    assert_eq!(first["UserConfirmed"], true);
    redeem(&bench, "tom", &first["Session"]).await.ok();
}

#[tokio::test]
async fn the_session_is_the_users_and_the_clients_and_ends() {
    let second = ClientConfig { name: "second".into(), ..ClientConfig::default() };
    let bench = Bench::start(config().with_client(ClientConfig::default()).with_client(second)).await;
    let session = async |name: &str| {
        sign_up(&bench, name, json!({})).await.ok();
        confirm(&bench, name, json!({})).await.ok()["Session"].clone()
    };
    let (toms, sams) = (session("tom").await, session("sam").await);
    redeem(&bench, "sam", &toms).await.refused(INVALID.0, INVALID.1);
    redeem(&bench, "nobody", &toms).await.refused(INVALID.0, INVALID.1);
    let foreign = json!({
        "AuthFlow": "USER_AUTH", "ClientId": bench.pool.pools()[0].client_ids[1], "Session": toms,
        "AuthParameters": { "USERNAME": "tom" },
    });
    bench.call("InitiateAuth", foreign).await.refused(INVALID.0, INVALID.1);
    // It answers no challenge.
    let responses = json!({ "USERNAME": "tom", "ANSWER": "EMAIL_OTP" });
    bench.respond("SELECT_CHALLENGE", Some(&toms), responses).await.refused(INVALID.0, INVALID.1);
    redeem(&bench, "tom", &toms).await.ok();
    bench.pool.clock().advance(Duration::from_secs(181));
    redeem(&bench, "sam", &sams)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn who_takes_long_to_find_the_code_is_confirmed_all_the_same() {
    let bench = Bench::start(config()).await;
    let first = sign_up(&bench, "tom", json!({})).await.ok();
    sign_up(&bench, "sam", json!({})).await.ok();
    confirm(&bench, "sam", json!({ "Session": first["Session"] })).await.refused(INVALID.0, INVALID.1);
    bench.pool.clock().advance(Duration::from_secs(3_600));
    let second = confirm(&bench, "tom", json!({ "Session": first["Session"] })).await.ok();
    redeem(&bench, "tom", &second["Session"]).await.ok();
}

#[tokio::test]
async fn a_client_with_a_secret_proves_it() {
    let client = ClientConfig { secret: Some("secret".into()), ..ClientConfig::default() };
    let bench = Bench::start(config().with_client(client)).await;
    let hash = secret_hash("secret", "tom", bench.pool.client_id());
    sign_up(&bench, "tom", json!({ "SecretHash": hash })).await.ok();
    let session = confirm(&bench, "tom", json!({ "SecretHash": hash })).await.ok()["Session"].clone();
    redeem(&bench, "tom", &session).await.refused_as("NotAuthorizedException");
    let request = json!({
        "AuthFlow": "USER_AUTH", "ClientId": bench.pool.client_id(), "Session": session,
        "AuthParameters": { "USERNAME": "tom", "SECRET_HASH": hash },
    });
    bench.call("InitiateAuth", request).await.ok();
}

#[tokio::test]
async fn elsewhere_a_password_is_needed() {
    const MISSING: &str = "1 validation error detected: Value null at 'password' failed to satisfy constraint: \
                           Member must not be null";
    let no_flow = ClientConfig { auth_flows: vec!["ALLOW_USER_SRP_AUTH".into()], ..ClientConfig::default() };
    let by_sms = PoolConfig { first_factors: vec!["PASSWORD".into(), "SMS_OTP".into()], ..PoolConfig::default() };
    for config in [PoolConfig::default(), config().with_client(no_flow), by_sms] {
        let bench = Bench::start(config).await;
        sign_up(&bench, "tom", json!({})).await.refused("InvalidParameterException", MISSING);
    }
}

#[tokio::test]
async fn an_administrator_gives_a_password_only_when_told_to() {
    let bench = Bench::start(config()).await;
    let create = async |more: Value| {
        let mut request = json!({
            "Username": "tom", "UserAttributes": [{ "Name": "email", "Value": "tom@example.com" }],
        });
        request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        bench.pool.call("AdminCreateUser", request).await.unwrap()["User"]["UserStatus"].clone()
    };
    assert_eq!(create(json!({})).await, "CONFIRMED");
    assert!(bench.pool.outbox(None, None).is_empty());
    let parameters = json!({ "USERNAME": "tom", "PREFERRED_CHALLENGE": "EMAIL_OTP" });
    let answer = bench.initiate("USER_AUTH", parameters).await.ok();
    assert_eq!(answer["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let responses = json!({ "USERNAME": "tom", "EMAIL_OTP_CODE": bench.pool.last_code("tom").unwrap() });
    bench.respond("EMAIL_OTP", Some(&answer["Session"]), responses).await.ok();

    bench.pool.delete_user("tom").unwrap();
    assert_eq!(create(json!({ "TemporaryPassword": "Temporary-1!" })).await, "FORCE_CHANGE_PASSWORD");
}
