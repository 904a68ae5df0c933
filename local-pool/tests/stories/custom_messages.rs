//! The custom message trigger before each message, and verification by link.

use std::sync::{Arc, Mutex};

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::{PASSWORD, TestPool, attributes};

const UNRECOGNIZABLE: (&str, &str) = ("InvalidLambdaResponseException", "Unrecognizable lambda output");

fn words(api: &TestPool, response: Value) {
    api.server.set_trigger(TriggerKind::CustomMessage, move |mut event| {
        event["response"] = response.clone();
        Ok(event)
    });
}

#[tokio::test]
async fn every_message_can_be_worded() {
    let api = TestPool::start(PoolConfig::default()).await;
    let seen: Arc<Mutex<Vec<Value>>> = Arc::default();
    let log = Arc::clone(&seen);
    api.server.set_trigger(TriggerKind::CustomMessage, move |mut event| {
        log.lock().unwrap().push(event.clone());
        let name = event["request"]["usernameParameter"].as_str().unwrap_or("you").to_owned();
        event["response"]["emailSubject"] = event["triggerSource"].clone();
        event["response"]["emailMessage"] = json!(format!("For {name}: {{####}}"));
        Ok(event)
    });
    let (client, pool) = (api.server.client_id(), api.server.pool_id());
    let call = async |operation: &str, body: Value| {
        api.call(operation, body).await.ok();
    };
    let email = attributes(json!({ "email": "tom@test.example" }));
    api.sign_up("tom", email.clone()).await.ok();
    call("ResendConfirmationCode", json!({ "ClientId": client, "Username": "tom" })).await;
    let code = api.server.last_code("tom").unwrap();
    call("ConfirmSignUp", json!({ "ClientId": client, "Username": "tom", "ConfirmationCode": code })).await;
    call("ForgotPassword", json!({ "ClientId": client, "Username": "tom" })).await;
    let token = api.tokens("tom").await["AccessToken"].clone();
    let other = attributes(json!({ "email": "tom2@test.example" }));
    call("UpdateUserAttributes", json!({ "AccessToken": token, "UserAttributes": other })).await;
    call("GetUserAttributeVerificationCode", json!({ "AccessToken": token, "AttributeName": "email" })).await;
    let verified = attributes(json!({ "email_verified": "true" }));
    call("AdminUpdateUserAttributes", json!({ "UserPoolId": pool, "Username": "tom", "UserAttributes": verified }))
        .await;
    call("AdminUpdateUserAttributes", json!({ "UserPoolId": pool, "Username": "tom", "UserAttributes": email })).await;
    call("AdminUpdateUserAttributes", json!({ "UserPoolId": pool, "Username": "tom", "UserAttributes": verified }))
        .await;
    call("AdminResetUserPassword", json!({ "UserPoolId": pool, "Username": "tom" })).await;
    call("AdminCreateUser", json!({ "UserPoolId": pool, "Username": "ann", "UserAttributes": email })).await;

    let sources = [
        "CustomMessage_SignUp",
        "CustomMessage_ResendCode",
        "CustomMessage_ForgotPassword",
        "CustomMessage_UpdateUserAttribute",
        "CustomMessage_VerifyUserAttribute",
        "CustomMessage_UpdateUserAttribute",
        "CustomMessage_ForgotPassword",
        "CustomMessage_AdminCreateUser",
    ];
    let sent = api.server.outbox(None, None);
    assert_eq!(sent.iter().map(|message| message.subject.as_str()).collect::<Vec<_>>(), sources);
    for message in &sent {
        let name = if message.kind == "invite" { "ann" } else { "you" };
        assert_eq!(message.message, format!("For {name}: {}", message.code));
    }
    for (event, source) in seen.lock().unwrap().iter().zip(sources) {
        let request = &event["request"];
        assert_eq!(event["triggerSource"], source);
        assert_eq!(
            (&request["codeParameter"], &request["linkParameter"]),
            (&json!("{####}"), &json!("{##Click Here##}"))
        );
        let name = if source.ends_with("AdminCreateUser") { json!("{username}") } else { Value::Null };
        assert_eq!(request["usernameParameter"], name);
        assert!(request["userAttributes"]["sub"].is_string());
        let by_administrator = event["callerContext"]["clientId"] == "CLIENT_ID_NOT_APPLICABLE";
        assert!(by_administrator || event["callerContext"]["clientId"] == client);
    }
}

