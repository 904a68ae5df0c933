//! ForgotPassword and ConfirmForgotPassword.

use std::time::Duration;

use local_pool::PoolConfig;
use serde_json::json;

use crate::client::{PASSWORD, Reply, TestPool};

const NEW: &str = "Brand-New-2!";

async fn forgot(api: &TestPool, username: &str) -> Reply {
    api.call("ForgotPassword", json!({ "ClientId": api.server.client_id(), "Username": username })).await
}

async fn confirm(api: &TestPool, username: &str, code: &str, password: &str) -> Reply {
    let body = json!({
        "ClientId": api.server.client_id(), "Username": username, "ConfirmationCode": code, "Password": password,
    });
    api.call("ConfirmForgotPassword", body).await
}

#[tokio::test]
async fn a_code_replaces_the_password_once() {
    let api = TestPool::with_ann().await;
    let answer = forgot(&api, "ann").await.ok();
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({ "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" })
    );
    let code = api.server.last_code("ann").unwrap();
    confirm(&api, "ann", &code, "short")
        .await
        .refused("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    assert_eq!(confirm(&api, "ann", &code, NEW).await.ok(), json!({}));
    confirm(&api, "ann", &code, PASSWORD)
        .await
        .refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
    api.password("ann", NEW).await.ok();
    api.password("ann", PASSWORD).await.refused_as("NotAuthorizedException");
}

#[tokio::test]
async fn it_ends_a_required_reset_and_the_lock() {
    let api = TestPool::with_ann().await;
    api.server.clock().freeze_at(1_767_603_787_000);
    api.server.require_password_reset("ann").unwrap();
    api.password("ann", PASSWORD)
        .await
        .refused("PasswordResetRequiredException", "Password reset required for the user");
    for _ in 0..5 {
        api.password("ann", "Wrong-Horse-9").await.refused_as("NotAuthorizedException");
    }
    forgot(&api, "ann").await.ok();
    confirm(&api, "ann", &api.server.last_code("ann").unwrap(), NEW).await.ok();
    api.password("ann", NEW).await.ok();
}

#[tokio::test]
async fn codes_end_and_wrong_ones_are_counted() {
    let api = TestPool::with_ann().await;
    forgot(&api, "ann").await.ok();
    let code = api.server.last_code("ann").unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        confirm(&api, "ann", wrong, NEW)
            .await
            .refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    confirm(&api, "ann", &code, NEW)
        .await
        .refused("LimitExceededException", "Attempt limit exceeded, please try after some time.");
    api.server.clock().advance(Duration::from_secs(3601));
    confirm(&api, "ann", &code, NEW).await.refused_as("ExpiredCodeException");
}

#[tokio::test]
async fn who_has_no_verified_address_cannot() {
    let config = PoolConfig::default().with_user("ann", PASSWORD, &[("email", "ann@example.com")]);
    let api = TestPool::start(config).await;
    forgot(&api, "ann").await.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    forgot(&api, "nobody").await.refused("UserNotFoundException", "Username/client id combination not found.");
    api.server.create_user_with_temporary_password("bob", "Temporary-1!", &[]).unwrap();
    forgot(&api, "bob").await.refused("NotAuthorizedException", "User password cannot be reset in the current state.");
}
