//! SignUp, ConfirmSignUp, ResendConfirmationCode.

use std::time::Duration;

use local_pool::{ClientConfig, CustomAttribute, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes, secret_hash};

async fn confirm(api: &TestPool, username: &str, code: &str) -> crate::client::Reply {
    let client = api.server.client_id();
    api.call("ConfirmSignUp", json!({ "ClientId": client, "Username": username, "ConfirmationCode": code })).await
}

async fn resend(api: &TestPool, username: &str) -> crate::client::Reply {
    api.call("ResendConfirmationCode", json!({ "ClientId": api.server.client_id(), "Username": username })).await
}

fn email() -> Value {
    attributes(json!({ "email": "tom@test.example" }))
}

#[tokio::test]
async fn a_code_goes_to_the_address_and_confirms() {
    let api = TestPool::start(PoolConfig::default()).await;
    let answer = api.sign_up("tom", email()).await.ok();
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(answer["UserSub"].as_str().unwrap().len(), 36);
    let details = json!({ "Destination": "t***@t***", "DeliveryMedium": "EMAIL", "AttributeName": "email" });
    assert_eq!(answer["CodeDeliveryDetails"], details);
    api.password("tom", PASSWORD).await.refused("UserNotConfirmedException", "User is not confirmed.");

    let code = api.server.last_code("tom").unwrap();
    assert_eq!(code.len(), 6);
    assert_eq!(confirm(&api, "tom", &code).await.ok(), json!({}));
    api.password("tom", PASSWORD).await.ok();
    let tokens = api.tokens("tom").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], true);
}

#[tokio::test]
async fn the_outbox_is_readable_over_http() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.sign_up("tom", email()).await.ok();
    api.sign_up("eve", attributes(json!({ "email": "eve@test.example" }))).await.ok();
    resend(&api, "tom").await.ok();
    let all = api.get("/_local/outbox").await;
    let kinds = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| format!("{}:{}", item["user"].as_str().unwrap(), item["kind"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(kinds(&all), ["tom:signup", "eve:signup", "tom:resend"]);
    let toms = api.get(&format!("/_local/outbox?pool={}&user=tom", api.server.pool_id())).await;
    assert_eq!(kinds(&toms), ["tom:signup", "tom:resend"]);
    assert_eq!(kinds(&api.get("/_local/outbox?user=eve@test.example&kind=signup").await), ["eve:signup"]);
    assert_eq!(api.get("/_local/outbox?pool=other").await, json!([]));
    let last = &toms[1];
    assert_eq!(last["destination"], "tom@test.example");
    assert_eq!(last["medium"], "EMAIL");
    assert!(last["message"].as_str().unwrap().contains(last["code"].as_str().unwrap()));
}

#[tokio::test]
async fn codes_are_judged() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.sign_up("tom", email()).await.ok();
    let first = api.server.last_code("tom").unwrap();
    let wrong = if first == "000000" { "000001" } else { "000000" };
    let mismatch = "Invalid verification code provided, please try again.";
    confirm(&api, "tom", wrong).await.refused("CodeMismatchException", mismatch);
    confirm(&api, "nobody", "123456")
        .await
        .refused("UserNotFoundException", "Username/client id combination not found.");

    // A newer code replaces the older one.
    let details = resend(&api, "tom").await.ok()["CodeDeliveryDetails"].clone();
    assert_eq!(details["Destination"], "t***@t***");
    let second = api.server.last_code("tom").unwrap();
    if first != second {
        confirm(&api, "tom", &first).await.refused("CodeMismatchException", mismatch);
    }
    api.server.clock().advance(Duration::from_secs(24 * 3600 + 1));
    let expired = "Invalid code provided, please request a code again.";
    confirm(&api, "tom", &second).await.refused("ExpiredCodeException", expired);
    resend(&api, "tom").await.ok();
    confirm(&api, "tom", &api.server.last_code("tom").unwrap()).await.ok();
    confirm(&api, "tom", &second)
        .await
        .refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    resend(&api, "tom").await.refused("InvalidParameterException", "User is already confirmed.");
}

#[tokio::test]
async fn tries_and_codes_are_limited_per_hour() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.sign_up("tom", email()).await.ok();
    let code = api.server.last_code("tom").unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..15 {
        confirm(&api, "tom", wrong).await.refused_as("CodeMismatchException");
    }
    confirm(&api, "tom", &code).await.refused_as("TooManyFailedAttemptsException");
    for _ in 0..5 {
        resend(&api, "tom").await.ok();
    }
    resend(&api, "tom").await.refused("LimitExceededException", "Attempt limit exceeded, please try after some time.");
    api.server.clock().advance(Duration::from_secs(3601));
    resend(&api, "tom").await.ok();
    confirm(&api, "tom", &api.server.last_code("tom").unwrap()).await.ok();
}

#[tokio::test]
async fn the_password_policy_is_told_rule_by_rule() {
    let api = TestPool::start(PoolConfig::default()).await;
    let rules = [
        ("Ab1!", "Password not long enough"),
        ("abcdefg1!", "Password must have uppercase characters"),
        ("ABCDEFG1!", "Password must have lowercase characters"),
        ("Abcdefgh!", "Password must have numeric characters"),
        ("Abcdefg12", "Password must have symbol characters"),
    ];
    for (password, rule) in rules {
        let body = json!({ "ClientId": api.server.client_id(), "Username": "tom", "Password": password });
        let text = format!("Password did not conform with policy: {rule}");
        api.call("SignUp", body).await.refused("InvalidPasswordException", &text);
    }
}

