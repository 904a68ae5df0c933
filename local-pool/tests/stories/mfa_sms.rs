//! SMS_MFA, and what all codes in messages share.

use std::time::Duration;

use local_pool::{PoolConfig, TriggerKind};
use serde_json::{Value, json};

use crate::client::mfa::{enabled, other_than, pool, prefer, sent};
use crate::client::{PASSWORD, TestPool, claims, srp};

async fn sms_pool() -> TestPool {
    let api = pool("OPTIONAL", &["SMS_MFA"]).await;
    prefer(&api, json!({ "SMSMfaSettings": enabled() })).await;
    api
}

async fn answer(api: &TestPool, session: &Value, code: &str) -> crate::client::Reply {
    api.respond("SMS_MFA", Some(session), json!({ "USERNAME": "ann", "SMS_MFA_CODE": code })).await
}

#[tokio::test]
async fn a_code_follows_the_password() {
    let api = sms_pool().await;
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    assert_eq!(
        asked["ChallengeParameters"],
        json!({
            "USER_ID_FOR_SRP": "ann", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS",
            "CODE_DELIVERY_DESTINATION": "+*******1234",
        })
    );
    assert!(asked["Session"].as_str().unwrap().starts_with("AYABe"));
    let message = api.server.outbox(Some("ann"), None).pop().unwrap();
    assert_eq!((message.kind.as_str(), message.medium.as_str()), ("sms", "SMS"));
    assert_eq!((message.destination.as_str(), message.code.len()), ("+15555551234", 6));
    assert_eq!(message.message, format!("Your authentication code is {}.", message.code));

    let done = answer(&api, &asked["Session"], &message.code).await.ok();
    assert_eq!(done["ChallengeParameters"], json!({}));
    // A right code verifies the number.
    assert_eq!(claims(&done["AuthenticationResult"]["IdToken"])["phone_number_verified"], true);
}

#[tokio::test]
async fn a_code_follows_the_srp_proof() {
    let api = sms_pool().await;
    let asked = srp::sign_in(&api, "ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SMS_MFA");
    let done = answer(&api, &asked["Session"], &sent(&api, "sms")).await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
}

#[tokio::test]
async fn a_wrong_code_leaves_the_session_usable_and_a_right_one_ends_it() {
    let api = sms_pool().await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let code = sent(&api, "sms");
    for wrong in [other_than(&code), code[1..].to_owned(), "x".into()] {
        answer(&api, &asked["Session"], &wrong)
            .await
            .refused("CodeMismatchException", "Invalid code or auth state for the user.");
    }
    let missing = api.respond("SMS_MFA", Some(&asked["Session"]), json!({ "USERNAME": "ann" })).await;
    missing.refused("InvalidParameterException", "Missing required parameter SMS_MFA_CODE");
    answer(&api, &asked["Session"], &code).await.ok();
    answer(&api, &asked["Session"], &code)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
}

#[tokio::test]
async fn sessions_are_those_of_their_user_and_challenge() {
    let api = sms_pool().await;
    api.server.create_user("bob", PASSWORD, &[]).unwrap();
    let asked = api.password("ann", PASSWORD).await.ok();
    let code = sent(&api, "sms");
    let invalid = ("NotAuthorizedException", "Invalid session for the user.");
    let as_bob = json!({ "USERNAME": "bob", "SMS_MFA_CODE": code });
    api.respond("SMS_MFA", Some(&asked["Session"]), as_bob).await.refused(invalid.0, invalid.1);
    let as_email = json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
    api.respond("EMAIL_OTP", Some(&asked["Session"]), as_email).await.refused(invalid.0, invalid.1);
    let unseen = json!("AYABe-not-a-session-of-this-pool");
    answer(&api, &unseen, &code).await.refused(invalid.0, invalid.1);
    api.respond("SMS_MFA", None, json!({ "USERNAME": "ann", "SMS_MFA_CODE": code }))
        .await
        .refused(invalid.0, invalid.1);
    answer(&api, &asked["Session"], &code).await.ok();
}

#[tokio::test]
async fn a_code_lives_as_long_as_its_session_and_a_fresh_sign_in_sends_another() {
    let api = sms_pool().await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let code = sent(&api, "sms");
    api.server.clock().advance(Duration::from_secs(181));
    answer(&api, &asked["Session"], &code)
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session is expired.");
    let again = api.password("ann", PASSWORD).await.ok();
    assert_eq!(api.server.outbox(Some("ann"), Some("sms")).len(), 2);
    answer(&api, &again["Session"], &sent(&api, "sms")).await.ok();
}

#[tokio::test]
async fn five_wrong_codes_lock_the_user_out_for_a_while() {
    let api = sms_pool().await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let code = sent(&api, "sms");
    api.server.clock().freeze_at(api.server.clock().now_ms());
    for _ in 0..5 {
        answer(&api, &asked["Session"], &other_than(&code)).await.refused_as("CodeMismatchException");
    }
    let locked = ("NotAuthorizedException", "Password attempts exceeded");
    answer(&api, &asked["Session"], &code).await.refused(locked.0, locked.1);
    // The right password does not take the count back.
    let again = api.password("ann", PASSWORD).await.ok();
    answer(&api, &again["Session"], &sent(&api, "sms")).await.refused(locked.0, locked.1);
    api.server.clock().advance(Duration::from_secs(1));
    answer(&api, &asked["Session"], &code).await.ok();
}