#[tokio::test]
async fn texts_must_have_their_placeholders_and_fit() {
    let config =
        PoolConfig { auto_verified_attributes: vec!["phone_number".into(), "email".into()], ..PoolConfig::default() };
    let api = TestPool::start(config).await;
    let client = api.server.client_id();
    api.sign_up("tom", attributes(json!({ "email": "tom@test.example" }))).await.ok();
    let resend = async || api.call("ResendConfirmationCode", json!({ "ClientId": client, "Username": "tom" })).await;
    let bad = [
        json!({ "emailMessage": "no code" }),
        json!({ "emailMessage": "{##Click Here##}" }),
        json!({ "smsMessage": "no code" }),
        json!({ "smsMessage": format!("{{####}}{}", "x".repeat(140)) }),
        json!({ "emailMessage": format!("{{####}}{}", "x".repeat(20_000)) }),
        json!({ "emailSubject": "x".repeat(141) }),
        json!({ "emailMessage": 7 }),
    ];
    api.call("UpdateUserPool", json!({ "UserPoolId": api.server.pool_id(), "AutoVerifiedAttributes": ["email"] }))
        .await
        .ok();
    for (index, response) in bad.into_iter().enumerate() {
        words(&api, response);
        // Five an hour.
        if index == 4 {
            api.server.clock().advance(std::time::Duration::from_secs(3_601));
        }
        resend().await.refused(UNRECOGNIZABLE.0, UNRECOGNIZABLE.1);
    }
    let invite = json!({
        "UserPoolId": api.server.pool_id(), "Username": "ann",
        "UserAttributes": attributes(json!({ "email": "ann@example.com" })),
    });
    words(&api, json!({ "emailMessage": "Only {####}" }));
    api.call("AdminCreateUser", invite.clone()).await.refused(UNRECOGNIZABLE.0, UNRECOGNIZABLE.1);
    // Nothing said: the pool's own words.
    words(&api, json!({ "emailMessage": null, "smsMessage": null }));
    let resend = json!({ "UserPoolId": api.server.pool_id(), "Username": "ann", "MessageAction": "RESEND" });
    api.call("AdminCreateUser", resend).await.ok();
    assert!(api.server.outbox(Some("ann"), None).pop().unwrap().message.starts_with("Your username is ann and"));
}

#[tokio::test]
async fn an_address_can_be_verified_by_link() {
    let api = TestPool::start(PoolConfig::default()).await;
    let template = json!({ "DefaultEmailOption": "CONFIRM_WITH_LINK", "EmailSubjectByLink": "Welcome" });
    let update = json!({
        "UserPoolId": api.server.pool_id(), "AutoVerifiedAttributes": ["email"],
        "VerificationMessageTemplate": template,
    });
    api.call("UpdateUserPool", update).await.ok();
    words(&api, json!({ "emailMessage": "Use {####}" }));
    let email = attributes(json!({ "email": "tom@test.example" }));
    api.sign_up("tim", email.clone()).await.refused(UNRECOGNIZABLE.0, UNRECOGNIZABLE.1);
    words(&api, json!({ "emailMessage": "Welcome, {##Click Here##}!" }));
    api.sign_up("tom&co", email).await.ok();
    let sent = api.server.outbox(Some("tom&co"), None).pop().unwrap();
    assert_eq!(sent.subject, "Welcome");
    let link = sent.message.strip_prefix("Welcome, <a href=").unwrap().strip_suffix(">Click Here</a>!").unwrap();
    assert!(link.starts_with(&api.server.endpoint()), "{link}");
    api.password("tom&co", PASSWORD).await.refused_as("UserNotConfirmedException");
    let wrong = api.http.get(link.replace(&sent.code, "000")).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(api.http.get(link).send().await.unwrap().status(), 200);
    api.password("tom&co", PASSWORD).await.ok();
}
