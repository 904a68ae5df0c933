//! SignUp, ConfirmSignUp, ResendConfirmationCode.

use std::time::Duration;

use local_pool::{ClientConfig, CustomAttribute, PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{Bench, PASSWORD, attributes, secret_hash};

async fn confirm(bench: &Bench, username: &str, code: &str) -> crate::client::Reply {
    let client = bench.pool.client_id();
    bench.call("ConfirmSignUp", json!({ "ClientId": client, "Username": username, "ConfirmationCode": code })).await
}

async fn resend(bench: &Bench, username: &str) -> crate::client::Reply {
    bench.call("ResendConfirmationCode", json!({ "ClientId": bench.pool.client_id(), "Username": username })).await
}

fn email() -> Value {
    attributes(json!({ "email": "tom@test.example" }))
}

#[tokio::test]
async fn a_code_goes_to_the_address_and_confirms() {
    let bench = Bench::start(PoolConfig::default()).await;
    let answer = bench.sign_up("tom", email()).await.ok();
    assert_eq!(answer["UserConfirmed"], false);
    assert_eq!(answer["UserSub"].as_str().unwrap().len(), 36);
    let details = json!({ "Destination": "t***@t***", "DeliveryMedium": "EMAIL", "AttributeName": "email" });
    assert_eq!(answer["CodeDeliveryDetails"], details);
    bench.password("tom", PASSWORD).await.refused("UserNotConfirmedException", "User is not confirmed.");

    let code = bench.pool.last_code("tom").unwrap();
    assert_eq!(code.len(), 6);
    assert_eq!(confirm(&bench, "tom", &code).await.ok(), json!({}));
    bench.password("tom", PASSWORD).await.ok();
    let tokens = bench.tokens("tom").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], true);
}

#[tokio::test]
async fn the_outbox_is_readable_over_http() {
    let bench = Bench::start(PoolConfig::default()).await;
    bench.sign_up("tom", email()).await.ok();
    bench.sign_up("eve", attributes(json!({ "email": "eve@test.example" }))).await.ok();
    resend(&bench, "tom").await.ok();
    let all = bench.get("/_local/outbox").await;
    let kinds = |list: &Value| -> Vec<String> {
        list.as_array()
            .unwrap()
            .iter()
            .map(|item| format!("{}:{}", item["user"].as_str().unwrap(), item["kind"].as_str().unwrap()))
            .collect()
    };
    assert_eq!(kinds(&all), ["tom:signup", "eve:signup", "tom:resend"]);
    let toms = bench.get(&format!("/_local/outbox?pool={}&user=tom", bench.pool.pool_id())).await;
    assert_eq!(kinds(&toms), ["tom:signup", "tom:resend"]);
    assert_eq!(kinds(&bench.get("/_local/outbox?user=eve@test.example&kind=signup").await), ["eve:signup"]);
    assert_eq!(bench.get("/_local/outbox?pool=other").await, json!([]));
    let last = &toms[1];
    assert_eq!(last["destination"], "tom@test.example");
    assert_eq!(last["medium"], "EMAIL");
    assert!(last["message"].as_str().unwrap().contains(last["code"].as_str().unwrap()));
}

#[tokio::test]
async fn codes_are_judged() {
    let bench = Bench::start(PoolConfig::default()).await;
    bench.sign_up("tom", email()).await.ok();
    let first = bench.pool.last_code("tom").unwrap();
    let wrong = if first == "000000" { "000001" } else { "000000" };
    let mismatch = "Invalid verification code provided, please try again.";
    confirm(&bench, "tom", wrong).await.refused("CodeMismatchException", mismatch);
    confirm(&bench, "nobody", "123456")
        .await
        .refused("UserNotFoundException", "Username/client id combination not found.");

    // A newer code replaces the older one.
    let details = resend(&bench, "tom").await.ok()["CodeDeliveryDetails"].clone();
    assert_eq!(details["Destination"], "t***@t***");
    let second = bench.pool.last_code("tom").unwrap();
    if first != second {
        confirm(&bench, "tom", &first).await.refused("CodeMismatchException", mismatch);
    }
    bench.pool.clock().advance(Duration::from_secs(24 * 3600 + 1));
    let expired = "Invalid code provided, please request a code again.";
    confirm(&bench, "tom", &second).await.refused("ExpiredCodeException", expired);
    resend(&bench, "tom").await.ok();
    confirm(&bench, "tom", &bench.pool.last_code("tom").unwrap()).await.ok();
    confirm(&bench, "tom", &second)
        .await
        .refused("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED");
    resend(&bench, "tom").await.refused("InvalidParameterException", "User is already confirmed.");
}

