//! EMAIL_OTP as the second factor.

use serde_json::{Value, json};

use crate::client::mfa::{enabled, other_than, pool, prefer, sent};
use crate::client::{PASSWORD, TestPool, claims, srp};

async fn answer(api: &TestPool, session: &Value, code: &str) -> crate::client::Reply {
    api.respond("EMAIL_OTP", Some(session), json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code })).await
}

#[tokio::test]
async fn a_code_by_email_follows_password_and_proof() {
    let api = pool("OPTIONAL", &["EMAIL_OTP"]).await;
    prefer(&api, json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    for asked in [api.password("ann", PASSWORD).await.ok(), srp::sign_in(&api, "ann", PASSWORD).await.ok()] {
        assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
        assert_eq!(
            asked["ChallengeParameters"],
            json!({
                "USER_ID_FOR_SRP": "ann", "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
                "CODE_DELIVERY_DESTINATION": "a***@e***",
            })
        );
    }
    let asked = api.password("ann", PASSWORD).await.ok();
    let message = api.server.outbox(Some("ann"), None).pop().unwrap();
    assert_eq!((message.kind.as_str(), message.medium.as_str(), message.code.len()), ("email", "EMAIL", 6));
    assert_eq!(message.subject, "Your authentication code");
    answer(&api, &asked["Session"], &other_than(&message.code))
        .await
        .refused("CodeMismatchException", "Invalid code or auth state for the user.");
    let done = answer(&api, &asked["Session"], &message.code).await.ok();
    assert_eq!(claims(&done["AuthenticationResult"]["IdToken"])["email_verified"], true);
}

#[tokio::test]
async fn the_pool_words_the_message() {
    let api = pool("OPTIONAL", &["EMAIL_OTP"]).await;
    let email = json!({ "Message": "Here: {####}", "Subject": "Sign in" });
    let set = api.server.call("SetUserPoolMfaConfig", json!({ "EmailMfaConfiguration": email })).await.unwrap();
    assert_eq!(set, json!({ "MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": email }));
    prefer(&api, json!({ "EmailMfaSettings": enabled() })).await;
    api.password("ann", PASSWORD).await.ok();
    let message = api.server.outbox(Some("ann"), Some("email")).pop().unwrap();
    assert_eq!((message.subject.as_str(), message.message), ("Sign in", format!("Here: {}", message.code)));
}

#[tokio::test]
async fn an_address_changed_meanwhile_is_not_verified() {
    let api = pool("OPTIONAL", &["EMAIL_OTP"]).await;
    prefer(&api, json!({ "EmailMfaSettings": enabled() })).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let changed = json!([{ "Name": "email", "Value": "other@example.com" }]);
    let request = json!({ "Username": "ann", "UserAttributes": changed });
    api.server.call("AdminUpdateUserAttributes", request).await.unwrap();
    // What was proven is the address that was: the one that is now is asked for.
    let again = answer(&api, &asked["Session"], &sent(&api, "email")).await.ok();
    assert_eq!(again["ChallengeName"], "EMAIL_OTP");
    assert_eq!(again["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "o***@e***");
    let request = json!({ "UserPoolId": api.server.pool_id(), "Username": "ann" });
    let user = api.call("AdminGetUser", request).await.ok();
    let verified = user["UserAttributes"].as_array().unwrap().iter().find(|item| item["Name"] == "email_verified");
    assert_ne!(verified.map(|item| item["Value"].clone()), Some(json!("true")));
    let done = answer(&api, &again["Session"], &sent(&api, "email")).await.ok();
    let claims = claims(&done["AuthenticationResult"]["IdToken"]);
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("other@example.com"), &json!(true)));
}

#[tokio::test]
async fn a_user_disabled_meanwhile_is_refused() {
    let api = pool("OPTIONAL", &["EMAIL_OTP"]).await;
    prefer(&api, json!({ "EmailMfaSettings": enabled() })).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    api.server.disable_user("ann").unwrap();
    let code = sent(&api, "email");
    answer(&api, &asked["Session"], &code).await.refused("NotAuthorizedException", "User is disabled.");
    api.server.enable_user("ann").unwrap();
    answer(&api, &asked["Session"], &code).await.ok();
}
