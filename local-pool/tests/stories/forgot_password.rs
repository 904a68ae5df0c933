//! ForgotPassword and ConfirmForgotPassword.

use std::time::Duration;

use local_pool::PoolConfig;
use serde_json::json;

use crate::client::{Bench, PASSWORD, Reply};

const NEW: &str = "Brand-New-2!";

async fn forgot(bench: &Bench, username: &str) -> Reply {
    bench.call("ForgotPassword", json!({ "ClientId": bench.pool.client_id(), "Username": username })).await
}

async fn confirm(bench: &Bench, username: &str, code: &str, password: &str) -> Reply {
    let body = json!({
        "ClientId": bench.pool.client_id(), "Username": username, "ConfirmationCode": code, "Password": password,
    });
    bench.call("ConfirmForgotPassword", body).await
}

#[tokio::test]
async fn a_code_replaces_the_password_once() {
    let bench = Bench::with_ann().await;
    let answer = forgot(&bench, "ann").await.ok();
    assert_eq!(
        answer["CodeDeliveryDetails"],
        json!({ "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email" })
    );
    let code = bench.pool.last_code("ann").unwrap();
    confirm(&bench, "ann", &code, "short")
        .await
        .refused("InvalidPasswordException", "Password does not conform to policy: Password not long enough");
    assert_eq!(confirm(&bench, "ann", &code, NEW).await.ok(), json!({}));
    confirm(&bench, "ann", &code, PASSWORD)
        .await
        .refused("ExpiredCodeException", "Invalid code provided, please request a code again.");
    bench.password("ann", NEW).await.ok();
    bench.password("ann", PASSWORD).await.refused_as("NotAuthorizedException");
}

#[tokio::test]
async fn it_ends_a_required_reset_and_the_lock() {
    let bench = Bench::with_ann().await;
    bench.pool.clock().freeze_at(1_767_603_787_000);
    bench.pool.require_password_reset("ann").unwrap();
    bench
        .password("ann", PASSWORD)
        .await
        .refused("PasswordResetRequiredException", "Password reset required for the user");
    for _ in 0..5 {
        bench.password("ann", "Wrong-Horse-9").await.refused_as("NotAuthorizedException");
    }
    forgot(&bench, "ann").await.ok();
    confirm(&bench, "ann", &bench.pool.last_code("ann").unwrap(), NEW).await.ok();
    bench.password("ann", NEW).await.ok();
}

#[tokio::test]
async fn codes_end_and_wrong_ones_are_counted() {
    let bench = Bench::with_ann().await;
    forgot(&bench, "ann").await.ok();
    let code = bench.pool.last_code("ann").unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        confirm(&bench, "ann", wrong, NEW)
            .await
            .refused("CodeMismatchException", "Invalid verification code provided, please try again.");
    }
    confirm(&bench, "ann", &code, NEW)
        .await
        .refused("LimitExceededException", "Attempt limit exceeded, please try after some time.");
    bench.pool.clock().advance(Duration::from_secs(3601));
    confirm(&bench, "ann", &code, NEW).await.refused_as("ExpiredCodeException");
}

#[tokio::test]
async fn who_has_no_verified_address_cannot() {
    let config = PoolConfig::default().with_user("ann", PASSWORD, &[("email", "ann@example.com")]);
    let bench = Bench::start(config).await;
    forgot(&bench, "ann").await.refused(
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email or phone_number",
    );
    forgot(&bench, "nobody").await.refused("UserNotFoundException", "Username/client id combination not found.");
    bench.pool.create_user_with_temporary_password("bob", "Temporary-1!", &[]).unwrap();
    forgot(&bench, "bob")
        .await
        .refused("NotAuthorizedException", "User password cannot be reset in the current state.");
}