#[tokio::test]
async fn tries_and_codes_are_limited_per_hour() {
    let bench = Bench::start(PoolConfig::default()).await;
    bench.sign_up("tom", email()).await.ok();
    let code = bench.pool.last_code("tom").unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..15 {
        confirm(&bench, "tom", wrong).await.refused_as("CodeMismatchException");
    }
    confirm(&bench, "tom", &code).await.refused_as("TooManyFailedAttemptsException");
    for _ in 0..5 {
        resend(&bench, "tom").await.ok();
    }
    resend(&bench, "tom")
        .await
        .refused("LimitExceededException", "Attempt limit exceeded, please try after some time.");
    bench.pool.clock().advance(Duration::from_secs(3601));
    resend(&bench, "tom").await.ok();
    confirm(&bench, "tom", &bench.pool.last_code("tom").unwrap()).await.ok();
}

#[tokio::test]
async fn the_password_policy_is_told_rule_by_rule() {
    let bench = Bench::start(PoolConfig::default()).await;
    let rules = [
        ("Ab1!", "Password not long enough"),
        ("abcdefg1!", "Password must have uppercase characters"),
        ("ABCDEFG1!", "Password must have lowercase characters"),
        ("Abcdefgh!", "Password must have numeric characters"),
        ("Abcdefg12", "Password must have symbol characters"),
    ];
    for (password, rule) in rules {
        let body = json!({ "ClientId": bench.pool.client_id(), "Username": "tom", "Password": password });
        let text = format!("Password did not conform with policy: {rule}");
        bench.call("SignUp", body).await.refused("InvalidPasswordException", &text);
    }
}

#[tokio::test]
async fn names_are_unique_and_attributes_fit_the_schema() {
    let config = PoolConfig {
        required_attributes: vec!["email".into(), "name".into()],
        custom_attributes: vec![CustomAttribute { name: "team".into(), data_type: "String".into(), mutable: true }],
        ..PoolConfig::default()
    };
    let bench = Bench::start(config).await;
    let full = attributes(json!({ "email": "a@b.example", "name": "A", "custom:team": "red" }));
    bench.sign_up("tom", full.clone()).await.ok();
    bench.sign_up("tom", full).await.refused("UsernameExistsException", "User already exists");
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
        bench.sign_up("eve", attributes(values)).await.refused("InvalidParameterException", text);
    }
    bench
        .sign_up("eve", attributes(json!({ "email": "a@b.example", "name": "A", "email_verified": "true" })))
        .await
        .refused("NotAuthorizedException", "A client attempted to write unauthorized attribute");
}

