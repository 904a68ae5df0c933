//! USER_PASSWORD_AUTH, temporary passwords, lock-out.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::json;

use crate::client::{PASSWORD, TestPool, claims, secret_hash, srp};

const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

#[tokio::test]
async fn right_and_wrong() {
    let api = TestPool::with_ann().await;
    let answer = api.password("ann", PASSWORD).await.ok();
    assert_eq!(answer["ChallengeParameters"], json!({}));
    assert!(answer.get("ChallengeName").is_none() && answer.get("Session").is_none());
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    api.password("ann", &"x".repeat(257)).await.refused(WRONG.0, WRONG.1);
    api.password("nobody", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
    api.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("InvalidParameterException", "Missing required parameter PASSWORD");
    api.initiate("USER_PASSWORD_AUTH", json!({ "USERNAME": "", "PASSWORD": PASSWORD }))
        .await
        .refused("InvalidParameterException", "Missing required parameter USERNAME");
}

#[tokio::test]
async fn disabled_users_learn_it_with_the_right_password_only() {
    let api = TestPool::with_ann().await;
    api.server.disable_user("ann").unwrap();
    api.password("ann", PASSWORD).await.refused("NotAuthorizedException", "User is disabled.");
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    api.server.enable_user("ann").unwrap();
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn five_failures_lock_and_the_lock_doubles() {
    let api = TestPool::with_ann().await;
    api.server.clock().freeze_at(1_767_603_787_000);
    let locked = ("NotAuthorizedException", "Password attempts exceeded");
    for _ in 0..5 {
        api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    }
    api.password("ann", PASSWORD).await.refused(locked.0, locked.1);
    srp::sign_in(&api, "ann", PASSWORD).await.refused(locked.0, locked.1);
    api.server.clock().advance(Duration::from_millis(1001));
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    api.server.clock().advance(Duration::from_millis(1001));
    api.password("ann", PASSWORD).await.refused(locked.0, locked.1);
    api.server.clock().advance(Duration::from_millis(1001));
    api.password("ann", PASSWORD).await.ok();
    // A success starts the count anew.
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn the_lock_can_be_switched_off_and_a_quiet_quarter_hour_forgives() {
    let config = PoolConfig { lock_out: false, ..PoolConfig::default() }.with_user("ann", PASSWORD, &[]);
    let api = TestPool::start(config).await;
    for _ in 0..7 {
        api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    }
    api.password("ann", PASSWORD).await.ok();

    let api = TestPool::with_ann().await;
    api.server.clock().freeze_at(1_767_603_787_000);
    for _ in 0..4 {
        api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    }
    api.server.clock().advance(Duration::from_secs(15 * 60));
    for _ in 0..4 {
        api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    }
    api.password("ann", PASSWORD).await.ok();
}

#[tokio::test]
async fn a_temporary_password_has_to_be_changed() {
    let config = PoolConfig { required_attributes: vec!["given_name".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[("email", "ann@example.com")]).unwrap();
    for by_srp in [true, false] {
        let first = if by_srp {
            srp::sign_in(&api, "ann", "Temporary-1!").await.ok()
        } else {
            api.password("ann", "Temporary-1!").await.ok()
        };
        assert_eq!(first["ChallengeName"], "NEW_PASSWORD_REQUIRED");
        let parameters = &first["ChallengeParameters"];
        assert_eq!(parameters["USER_ID_FOR_SRP"], "ann");
        assert_eq!(parameters["requiredAttributes"], r#"["userAttributes.given_name"]"#);
        assert_eq!(parameters["userAttributes"], r#"{"email":"ann@example.com","given_name":""}"#);
        assert!(first["Session"].as_str().unwrap().starts_with("AYABe"));
    }

    let session = api.password("ann", "Temporary-1!").await.ok()["Session"].clone();
    let respond =
        async |responses: serde_json::Value| api.respond("NEW_PASSWORD_REQUIRED", Some(&session), responses).await;
    let new = "Brand-New-2!";
    respond(json!({ "USERNAME": "ann" }))
        .await
        .refused("InvalidParameterException", "Missing required parameter NEW_PASSWORD");
    respond(json!({ "USERNAME": "ann", "NEW_PASSWORD": new }))
        .await
        .refused("InvalidParameterException", "Invalid attributes given, given_name is missing");
    respond(json!({ "USERNAME": "ann", "NEW_PASSWORD": "short", "userAttributes.given_name": "Ann" }))
        .await
        .refused("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    respond(json!({ "USERNAME": "ann", "NEW_PASSWORD": new, "userAttributes.email": "b@example.com" }))
        .await
        .refused("NotAuthorizedException", "Cannot modify an already provided email");
    respond(json!({ "USERNAME": "ann", "NEW_PASSWORD": new, "userAttributes.email_verified": "true" }))
        .await
        .refused("InvalidParameterException", "Cannot modify the non-mutable attribute email_verified");
    // None of these used the session up.
    let right = json!({ "USERNAME": "ann", "NEW_PASSWORD": new, "userAttributes.given_name": "Ann" });
    let answer = respond(right.clone()).await.ok();
    assert_eq!(claims(&answer["AuthenticationResult"]["IdToken"])["given_name"], "Ann");
    respond(right)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    api.password("ann", new).await.ok();
    srp::sign_in(&api, "ann", new).await.ok();
    api.password("ann", "Temporary-1!").await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn a_temporary_password_goes_stale() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.create_user_with_temporary_password("ann", "Temporary-1!", &[]).unwrap();
    api.server.clock().advance(Duration::from_secs(7 * 86_400 + 1));
    let text = "Temporary password has expired and must be reset by an administrator.";
    api.password("ann", "Temporary-1!").await.refused("NotAuthorizedException", text);
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
}

#[tokio::test]
async fn flows_have_to_be_allowed() {
    let client = ClientConfig { auth_flows: vec!["ALLOW_REFRESH_TOKEN_AUTH".into()], ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[])).await;
    let refusals = [
        ("USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH flow not enabled for this client"),
        ("USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client."),
        ("CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client."),
        ("ADMIN_USER_PASSWORD_AUTH", "Initiate Auth method not supported."),
    ];
    for (flow, text) in refusals {
        api.initiate(flow, json!({ "USERNAME": "ann" })).await.refused("InvalidParameterException", text);
    }
    let only_custom = ClientConfig { auth_flows: Vec::new(), ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(only_custom)).await;
    let update = json!({
        "UserPoolId": api.server.pool_id(), "ClientId": api.server.client_id(),
        "ExplicitAuthFlows": ["CUSTOM_AUTH_FLOW_ONLY"],
    });
    api.call("UpdateUserPoolClient", update).await.ok();
    api.initiate("USER_SRP_AUTH", json!({ "USERNAME": "ann" }))
        .await
        .refused("InvalidParameterException", "Only custom auth (lambda driven) is enabled for this client.");
}

#[tokio::test]
async fn the_secret_hash_is_over_the_name_that_was_sent() {
    let config = PoolConfig {
        username_attributes: vec!["email".into()],
        clients: vec![ClientConfig { secret: Some("0123456789abcdefghijklmn".into()), ..ClientConfig::default() }],
        ..PoolConfig::default()
    };
    let api = TestPool::start(config).await;
    let sub = api.server.create_user("ann@example.com", PASSWORD, &[]).unwrap();
    let client = api.server.client_id().to_owned();
    let hash = |name: &str| secret_hash("0123456789abcdefghijklmn", name, &client);
    let start = |name: &str| json!({ "USERNAME": "ann@example.com", "PASSWORD": PASSWORD, "SECRET_HASH": hash(name) });
    api.initiate("USER_PASSWORD_AUTH", start(&sub)).await.refused_as("NotAuthorizedException");
    let tokens = api.initiate("USER_PASSWORD_AUTH", start("ann@example.com")).await.ok();

    // After PASSWORD_VERIFIER clients hash the internal name, or go on with the alias.
    for (username, hashed) in
        [(sub.as_str(), sub.as_str()), ("ann@example.com", "ann@example.com"), ("ann@example.com", &sub)]
    {
        let client_half = srp::SrpClient::new();
        let first = json!({
            "USERNAME": "ann@example.com", "SRP_A": client_half.public_hex(), "SECRET_HASH": hash("ann@example.com"),
        });
        let parameters = api.initiate("USER_SRP_AUTH", first).await.ok()["ChallengeParameters"].clone();
        let mut responses = client_half.responses(&api, PASSWORD, &parameters);
        responses["USERNAME"] = json!(username);
        api.respond("PASSWORD_VERIFIER", None, responses.clone()).await.refused_as("NotAuthorizedException");
        responses["SECRET_HASH"] = json!(hash(hashed));
        api.respond("PASSWORD_VERIFIER", None, responses).await.ok();
    }

    let refresh = json!({ "REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"], "SECRET_HASH": hash(&sub) });
    api.initiate("REFRESH_TOKEN_AUTH", refresh).await.ok();
    let wrong = json!({ "REFRESH_TOKEN": tokens["AuthenticationResult"]["RefreshToken"], "SECRET_HASH": hash("bob") });
    api.initiate("REFRESH_TOKEN_AUTH", wrong).await.refused_as("NotAuthorizedException");
}

/// The service takes blanks inside a password, and counts them as symbols.
#[tokio::test]
async fn pass_phrases_are_passwords() {
    let api = TestPool::start(PoolConfig::default()).await;
    let phrase = "Correct Horse 9 battery";
    let client = api.server.client_id();
    let body = |password: &str| json!({ "ClientId": client, "Username": "tom", "Password": password });
    for spaced in [" Correct Horse 9", "Correct Horse 9 ", " "] {
        api.call("SignUp", body(spaced)).await.refused_as("InvalidParameterException");
    }
    api.call("SignUp", body("CorrectHorse9")).await.refused_as("InvalidPasswordException");
    api.call("SignUp", body(phrase)).await.ok();
    api.server.call("AdminConfirmSignUp", json!({ "Username": "tom" })).await.unwrap();
    api.password("tom", phrase).await.ok();
}
