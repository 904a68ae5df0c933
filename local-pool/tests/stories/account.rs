//! ChangePassword, DeleteUser, AdminResetUserPassword and where codes for lost passwords go.

use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use serde_json::{Value, json};

use crate::client::srp;
use crate::client::{PASSWORD, Reply, TestPool};

const NEW: &str = "Brand-New-2!";
const WRONG: (&str, &str) = ("NotAuthorizedException", "Incorrect username or password.");

async fn change(api: &TestPool, token: &Value, from: Option<&str>, to: &str) -> Reply {
    let body = json!({ "AccessToken": token, "PreviousPassword": from, "ProposedPassword": to });
    api.call("ChangePassword", body).await
}

#[tokio::test]
async fn changing_a_password_takes_the_old_one() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    let token = &tokens["AccessToken"];
    change(&api, token, Some("Wrong-Horse-9"), NEW).await.refused(WRONG.0, WRONG.1);
    change(&api, token, None, NEW).await.refused(WRONG.0, WRONG.1);
    change(&api, token, Some(PASSWORD), "short")
        .await
        .refused("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    assert_eq!(change(&api, token, Some(PASSWORD), NEW).await.ok(), json!({}));
    api.password("ann", PASSWORD).await.refused(WRONG.0, WRONG.1);
    assert!(srp::sign_in(&api, "ann", NEW).await.ok()["AuthenticationResult"].is_object());
    // Whoever was signed in still is.
    api.call("GetUser", json!({ "AccessToken": token })).await.ok();
    let refresh = json!({ "RefreshToken": tokens["RefreshToken"], "ClientId": api.server.client_id() });
    api.call("GetTokensFromRefreshToken", refresh).await.ok();
}

#[tokio::test]
async fn passwords_are_changed_five_times_an_hour() {
    let api = TestPool::with_ann().await;
    let token = api.tokens("ann").await["AccessToken"].clone();
    for _ in 0..5 {
        change(&api, &token, Some("Wrong-Horse-9"), NEW).await.refused(WRONG.0, WRONG.1);
    }
    let limit = ("LimitExceededException", "Attempt limit exceeded, please try after some time.");
    change(&api, &token, Some(PASSWORD), NEW).await.refused(limit.0, limit.1);
    api.server.clock().advance(Duration::from_secs(3_601));
    let token = api.tokens("ann").await["AccessToken"].clone();
    change(&api, &token, Some(PASSWORD), NEW).await.ok();
}

#[tokio::test]
async fn a_deleted_account_is_gone_and_its_name_free() {
    let api = TestPool::with_ann().await;
    let tokens = api.tokens("ann").await;
    api.call("DeleteUser", json!({ "AccessToken": tokens["AccessToken"] })).await.ok_empty();
    api.password("ann", PASSWORD).await.refused("UserNotFoundException", "User does not exist.");
    let refresh = json!({ "RefreshToken": tokens["RefreshToken"], "ClientId": api.server.client_id() });
    api.call("GetTokensFromRefreshToken", refresh).await.refused_as("NotAuthorizedException");
    api.sign_up("ann", json!([])).await.ok();
    api.call("DeleteUser", json!({ "AccessToken": tokens["AccessToken"] }))
        .await
        .refused("UserNotFoundException", "User does not exist.");
}

async fn admin_reset(api: &TestPool, username: &str) -> Reply {
    api.call("AdminResetUserPassword", json!({ "UserPoolId": api.server.pool_id(), "Username": username })).await
}

async fn confirm(api: &TestPool, username: &str, code: &str) -> Reply {
    let client = api.server.client_id();
    let body = json!({ "ClientId": client, "Username": username, "ConfirmationCode": code, "Password": NEW });
    api.call("ConfirmForgotPassword", body).await
}