#[tokio::test]
async fn addresses_can_be_the_user_names() {
    let config = PoolConfig { username_attributes: vec!["email".into()], ..PoolConfig::default() };
    let bench = Bench::start(config).await;
    bench.sign_up("tom", json!([])).await.refused("InvalidParameterException", "Username should be an email.");
    let sub = bench.sign_up("tom@test.example", json!([])).await.ok()["UserSub"].clone();
    bench
        .sign_up("tom@test.example", json!([]))
        .await
        .refused("UsernameExistsException", "An account with the given email already exists.");
    let code = bench.pool.last_code("tom@test.example").unwrap();
    confirm(&bench, "tom@test.example", &code).await.ok();
    let tokens = bench.tokens("tom@test.example").await;
    let user = bench.call("GetUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok();
    assert_eq!(user["Username"], sub);
    assert!(
        user["UserAttributes"].as_array().unwrap().contains(&json!({ "Name": "email", "Value": "tom@test.example" }))
    );
    bench.tokens(sub.as_str().unwrap()).await;
}

#[tokio::test]
async fn a_verified_alias_signs_in_and_belongs_to_one_user() {
    let config = PoolConfig { alias_attributes: vec!["email".into()], ..PoolConfig::default() };
    let bench = Bench::start(config).await;
    bench.sign_up("x@y.example", json!([])).await.refused(
        "InvalidParameterException",
        "Username cannot be of email format, since user pool is configured for email alias.",
    );
    bench.sign_up("tom", email()).await.ok();
    bench.password("tom@test.example", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
    confirm(&bench, "tom", &bench.pool.last_code("tom").unwrap()).await.ok();
    bench.password("tom@test.example", PASSWORD).await.ok();

    // Another user may sign up with the address; to confirm it, they have to take it over.
    bench.sign_up("tim", email()).await.ok();
    let code = bench.pool.last_code("tim").unwrap();
    confirm(&bench, "tim", &code).await.refused("AliasExistsException", "An account with the email already exists.");
    let forced = json!({
        "ClientId": bench.pool.client_id(), "Username": "tim", "ConfirmationCode": code, "ForceAliasCreation": true,
    });
    bench.call("ConfirmSignUp", forced).await.ok();
    let tokens = bench.tokens("tom@test.example").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["cognito:username"], "tim");
    let toms = bench.tokens("tom").await;
    assert_eq!(crate::client::claims(&toms["IdToken"])["email_verified"], false);
}

#[tokio::test]
async fn case_counts_only_where_the_pool_says_so() {
    let bench = Bench::start(PoolConfig { case_sensitive: false, ..PoolConfig::default() }).await;
    bench.pool.create_user("Ann", PASSWORD, &[]).unwrap();
    bench.tokens("aNN").await;
    bench.sign_up("ann", json!([])).await.refused("UsernameExistsException", "User already exists");
    let strict = Bench::with_ann().await;
    strict.password("Ann", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
}

#[tokio::test]
async fn a_secret_hash_is_asked_for_and_checked() {
    let client = ClientConfig { generate_secret: true, ..ClientConfig::default() };
    let bench = Bench::start(PoolConfig::default().with_client(client)).await;
    let (client, secret) = (bench.pool.client_id(), bench.pool.client_secret().unwrap());
    let mut body = json!({ "ClientId": client, "Username": "tom", "Password": PASSWORD });
    let text = format!("Client {client} is configured with secret but SECRET_HASH was not received");
    bench.call("SignUp", body.clone()).await.refused("NotAuthorizedException", &text);
    body["SecretHash"] = json!(secret_hash("another", "tom", client));
    let text = format!("Unable to verify secret hash for client {client}");
    bench.call("SignUp", body.clone()).await.refused("NotAuthorizedException", &text);
    body["SecretHash"] = json!(secret_hash(&secret, "tom", client));
    bench.call("SignUp", body).await.ok();
}

#[tokio::test]
async fn sign_up_can_be_off() {
    let bench = Bench::start(PoolConfig { self_sign_up: false, ..PoolConfig::default() }).await;
    bench.sign_up("tom", email()).await.refused("NotAuthorizedException", "SignUp is not permitted for this user pool");
}

#[tokio::test]
async fn pre_sign_up_can_confirm_at_once() {
    let bench = Bench::start(PoolConfig::default()).await;
    bench.pool.set_trigger(TriggerKind::PreSignUp, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        event["response"]["autoVerifyEmail"] = json!(true);
        Ok(event)
    });
    let answer = bench.sign_up("tom", email()).await.ok();
    assert_eq!(answer["UserConfirmed"], true);
    assert!(answer.get("CodeDeliveryDetails").is_none());
    assert!(bench.pool.outbox(None, None).is_empty());
    let tokens = bench.tokens("tom").await;
    assert_eq!(crate::client::claims(&tokens["IdToken"])["email_verified"], true);
}
