//! Fault switches and counters.

use std::time::{Duration, Instant};

use local_pool::Fault;
use serde_json::json;

use crate::client::{PASSWORD, TestPool};

#[tokio::test]
async fn answers_can_be_scripted() {
    let api = TestPool::with_ann().await;
    api.server.faults().queue("InitiateAuth", Fault::exception("TooManyRequestsException", 400, "Rate exceeded"), 2);
    for _ in 0..2 {
        api.password("ann", PASSWORD).await.refused("TooManyRequestsException", "Rate exceeded");
    }
    api.password("ann", PASSWORD).await.ok();
    let page = Fault::Answer { status: 503, error_type: None, body: "<html>busy</html>".into() };
    api.server.faults().set("*", page);
    let reply = api.password("ann", PASSWORD).await;
    assert_eq!((reply.status, reply.text.as_str()), (503, "<html>busy</html>"));
    api.server.faults().clear_all();
    api.password("ann", PASSWORD).await.ok();
    assert_eq!(api.server.requests("InitiateAuth"), 5);
}

#[tokio::test]
async fn answers_can_be_late() {
    let api = TestPool::with_ann().await;
    api.server.faults().set("InitiateAuth", Fault::Delay(Duration::from_millis(150)));
    let started = Instant::now();
    api.password("ann", PASSWORD).await.ok();
    assert!(started.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn connections_can_be_reset_or_lose_their_answer() {
    let api = TestPool::with_ann().await;
    let send = async || {
        let body = json!({ "ClientId": api.server.client_id(), "Username": "tom", "Password": PASSWORD });
        let request = api.http.post(api.server.endpoint()).body(body.to_string());
        request.header("x-amz-target", "AWSCognitoIdentityProviderService.SignUp").send().await
    };
    api.server.faults().queue("SignUp", Fault::Reset, 1);
    let error = send().await.unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    let mut kinds = Vec::new();
    while let Some(error) = cause {
        kinds.extend(error.downcast_ref::<std::io::Error>().map(std::io::Error::kind));
        cause = error.source();
    }
    assert!(kinds.contains(&std::io::ErrorKind::ConnectionReset), "{error:?}");

    // The effect stays, the answer is lost.
    api.server.faults().queue("SignUp", Fault::DropAfterCommit, 1);
    send().await.unwrap_err();
    api.sign_up("tom", json!([])).await.refused("UsernameExistsException", "User already exists");
    assert_eq!(api.server.requests("SignUp"), 3);
}

#[tokio::test]
async fn key_documents_can_fail_too() {
    let api = TestPool::with_ann().await;
    let page = Fault::Answer { status: 500, error_type: None, body: "{}".into() };
    api.server.faults().queue("jwks.json", page, 1);
    let url = format!("{}/{}/.well-known/jwks.json", api.server.endpoint(), api.server.pool_id());
    assert_eq!(api.http.get(&url).send().await.unwrap().status(), 500);
    assert_eq!(api.http.get(&url).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn connections_are_counted_and_end_with_the_pool() {
    let api = TestPool::with_ann().await;
    api.password("ann", PASSWORD).await.ok();
    api.password("ann", PASSWORD).await.ok();
    assert_eq!(api.server.connections(), 1);
    let endpoint = api.server.endpoint();
    drop(api.server);
    assert!(crate::client::http().get(format!("{endpoint}/_local/outbox")).send().await.unwrap_err().is_connect());
}
