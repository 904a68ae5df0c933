//! Several second factors: SELECT_MFA_TYPE, preferences, and what the pool allows.

use local_pool::{LocalPool, PoolConfig};
use serde_json::{Value, json};

use crate::client::mfa::{enabled, next_codes, pool, prefer, sent, set_up_token, totp};
use crate::client::{PASSWORD, TestPool};

const ALL: &[&str] = &["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"];

async fn choose(api: &TestPool, session: &Value, answer: &str) -> crate::client::Reply {
    api.respond("SELECT_MFA_TYPE", Some(session), json!({ "USERNAME": "ann", "ANSWER": answer })).await
}

#[tokio::test]
async fn without_a_preference_the_user_chooses() {
    let api = pool("OPTIONAL", ALL).await;
    let secret = set_up_token(&api, &api.tokens("ann").await["AccessToken"]).await;
    let all = json!({
        "SMSMfaSettings": enabled(), "SoftwareTokenMfaSettings": enabled(), "EmailMfaSettings": enabled(),
    });
    prefer(&api, all).await;
    next_codes(&api);
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SELECT_MFA_TYPE");
    assert_eq!(
        asked["ChallengeParameters"],
        json!({ "USER_ID_FOR_SRP": "ann", "MFAS_CAN_CHOOSE": r#"["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]"# })
    );
    assert!(api.server.outbox(Some("ann"), None).is_empty());
    choose(&api, &asked["Session"], "CARRIER_PIGEON").await.refused_as("InvalidParameterException");
    let chosen = choose(&api, &asked["Session"], "SOFTWARE_TOKEN_MFA").await.ok();
    assert_eq!(chosen["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_ne!(chosen["Session"], asked["Session"]);
    choose(&api, &asked["Session"], "SMS_MFA")
        .await
        .refused("NotAuthorizedException", "Invalid session for the user, session can only be used once.");
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": totp(&api, &secret, 0) });
    api.respond("SOFTWARE_TOKEN_MFA", Some(&chosen["Session"]), responses).await.ok();

    for (factor, parameter, kind) in [("SMS_MFA", "SMS_MFA_CODE", "sms"), ("EMAIL_OTP", "EMAIL_OTP_CODE", "email")] {
        let asked = api.password("ann", PASSWORD).await.ok();
        let chosen = choose(&api, &asked["Session"], factor).await.ok();
        assert_eq!(chosen["ChallengeName"], factor);
        let responses = json!({ "USERNAME": "ann", parameter: sent(&api, kind) });
        api.respond(factor, Some(&chosen["Session"]), responses).await.ok();
    }
}

#[tokio::test]
async fn only_factors_that_are_on_are_offered_and_the_preferred_one_is_asked_for() {
    let api = pool("OPTIONAL", ALL).await;
    prefer(&api, json!({ "SMSMfaSettings": enabled(), "EmailMfaSettings": enabled() })).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"], r#"["SMS_MFA","EMAIL_OTP"]"#);
    choose(&api, &asked["Session"], "SOFTWARE_TOKEN_MFA").await.refused_as("InvalidParameterException");
    prefer(&api, json!({ "EmailMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "EMAIL_OTP");
    // A preference moves: there is one at most.
    prefer(&api, json!({ "SMSMfaSettings": { "Enabled": true, "PreferredMfa": true } })).await;
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "SMS_MFA");
    // What is not sent stays.
    prefer(&api, json!({ "SMSMfaSettings": { "Enabled": false } })).await;
    let user = api.server.call("AdminGetUser", json!({ "Username": "ann" })).await.unwrap();
    assert_eq!(user["UserMFASettingList"], json!(["EMAIL_OTP"]));
    assert!(user.get("PreferredMfaSetting").is_none());
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn preferences_that_cannot_be_are_refused_and_change_nothing() {
    let api = pool("OPTIONAL", &["SMS_MFA", "SOFTWARE_TOKEN_MFA"]).await;
    let access = api.tokens("ann").await["AccessToken"].clone();
    let preferred = json!({ "Enabled": true, "PreferredMfa": true });
    for (settings, text) in [
        (json!({ "EmailMfaSettings": enabled() }), "User does not have delivery config set to turn on EMAIL_OTP"),
        (
            json!({ "SMSMfaSettings": preferred, "SoftwareTokenMfaSettings": preferred }),
            "Only one MFA method can be preferred.",
        ),
        (
            json!({ "SMSMfaSettings": enabled(), "SoftwareTokenMfaSettings": enabled() }),
            "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA",
        ),
        (json!({ "SMSMfaSettings": { "PreferredMfa": true } }), "SMS_MFA cannot be preferred without being enabled."),
    ] {
        let mut request = settings;
        request["AccessToken"] = access.clone();
        api.call("SetUserMFAPreference", request).await.refused("InvalidParameterException", text);
    }
    assert!(api.call("GetUser", json!({ "AccessToken": access })).await.ok().get("UserMFASettingList").is_none());
    api.call("SetUserMFAPreference", json!({ "AccessToken": access })).await.ok();
}

#[tokio::test]
async fn where_mfa_is_required_the_last_factor_stays() {
    let api = pool("ON", &["SMS_MFA", "EMAIL_OTP"]).await;
    prefer(&api, json!({ "SMSMfaSettings": enabled(), "EmailMfaSettings": enabled() })).await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let chosen = choose(&api, &asked["Session"], "SMS_MFA").await.ok();
    let responses = json!({ "USERNAME": "ann", "SMS_MFA_CODE": sent(&api, "sms") });
    let done = api.respond("SMS_MFA", Some(&chosen["Session"]), responses).await.ok();
    let access = &done["AuthenticationResult"]["AccessToken"];
    let off = |name: &str| json!({ "AccessToken": access, name: { "Enabled": false } });
    api.call("SetUserMFAPreference", off("EmailMfaSettings")).await.ok();
    api.call("SetUserMFAPreference", off("SMSMfaSettings")).await.refused_as("InvalidParameterException");
}

#[tokio::test]
async fn the_primary_recovery_medium_is_no_second_factor() {
    let config = crate::client::mfa::config("ON", &["SMS_MFA", "EMAIL_OTP"]);
    let recovery = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let by_email = recovery(&["verified_email", "verified_phone_number"]);
    let api = TestPool::start(PoolConfig { account_recovery: by_email, ..config.clone() }).await;
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "SMS_MFA");
    api.server.create_user("bob", PASSWORD, &[("email", "bob@example.com")]).unwrap();
    api.password("bob", PASSWORD).await.refused_as("InvalidUserPoolConfigurationException");
    let api = TestPool::start(PoolConfig { account_recovery: recovery(&["admin_only"]), ..config }).await;
    assert_eq!(api.password("ann", PASSWORD).await.ok()["ChallengeName"], "SELECT_MFA_TYPE");
}

#[tokio::test]
async fn factors_are_set_by_the_api_of_the_pool() {
    let pool = LocalPool::start(PoolConfig::default().with_user("ann", PASSWORD, &[])).await.unwrap();
    let config = pool.call("GetUserPoolMfaConfig", json!({})).await.unwrap();
    assert_eq!(config, json!({ "MfaConfiguration": "OFF" }));
    let refused = pool.call("SetUserPoolMfaConfig", json!({ "MfaConfiguration": "ON" })).await.unwrap_err();
    assert_eq!(refused.exception, "InvalidParameterException");
    let passkeys = json!({ "RelyingPartyId": "example.com", "UserVerification": "required" });
    let set = json!({
        "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": { "Enabled": true },
        "WebAuthnConfiguration": passkeys,
    });
    let answered = pool.call("SetUserPoolMfaConfig", set.clone()).await.unwrap();
    assert_eq!(answered, set);
    // What is left out stays, and UpdateUserPool does not touch it.
    pool.call("SetUserPoolMfaConfig", json!({ "MfaConfiguration": "ON" })).await.unwrap();
    pool.call("UpdateUserPool", json!({ "MfaConfiguration": "OPTIONAL" })).await.unwrap();
    assert_eq!(pool.call("GetUserPoolMfaConfig", json!({})).await.unwrap(), set);
    let described = pool.call("DescribeUserPool", json!({})).await.unwrap();
    assert_eq!(described["UserPool"]["MfaConfiguration"], "OPTIONAL");
    assert!(described["UserPool"].get("SoftwareTokenMfaConfiguration").is_none());
}

#[tokio::test]
async fn a_new_pool_with_mfa_needs_sms() {
    let pool = LocalPool::start(PoolConfig::default()).await.unwrap();
    for mfa in ["ON", "OPTIONAL"] {
        let request = json!({ "PoolName": "strict", "MfaConfiguration": mfa });
        let refused = pool.call("CreateUserPool", request).await.unwrap_err();
        assert_eq!(
            refused.text,
            "SMS configuration and Auto verification for phone_number are required when MFA is required/optional"
        );
    }
    let sms = json!({ "SnsCallerArn": "arn:aws:iam::000000000000:role/sms" });
    let request = json!({
        "PoolName": "strict", "MfaConfiguration": "ON", "SmsConfiguration": sms,
        "SmsAuthenticationMessage": "Code {####}",
    });
    let id = pool.call("CreateUserPool", request).await.unwrap()["UserPool"]["Id"].clone();
    let config = pool.call("GetUserPoolMfaConfig", json!({ "UserPoolId": id })).await.unwrap();
    assert_eq!(
        config,
        json!({
            "MfaConfiguration": "ON",
            "SmsMfaConfiguration": { "SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": sms },
        })
    );
    let codes = json!({
        "PoolName": "both", "MfaConfiguration": "ON", "SmsConfiguration": sms,
        "Policies": { "SignInPolicy": { "AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"] } },
    });
    assert_eq!(pool.call("CreateUserPool", codes).await.unwrap_err().exception, "InvalidParameterException");
}