#[tokio::test]
async fn names_are_unique_and_attributes_fit_the_schema() {
    let config = PoolConfig {
        required_attributes: vec!["email".into(), "name".into()],
        custom_attributes: vec![CustomAttribute { name: "team".into(), data_type: "String".into(), mutable: true }],
        ..PoolConfig::default()
    };
    let api = TestPool::start(config).await;
    let full = attributes(json!({ "email": "a@b.example", "name": "A", "custom:team": "red" }));
    api.sign_up("tom", full.clone()).await.ok();
    api.sign_up("tom", full).await.refused("UsernameExistsException", "User already exists");
    let refusals = [
        (json!({ "name": "A" }), "Attributes did not conform to the schema: email: The attribute is required"),
        (
            json!({ "email": "a@b.example", "name": "A", "custom:x": "1" }),
            "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.",
        ),
        (json!({ "email": "nonsense", "name": "A" }), "Invalid email address format."),
        (json!({ "email": "a@b.example", "name": "A", "phone_number": "555" }), "Invalid phone number format."),
    ];
    for (values, text) in refusals {
        api.sign_up("eve", attributes(values)).await.refused("InvalidParameterException", text);
    }
    api.sign_up("eve", attributes(json!({ "email": "a@b.example", "name": "A", "email_verified": "true" })))
        .await
        .refused("NotAuthorizedException", "A client attempted to write unauthorized attribute");
}

#[tokio::test]
async fn addresses_can_be_the_user_names() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    api.sign_up("tom", json!([])).await.refused("InvalidParameterException", "Username should be an email.");
    let sub = api.sign_up("tom@test.example", json!([])).await.ok()["UserSub"].clone();
    api.sign_up("tom@test.example", json!([]))
        .await
        .refused("UsernameExistsException", "An account with the given email already exists.");
    let code = api.server.last_code("tom@test.example").unwrap();
    confirm(&api, "tom@test.example", &code).await.ok();
    let tokens = api.tokens("tom@test.example").await;
    let user = api.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    assert_eq!(user["Username"], sub);
    assert!(
        user["UserAttributes"].as_array().unwrap().contains(&json!({ "Name": "email", "Value": "tom@test.example" }))
    );
    api.tokens(sub.as_str().unwrap()).await;
}

#[tokio::test]
async fn a_verified_alias_signs_in_and_belongs_to_one_user() {
    let config = PoolConfig { alias_attributes: vec!["email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    api.sign_up("x@y.example", json!([])).await.refused(
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    );
    api.sign_up("tom", email()).await.ok();
    api.password("tom@test.example", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
    confirm(&api, "tom", &api.server.last_code("tom").unwrap()).await.ok();
    api.password("tom@test.example", PASSWORD).await.ok();

    // Another user may sign up with the address; to confirm it, they have to take it over.
    api.sign_up("tim", email()).await.ok();
    let code = api.server.last_code("tim").unwrap();
    confirm(&api, "tim", &code).await.refused("AliasExistsException", "An account with the email already exists.");
    let forced = json!({
        "ClientId": api.server.client_id(), "Username": "tim", "ConfirmationCode": code, "ForceAliasCreation": true,
    });
    api.call("ConfirmSignUp", forced).await.ok();
    let tokens = api.tokens("tom@test.example").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["cognito:username"], "tim");
    let toms = api.tokens("tom").await;
    assert_eq!(crate::client::claims(&toms["IdToken"])["email_verified"], false);
}

#[tokio::test]
async fn case_counts_only_where_the_pool_says_so() {
    let api = TestPool::start(PoolConfig { case_sensitive: false, ..PoolConfig::default() }).await;
    api.server.create_user("Ann", PASSWORD, &[]).unwrap();
    api.tokens("aNN").await;
    api.sign_up("ann", json!([])).await.refused("UsernameExistsException", "User already exists");
    let strict = TestPool::with_ann().await;
    strict.password("Ann", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_secret_hash_is_asked_for_and_checked() {
    let client = ClientConfig { generate_secret: true, ..ClientConfig::default() };
    let api = TestPool::start(PoolConfig::default().with_client(client)).await;
    let (client, secret) = (api.server.client_id(), api.server.client_secret().unwrap());
    let mut body = json!({ "ClientId": client, "Username": "tom", "Password": PASSWORD });
    let text = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    api.call("SignUp", body.clone()).await.refused("NotAuthorizedException", &text);
    body["SecretHash"] = json!(secret_hash("another", "tom", client));
    let text = format!("Unable to verify secret hash for client {client}");
    api.call("SignUp", body.clone()).await.refused("NotAuthorizedException", &text);
    body["SecretHash"] = json!(secret_hash(&secret, "tom", client));
    api.call("SignUp", body).await.ok();
}

#[tokio::test]
async fn sign_up_can_be_off() {
    let api = TestPool::start(PoolConfig { self_sign_up: false, ..PoolConfig::default() }).await;
    api.sign_up("tom", email()).await.refused("NotAuthorizedException", "SignUp is not permitted for this user pool");
}

#[tokio::test]
async fn pre_sign_up_can_confirm_at_once() {
    let api = TestPool::start(PoolConfig::default()).await;
    api.server.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        event["response"]["autoVerifyEmail"] = json!(true);
        Ok(event)
    });
    let answer = api.sign_up("tom", email()).await.ok();
    assert_eq!(answer["UserConfirmed"], true);
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert!(api.server.outbox(None, None).is_empty());
    let tokens = api.tokens("tom").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], true);
}
