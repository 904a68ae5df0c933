//! Authenticator apps of users who are signed in, and SOFTWARE_TOKEN_MFA.

use serde_json::{Value, json};

use crate::client::mfa::{enabled, next_codes, other_than, pool, prefer, set_up_token, totp};
use crate::client::{PASSWORD, TestPool, srp};

async fn answer(api: &TestPool, session: &Value, code: &str) -> crate::client::Reply {
    let responses = json!({ "USERNAME": "ann", "SOFTWARE_TOKEN_MFA_CODE": code });
    api.respond("SOFTWARE_TOKEN_MFA", Some(session), responses).await
}

/// A pool where `ann` uses an authenticator app, and its secret.
async fn totp_pool() -> (TestPool, Value) {
    let api = pool("OPTIONAL", &["SOFTWARE_TOKEN_MFA"]).await;
    let secret = set_up_token(&api, &api.tokens("ann").await["AccessToken"]).await;
    prefer(&api, json!({ "SoftwareTokenMfaSettings": enabled() })).await;
    next_codes(&api);
    (api, secret)
}

#[tokio::test]
async fn an_app_is_set_up_and_then_preferred() {
    let api = pool("OPTIONAL", &["SOFTWARE_TOKEN_MFA"]).await;
    let access = api.tokens("ann").await["AccessToken"].clone();
    let handed_out = api.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await.ok();
    let secret = handed_out["SecretCode"].clone();
    assert_eq!(secret.as_str().unwrap().len(), 52);
    let prefer = json!({
        "AccessToken": access, "SoftwareTokenMfaSettings": { "Enabled": true, "PreferredMfa": true },
    });
    api.call("SetUserMFAPreference", prefer.clone())
        .await
        .refused("InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA");
    let code = totp(&api, &secret, 0);
    let verify = |code: &str| json!({ "AccessToken": access, "UserCode": code, "FriendlyDeviceName": "My phone" });
    api.call("VerifySoftwareToken", verify(&other_than(&code)))
        .await
        .refused("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA");
    assert!(api.call("VerifySoftwareToken", verify("12345")).await.text.contains("'userCode'"));
    api.call("VerifySoftwareToken", verify(&code)).await.ok();
    // Nothing is asked for until the user says so.
    api.tokens("ann").await;
    let user = api.call("GetUser", json!({ "AccessToken": access })).await.ok();
    assert!(user.get("UserMFASettingList").is_none() && user.get("PreferredMfaSetting").is_none());

    api.call("SetUserMFAPreference", prefer).await.ok();
    let user = api.call("GetUser", json!({ "AccessToken": access })).await.ok();
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    assert_eq!(user["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
    let asked = api.password("ann", PASSWORD).await.ok();
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let parameters = json!({ "USER_ID_FOR_SRP": "ann", "FRIENDLY_DEVICE_NAME": "My phone" });
    assert_eq!(asked["ChallengeParameters"], parameters);
    // The code that set the app up has been used.
    answer(&api, &asked["Session"], &code)
        .await
        .refused("ExpiredCodeException", "Your software token has already been used once.");
    next_codes(&api);
    answer(&api, &asked["Session"], &totp(&api, &secret, 0)).await.ok();
}

#[tokio::test]
async fn a_code_is_taken_once_and_half_a_minute_off() {
    let (api, secret) = totp_pool().await;
    api.server.clock().freeze_at(api.server.clock().now_ms());
    for steps in [-1, 0, 1] {
        let asked = srp::sign_in(&api, "ann", PASSWORD).await.ok();
        assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
        answer(&api, &asked["Session"], &totp(&api, &secret, steps)).await.ok();
        let asked = api.password("ann", PASSWORD).await.ok();
        answer(&api, &asked["Session"], &totp(&api, &secret, steps))
            .await
            .refused("ExpiredCodeException", "Your software token has already been used once.");
    }
    let asked = api.password("ann", PASSWORD).await.ok();
    for steps in [-2, 2] {
        answer(&api, &asked["Session"], &totp(&api, &secret, steps))
            .await
            .refused("CodeMismatchException", "Invalid code received for user");
    }
}

#[tokio::test]
async fn of_two_answers_with_one_code_one_gets_in() {
    let (api, secret) = totp_pool().await;
    let one = api.password("ann", PASSWORD).await.ok();
    let two = api.password("ann", PASSWORD).await.ok();
    let code = totp(&api, &secret, 0);
    let (one, two) = tokio::join!(answer(&api, &one["Session"], &code), answer(&api, &two["Session"], &code));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
}

#[tokio::test]
async fn five_wrong_codes_lock_the_user_out() {
    let (api, secret) = totp_pool().await;
    api.server.clock().freeze_at(api.server.clock().now_ms());
    let asked = api.password("ann", PASSWORD).await.ok();
    let fitting: Vec<String> = [-1, 0, 1].map(|steps| totp(&api, &secret, steps)).to_vec();
    let wrong = ["000000", "111111", "222222", "333333"].into_iter().find(|code| !fitting.contains(&(*code).into()));
    for _ in 0..5 {
        answer(&api, &asked["Session"], wrong.unwrap()).await.refused_as("CodeMismatchException");
    }
    answer(&api, &asked["Session"], &totp(&api, &secret, 0))
        .await
        .refused("NotAuthorizedException", "Password attempts exceeded");
}

#[tokio::test]
async fn a_new_app_replaces_the_old_one_once_it_is_verified() {
    let (api, old) = totp_pool().await;
    let asked = api.password("ann", PASSWORD).await.ok();
    let done = answer(&api, &asked["Session"], &totp(&api, &old, 0)).await.ok();
    let access = done["AuthenticationResult"]["AccessToken"].clone();
    api.call("AssociateSoftwareToken", json!({ "AccessToken": access })).await.ok();
    next_codes(&api);
    let asked = api.password("ann", PASSWORD).await.ok();
    answer(&api, &asked["Session"], &totp(&api, &old, 0)).await.ok();

    let new = set_up_token(&api, &access).await;
    next_codes(&api);
    let asked = api.password("ann", PASSWORD).await.ok();
    answer(&api, &asked["Session"], &totp(&api, &old, 0)).await.refused_as("CodeMismatchException");
    answer(&api, &asked["Session"], &totp(&api, &new, 0)).await.ok();
}

#[tokio::test]
async fn a_pool_without_apps_hands_out_no_secret() {
    let api = pool("OPTIONAL", &["SMS_MFA"]).await;
    let access = api.tokens("ann").await["AccessToken"].clone();
    api.call("AssociateSoftwareToken", json!({ "AccessToken": access }))
        .await
        .refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool");
    api.call("AssociateSoftwareToken", json!({})).await.refused_as("InvalidParameterException");
    let code = json!({ "AccessToken": access, "UserCode": "123456" });
    api.call("VerifySoftwareToken", code).await.refused_as("SoftwareTokenMFANotFoundException");
}
