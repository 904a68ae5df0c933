//! MFA_SETUP: the pool requires a second factor, and the user has none yet.

use local_pool::PoolConfig;
use serde_json::{Value, json};

use crate::client::mfa::{next_codes, other_than, totp};
use crate::client::{PASSWORD, TestPool, claims, srp};

/// A pool that requires MFA, with the user `ann` who has nothing to use for it.
async fn bare_pool(factors: &[&str]) -> TestPool {
    let mfa_factors = factors.iter().map(|factor| (*factor).to_owned()).collect();
    let config = PoolConfig { mfa: "ON".into(), mfa_factors, ..PoolConfig::default() };
    TestPool::start(config.with_user("ann", PASSWORD, &[])).await
}

async fn answer(api: &TestPool, session: &Value, more: Value) -> crate::client::Reply {
    let mut responses = json!({ "USERNAME": "ann" });
    for (name, value) in more.as_object().unwrap() {
        responses[name] = value.clone();
    }
    api.respond("MFA_SETUP", Some(session), responses).await
}

#[tokio::test]
async fn an_app_is_set_up_on_the_way_in() {
    let api = bare_pool(&["SMS_MFA", "SOFTWARE_TOKEN_MFA"]).await;
    let asked = srp::sign_in(&api, "ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    assert_eq!(
        asked["ChallengeParameters"],
        json!({ "USER_ID_FOR_SRP": "ann", "MFAS_CAN_SETUP": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA"]"# })
    );
    answer(&api, &asked["Session"], json!({})).await.refused_as("SoftwareTokenMFANotFoundException");

    let handed_out = api.call("AssociateSoftwareToken", json!({ "Session": asked["Session"] })).await.ok();
    let (secret, session) = (&handed_out["SecretCode"], &handed_out["Session"]);
    assert_ne!(*session, asked["Session"]);
    api.call("AssociateSoftwareToken", json!({ "Session": asked["Session"] }))
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    let verify = |code: &str| json!({ "Session": session, "UserCode": code, "FriendlyDeviceName": "My phone" });
    let code = totp(&api, secret, 0);
    api.call("VerifySoftwareToken", verify(&other_than(&code)))
        .await
        .refused("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
    let verified = api.call("VerifySoftwareToken", verify(&code)).await.ok();
    assert_eq!(verified["Status"], "SUCCESS");
    assert_ne!(verified["Session"], *session);
    // An extra code is tolerated.
    let done = answer(&api, &verified["Session"], json!({ "SOFTWARE_TOKEN_MFA_CODE": code })).await.ok();
    let access = &done["AuthenticationResult"]["AccessToken"];
    let user = api.call("GetUser", json!({ "AccessToken": access })).await.ok();
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));

    next_codes(&api);
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(asked["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"], "My phone");
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(&api, secret, 0) });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&asked["Session"]), responses).await.ok();
}

#[tokio::test]
async fn a_verified_app_counts_even_when_the_sign_in_is_begun_anew() {
    let api = bare_pool(&["SOFTWARE_TOKEN_MFA"]).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeParameters"]["MFAS_CAN_SETUP"], r#"["SOFTWARE_TOKEN_MFA"]"#);
    let handed_out = api.call("AssociateSoftwareToken", json!({ "Session": asked["Session"] })).await.ok();
    let code = totp(&api, &handed_out["SecretCode"], 0);
    let verify = json!({ "Session": handed_out["Session"], "UserCode": code });
    api.call("VerifySoftwareToken", verify).await.ok();
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "SOFTWARE_TOKEN_MFA");
}

#[tokio::test]
async fn an_address_is_set_up_by_a_code_to_it() {
    let api = bare_pool(&["SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeParameters"]["MFAS_CAN_SETUP"], r#"["SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"#);
    answer(&api, &asked["Session"], json!({ "EMAIL": "nowhere" }))
        .await
        .refused("InvalidParameterException", "Invalid email address format.");
    let sent = answer(&api, &asked["Session"], json!({ "EMAIL": "ann@example.com" })).await.ok();
    assert_eq!(sent["ChallengeName"], "EMAIL_OTP");
    assert_eq!(sent["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "a***@e***");
    // The address is not the user's before the code is back.
    let user = api.server.call("AdminGetUser", json!({ "Username": "ann" })).await.unwrap();
    assert!(!user.to_string().contains("ann@example.com"));
    let code = api.server.last_code("ann@example.com").unwrap();
    let respond = |code: &str| json!({ "USERNAME": "ann", "EMAIL_OTP_CODE": code });
    api.respond("EMAIL_OTP", Some(&sent["Session"]), respond(&other_than(&code)))
        .await
        .refused_as("CodeMismatchException");
    let done = api.respond("EMAIL_OTP", Some(&sent["Session"]), respond(&code)).await.ok();
    let id = claims(&done["AuthenticationResult"]["IdToken"]);
    assert_eq!((&id["email"], &id["email_verified"]), (&json!("ann@example.com"), &json!(true)));
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn only_what_is_offered_can_be_set_up() {
    let api = bare_pool(&["SMS_MFA"]).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    answer(&api, &asked["Session"], json!({ "EMAIL": "ann@example.com" }))
        .await
        .refused_as("InvalidParameterException");
    api.call("AssociateSoftwareToken", json!({ "Session": asked["Session"] }))
        .await
        .refused_as("SoftwareTokenMFANotFoundException");
    // A session of another challenge is none for this one.
    api.server.create_user("bob", PASSWORD, &[("phone_number", "+15555551234")]).unwrap();
    let other = api.password("bob", PASSWORD).await.ok();
    assert_eq!(other["ChallengeName"], "SMS_MFA");
    api.call("AssociateSoftwareToken", json!({ "Session": other["Session"] }))
        .await
        .refused("NotAuthorizedException", "Invalid session for the user.");
}

#[tokio::test]
async fn somebody_elses_address_cannot_be_set_up() {
    let config = PoolConfig {
        mfa: "ON".into(),
        mfa_factors: vec!["EMAIL_OTP".into()],
        alias_attributes: vec!["email".into()],
        ..PoolConfig::default()
    };
    let bob = [("email", "bob@example.com"), ("email_verified", "true")];
    let api = TestPool::start(config.with_user("ann", PASSWORD, &[]).with_user("bob", PASSWORD, &bob)).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    answer(&api, &asked["Session"], json!({ "EMAIL": "bob@example.com" }))
        .await
        .refused("AliasExistsException", "An account with the given email already exists.");
}