#[tokio::test]
async fn the_lock_can_be_switched_off() {
    let config = PoolConfig { lock_out: false, ..crate::client::mfa::config("OPTIONAL", &["SMS_MFA"]) };
    let api = TestPool::start(config).await;
    prefer(&api, json!({ "SMSMfaSettings": enabled() })).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let code = sent(&api, "sms");
    for _ in 0..8 {
        answer(&api, &asked["Session"], &other_than(&code)).await.refused_as("CodeMismatchException");
    }
    answer(&api, &asked["Session"], &code).await.ok();
}

#[tokio::test]
async fn the_message_is_worded_by_the_pool_or_its_trigger() {
    let api = sms_pool().await;
    let sms = json!({ "SmsAuthenticationMessage": "Hier: {####}", "SmsConfiguration": { "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" } });
    api.server.call("SetUserPoolMfaConfig", json!({ "SmsMfaConfiguration": sms })).await.unwrap();
    api.password("ann", PASSWORD).await.ok();
    let message = api.server.outbox(Some("ann"), Some("sms")).pop().unwrap();
    assert_eq!(message.message, format!("Hier: {}", message.code));

    api.server.set_trigger(TriggerKind::CustomMessage, |mut event| {
        assert_eq!(event["triggerSource"], "CustomMessage_Authentication");
        assert_eq!(event["request"]["codeParameter"], "{####}");
        event["response"]["smsMessage"] = json!("Welcome back, {####}");
        Ok(event)
    });
    api.password("ann", PASSWORD).await.ok();
    let message = api.server.outbox(Some("ann"), Some("sms")).pop().unwrap();
    assert_eq!(message.message, format!("Welcome back, {}", message.code));
}

#[tokio::test]
async fn the_factor_follows_a_new_password() {
    let api = pool("ON", &["SMS_MFA"]).await;
    let phone = [("phone_number", "+15555550000")];
    api.server.create_user_with_temporary_password("new", "Temporary-1!", &phone).unwrap();
    let first = api.password("new", "Temporary-1!").await.ok();
    assert_eq!(first["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({ "USERNAME": "new", "NEW_PASSWORD": PASSWORD });
    let second = api.respond("NEW_PASSWORD_REQUIRED", Some(&first["Session"]), responses).await.ok();
    assert_eq!(second["ChallengeName"], "SMS_MFA");
    let code = api.server.last_code("new").unwrap();
    let responses = json!({ "USERNAME": "new", "SMS_MFA_CODE": code });
    api.respond("SMS_MFA", Some(&second["Session"]), responses).await.ok();
}

#[tokio::test]
async fn in_the_custom_flow_the_factor_follows_the_proof_unasked() {
    let api = sms_pool().await;
    api.server.set_trigger(TriggerKind::DefineAuthChallenge, |mut event| {
        let session = event["request"]["session"].as_array().unwrap();
        let names: Vec<_> = session.iter().map(|round| round["challengeName"].as_str().unwrap()).collect();
        event["response"] = match names[..] {
            ["SRP_A"] => json!({ "challengeName": "PASSWORD_VERIFIER" }),
            ["SRP_A", "PASSWORD_VERIFIER", "SMS_MFA"] if session[2]["challengeResult"] == true => {
                json!({ "issueTokens": true })
            }
            _ => json!({ "failAuthentication": true }),
        };
        Ok(event)
    });
    let client = srp::SrpClient::new();
    let start = json!({ "USERNAME": "ann", "SRP_A": client.public_hex(), "CHALLENGE_NAME": "SRP_A" });
    let first = api.initiate("CUSTOM_AUTH", start).await.ok();
    let responses = client.responses(&api, PASSWORD, &first["ChallengeParameters"]);
    let second = api.respond("PASSWORD_VERIFIER", Some(&first["Session"]), responses).await.ok();
    assert_eq!(second["ChallengeName"], "SMS_MFA");
    let done = answer(&api, &second["Session"], &sent(&api, "sms")).await.ok();
    assert!(done["AuthenticationResult"]["AccessToken"].is_string());
}

#[tokio::test]
async fn the_operation_from_before_knows_sms_only() {
    let api = pool("OPTIONAL", &["SMS_MFA"]).await;
    let access = api.tokens("ann").await["AccessToken"].clone();
    let sms = json!([{ "DeliveryMedium": "SMS", "AttributeName": "phone_number" }]);
    api.call("SetUserSettings", json!({ "AccessToken": access, "MFAOptions": sms })).await.ok();
    let user = api.call("GetUser", json!({ "AccessToken": access })).await.ok();
    assert_eq!((&user["MFAOptions"], &user["UserMFASettingList"]), (&sms, &json!(["SMS_MFA"])));
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "SMS_MFA");
    api.server.call("AdminSetUserSettings", json!({ "Username": "ann", "MFAOptions": [] })).await.unwrap();
    api.tokens("ann").await;
}
