//! Fault switches and counters.

use std::time::{Duration, Instant};

use local_pool::Fault;
use serde_json::json;

use crate::client::{PASSWORD, TestPool};

#[tokio::test]
async fn answers_can_be_scripted() {
    let pool = TestPool::with_ann().await;
    pool.server.faults().queue("InitiateAuth", Fault::exception("TooManyRequestsException", 400, "Rate exceeded"), 2);
    for _ in 0..2 {
        pool.password("ann", PASSWORD).await.refused("TooManyRequestsException", "Rate exceeded");
    }
    pool.password("ann", PASSWORD).await.ok();
    let page = Fault::Answer { status: 503, error_type: None, body: "<html>busy</html>".into() };
    pool.server.faults().set("*", page);
    let reply = pool.password("ann", PASSWORD).await;
    assert_eq!((reply.status, reply.text.as_str()), (503, "<html>busy</html>"));
    pool.server.faults().clear_all();
    pool.password("ann", PASSWORD).await.ok();
    assert_eq!(pool.server.requests("InitiateAuth"), 5);
}

#[tokio::test]
async fn answers_can_be_late() {
    let pool = TestPool::with_ann().await;
    pool.server.faults().set("InitiateAuth", Fault::Delay(Duration::from_millis(150)));
    let started = Instant::now();
    pool.password("ann", PASSWORD).await.ok();
    assert!(started.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn connections_can_be_reset_or_lose_their_answer() {
    let pool = TestPool::with_ann().await;
    let send = async || {
        let body = json!({ "ClientId": pool.server.client_id(), "Username": "tom", "Password": PASSWORD });
        let request = pool.http.post(pool.server.endpoint()).body(body.to_string());
        request.header("x-amz-target", "AWSCognitoIdentityProviderService.SignUp").send().await
    };
    pool.server.faults().queue("SignUp", Fault::Reset, 1);
    let error = send().await.unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    let mut kinds = Vec::new();
    while let Some(error) = cause {
        kinds.extend(error.downcast_ref::<std::io::Error>().map(std::io::Error::kind));
        cause = error.source();
    }
    assert!(kinds.contains(&std::io::ErrorKind::ConnectionReset), "{error:?}");

    // The effect stays, the answer is lost.
    pool.server.faults().queue("SignUp", Fault::DropAfterCommit, 1);
    send().await.unwrap_err();
    pool.sign_up("tom", json!([])).await.refused("UsernameExistsException", "User already exists");
    assert_eq!(pool.server.requests("SignUp"), 3);
}

#[tokio::test]
async fn key_documents_can_fail_too() {
    let pool = TestPool::with_ann().await;
    let page = Fault::Answer { status: 500, error_type: None, body: "{}".into() };
    pool.server.faults().queue("jwks.json", page, 1);
    let url = format!("{}/{}/.well-known/jwks.json", pool.server.endpoint(), pool.server.pool_id());
    assert_eq!(pool.http.get(&url).send().await.unwrap().status(), 500);
    assert_eq!(pool.http.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn connections_are_counted_and_end_with_the_pool() {
    let pool = TestPool::with_ann().await;
    pool.password("ann", PASSWORD).await.ok();
    pool.password("ann", PASSWORD).await.ok();
    assert_eq!(pool.server.connections(), 1);
    let endpoint = pool.server.endpoint();
    drop(pool.server);
    assert!(crate::client::http().get(format!("{endpoint}/_local/outbox")).send().await.unwrap_err().is_connect());
}