#[tokio::test]
async fn an_administrator_makes_somebody_choose_a_new_password() {
    let api = TestPool::with_ann().await;
    assert_eq!(admin_reset(&api, "ann").await.ok(), json!({}));
    let required = ("PasswordResetRequiredException", "Password reset required for the user");
    api.password("ann", PASSWORD).await.refused(required.0, required.1);
    srp::sign_in(&api, "ann", PASSWORD).await.refused(required.0, required.1);
    api.password("ann", "Wrong-Horse-9").await.refused(WRONG.0, WRONG.1);
    let sent = api.server.outbox(Some("ann"), Some("forgot")).pop().unwrap();
    assert_eq!(sent.destination, "ann@example.com");
    confirm(&api, "ann", &sent.code).await.ok();
    api.password("ann", NEW).await.ok();

    // The code that came is as good for an hour as one that was asked for.
    admin_reset(&api, "ann").await.ok();
    api.server.clock().advance(Duration::from_secs(3_600));
    confirm(&api, "ann", &api.server.last_code("ann").unwrap()).await.refused_as("ExpiredCodeException");
}

#[tokio::test]
async fn some_passwords_cannot_be_reset() {
    let api = TestPool::with_ann().await;
    api.server.create_user("tom", PASSWORD, &[("email", "tom@example.com")]).unwrap();
    let unreachable = "Cannot reset password for the user as there is no registered/verified email or phone_number";
    admin_reset(&api, "tom").await.refused("InvalidParameterException", unreachable);
    let verified = [("email", "eve@example.com"), ("email_verified", "true")];
    api.server.create_user_with_temporary_password("eve", PASSWORD, &verified).unwrap();
    admin_reset(&api, "eve")
        .await
        .refused("NotAuthorizedException", "User password cannot be reset in the current state.");
    api.server.disable_user("ann").unwrap();
    admin_reset(&api, "ann").await.refused("NotAuthorizedException", "User is disabled.");
    admin_reset(&api, "nobody").await.refused("UserNotFoundException", "User does not exist.");
}

/// Where a code for ann goes, or the refusal's text, with some recovery setting.
async fn way(mechanisms: Value, attributes: &[(&str, &str)]) -> String {
    let api = TestPool::start(PoolConfig::default().with_user("ann", PASSWORD, attributes)).await;
    let mut update = json!({ "UserPoolId": api.server.pool_id() });
    if !mechanisms.is_null() {
        update["AccountRecoverySetting"] = json!({ "RecoveryMechanisms": mechanisms });
    }
    api.call("UpdateUserPool", update).await.ok();
    let body = json!({ "ClientId": api.server.client_id(), "Username": "ann" });
    let answer = api.call("ForgotPassword", body).await.json();
    let medium = answer["CodeDeliveryDetails"]["DeliveryMedium"].as_str();
    medium.or(answer["message"].as_str()).unwrap().to_owned()
}

#[tokio::test]
async fn the_recovery_setting_decides_where_codes_go() {
    let both = [
        ("email", "ann@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+15555551234"),
        ("phone_number_verified", "true"),
    ];
    let email_first =
        json!([{ "Priority": 2, "Name": "verified_phone_number" }, { "Priority": 1, "Name": "verified_email" }]);
    assert_eq!(way(Value::Null, &both).await, "SMS");
    assert_eq!(way(email_first.clone(), &both).await, "EMAIL");
    assert_eq!(way(email_first, &both[2..]).await, "SMS");
    assert_eq!(way(Value::Null, &both[..2]).await, "EMAIL");
    let only_email = json!([{ "Priority": 1, "Name": "verified_email" }]);
    assert!(way(only_email, &both[2..]).await.starts_with("Cannot reset password"));
    let unverified = [("email", "ann@example.com"), ("email_verified", "false")];
    assert!(way(Value::Null, &unverified).await.starts_with("Cannot reset password"));
    let nobody = json!([{ "Priority": 1, "Name": "admin_only" }]);
    assert_eq!(way(nobody, &both).await, "Contact administrator to reset password.");
}

#[tokio::test]
async fn limits_do_not_tell_who_has_an_account() {
    let client = ClientConfig { prevent_user_existence_errors: true, ..ClientConfig::default() };
    let ann = [("email", "ann@example.com"), ("email_verified", "true")];
    let api = TestPool::start(PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &ann)).await;
    api.server.create_user("tom", PASSWORD, &[]).unwrap();
    api.server.create_user("off", PASSWORD, &ann).unwrap();
    api.server.disable_user("off").unwrap();
    for name in ["ann", "tom", "off", "nobody"] {
        let body = json!({ "ClientId": api.server.client_id(), "Username": name });
        for _ in 0..5 {
            let answer = api.call("ForgotPassword", body.clone()).await.ok();
            assert_eq!(answer["CodeDeliveryDetails"]["AttributeName"], "email", "{name}");
        }
        api.call("ForgotPassword", body).await.refused_as("LimitExceededException");
        for _ in 0..5 {
            let reply = confirm(&api, name, "000").await;
            let expected = if name == "tom" { "ExpiredCodeException" } else { "CodeMismatchException" };
            reply.refused_as(expected);
        }
        confirm(&api, name, "000").await.refused_as("LimitExceededException");
    }
}

#[tokio::test]
async fn a_second_factor_does_not_recover_the_password_as_well() {
    let ann = [
        ("email", "ann@example.com"),
        ("email_verified", "true"),
        ("phone_number", "+15555551234"),
        ("phone_number_verified", "true"),
    ];
    let config = PoolConfig {
        mfa: "OPTIONAL".into(),
        account_recovery: vec!["verified_phone_number".into(), "verified_email".into()],
        ..PoolConfig::default().with_user("ann", PASSWORD, &ann)
    };
    let api = TestPool::start(config).await;
    let forgot = async || {
        let body = json!({ "ClientId": api.server.client_id(), "Username": "ann" });
        let answer = api.call("ForgotPassword", body).await.json();
        answer["CodeDeliveryDetails"]["DeliveryMedium"].as_str().map(str::to_owned).ok_or(answer)
    };
    let prefer = async |body: Value| {
        let mut body = body;
        body["UserPoolId"] = json!(api.server.pool_id());
        body["Username"] = json!("ann");
        api.call("AdminSetUserMFAPreference", body).await.ok();
    };
    assert_eq!(forgot().await.unwrap(), "SMS");
    prefer(json!({ "SMSMfaSettings": { "Enabled": true } })).await;
    assert_eq!(forgot().await.unwrap(), "EMAIL");
    prefer(json!({ "SMSMfaSettings": { "Enabled": false }, "EmailMfaSettings": { "Enabled": true } })).await;
    assert_eq!(forgot().await.unwrap(), "SMS");
}

#[tokio::test]
async fn the_last_passwords_do_not_come_back() {
    let api = TestPool::with_ann().await;
    let pool = api.server.pool_id();
    let policy = json!({ "PasswordPolicy": { "MinimumLength": 8, "PasswordHistorySize": 2 } });
    let update = json!({ "UserPoolId": pool, "AutoVerifiedAttributes": ["email"], "Policies": policy });
    api.call("UpdateUserPool", update).await.ok();
    let token = api.tokens("ann").await["AccessToken"].clone();
    let used = "PasswordHistoryPolicyViolationException";
    change(&api, &token, Some(PASSWORD), PASSWORD).await.refused_as(used);
    change(&api, &token, Some(PASSWORD), "password-2").await.ok();
    change(&api, &token, Some("password-2"), PASSWORD).await.refused_as(used);
    let set =
        |password: &str| json!({ "UserPoolId": pool, "Username": "ann", "Password": password, "Permanent": true });
    api.call("AdminSetUserPassword", set(PASSWORD)).await.refused_as(used);
    api.call("AdminSetUserPassword", set("password-3")).await.ok();
    // The first of three is out of the history.
    admin_reset(&api, "ann").await.ok();
    let code = api.server.last_code("ann").unwrap();
    let mut reset = json!({
        "ClientId": api.server.client_id(), "Username": "ann", "ConfirmationCode": code, "Password": "password-2",
    });
    api.call("ConfirmForgotPassword", reset.clone()).await.refused_as(used);
    // The code is still good.
    reset["Password"] = json!(PASSWORD);
    api.call("ConfirmForgotPassword", reset).await.ok();

    // A temporary password is none of them.
    let mut temporary = set("temporary-1");
    temporary["Permanent"] = json!(false);
    api.call("AdminSetUserPassword", temporary).await.ok();
    let first = api.password("ann", "temporary-1").await.ok();
    let answer = |password: &str| json!({ "USERNAME": "ann", "NEW_PASSWORD": password });
    let kept = api.respond("NEW_PASSWORD_REQUIRED", Some(&first["Session"]), answer("temporary-1")).await;
    assert!(kept.ok()["AuthenticationResult"].is_object());
}
