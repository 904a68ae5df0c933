//! How much and how long clients may take, and what they are told when it is too much.

use std::time::{Duration, Instant};

use local_pool::{Limits, LocalPool, OPERATIONS, PoolConfig, ServerConfig};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{PASSWORD, TestPool, raw};

async fn limited(limits: Limits) -> TestPool {
    let pools = vec![PoolConfig::default().with_user("ann", PASSWORD, &[])];
    TestPool::start(ServerConfig { pools, limits, ..ServerConfig::default() }).await
}

fn quick() -> Limits {
    let quick = Duration::from_millis(300);
    Limits { headers: quick, body: quick, idle: quick, ..Limits::default() }
}

fn half_sent(pool: &LocalPool) -> String {
    format!("POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Tar", raw::address(pool))
}

/// Texts that clients choose come back in headers of at most a kilobyte, and in bodies of a few.
#[tokio::test]
async fn texts_of_errors_are_bounded() {
    let api = TestPool::with_ann().await;
    let client = api.server.client_id();
    for length in [129, 17_000, 70_000, 400_000] {
        let long = "x".repeat(length);
        for operation in ["SignUp", "ForgotPassword", "ConfirmSignUp", "ResendConfirmationCode"] {
            let body = json!({ "ClientId": client, "Username": long, "Password": PASSWORD, "ConfirmationCode": "1" });
            let reply = api.call(operation, body).await;
            reply.refused_as("InvalidParameterException");
            assert!(reply.text.contains("Member must have length less than or equal to 128"), "{}", reply.text);
            assert!(reply.headers["x-amzn-errormessage"].len() <= 1_100);
            assert!(reply.text.len() < 2_000, "{}", reply.text.len());
        }
    }
    let many: Vec<_> = (0..4_000).map(|_| json!({ "Name": "a b", "Value": "v" })).collect();
    let bad: Vec<_> = (0..4_000).map(|_| json!({ "Name": "x".repeat(100) })).collect();
    for attributes in [many, bad] {
        let body = json!({ "ClientId": client, "Username": "tom", "Password": PASSWORD, "UserAttributes": attributes });
        let reply = api.call("SignUp", body).await;
        reply.refused_as("InvalidParameterException");
        assert!(reply.text.len() < 20_000 && reply.headers["x-amzn-errormessage"].len() <= 1_100);
    }
}

/// What clients make up leaves nothing behind.
#[tokio::test]
async fn only_operations_that_there_are_are_counted() {
    let api = TestPool::with_ann().await;
    for number in 0..50 {
        api.call(&format!("Unknown{number}"), json!({})).await.refused_as_unknown();
    }
    api.call("GetUser", json!({})).await.refused_as("InvalidParameterException");
    assert_eq!(api.get("/_local/requests").await["requests"], json!({ "GetUser": 1 }));
    assert!(!OPERATIONS.contains(&"Unknown1"));
}

impl crate::client::Reply {
    fn refused_as_unknown(&self) {
        assert_eq!((self.status, self.text.as_str()), (400, r#"{"__type":"UnknownOperationException"}"#));
    }
}

#[tokio::test]
async fn requests_that_do_not_come_to_an_end_are_given_up() {
    let api = limited(quick()).await;
    let started = Instant::now();
    for beginning in ["", "P", &half_sent(&api.server)] {
        let answer = raw::exchange(&api.server, beginning.as_bytes()).await;
        assert_eq!(answer, "", "{beginning}");
    }
    // One byte now and then does not buy more time.
    let mut slow = raw::connect(&api.server).await;
    for byte in half_sent(&api.server).bytes().take(12) {
        let _closed = slow.write_all(&[byte]).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(raw::rest(&mut slow).await, "");
    let whole = raw::request("GetUser", &format!("Host: {}\r\n", raw::address(&api.server)), r#"{"a":1}"#);
    let answer = raw::exchange(&api.server, &whole.as_bytes()[..whole.len() - 2]).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("RequestTimeoutException"), "{answer}");
    assert!(started.elapsed() < Duration::from_secs(8));
    api.tokens("ann").await;
}

/// A client that is answered late has not been idle.
#[tokio::test]
async fn slow_answers_are_waited_for() {
    let api = limited(quick()).await;
    api.server.faults().queue("InitiateAuth", local_pool::Fault::Delay(Duration::from_secs(1)), 1);
    api.tokens("ann").await;
}

#[tokio::test]
async fn half_sent_requests_keep_nobody_out() {
    let api = limited(Limits { connections: 8, ..Limits::default() }).await;
    let mut held = Vec::new();
    for number in 0..40 {
        let mut stream = raw::connect(&api.server).await;
        let beginning = if number % 2 == 0 { half_sent(&api.server) } else { String::new() };
        stream.write_all(beginning.as_bytes()).await.unwrap();
        held.push(stream);
    }
    let started = Instant::now();
    let fresh = || async { crate::client::http().get(format!("{}/_local/clock", api.server.endpoint())).send().await };
    for _ in 0..5 {
        assert_eq!(fresh().await.unwrap().status(), 200);
    }
    api.tokens("ann").await;
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    drop(held);
}

#[tokio::test]
async fn a_broken_body_is_told() {
    let api = TestPool::with_ann().await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.GetUser\r\n",
        raw::address(&api.server)
    );
    for chunks in ["zz\r\n{}\r\n", "5;\u{0}\r\n{}\r\n0\r\n\r\n", "2\r\n{}x\r\n", "ffffffffffffffffff\r\n{}"] {
        let request = format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}");
        let answer = raw::exchange(&api.server, request.as_bytes()).await;
        let told = answer.is_empty() || answer.starts_with("HTTP/1.1 400");
        assert!(told && !answer.contains("RequestEntityTooLarge"), "{chunks:?} {answer}");
    }
    let mut cut = raw::connect(&api.server).await;
    cut.write_all(format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\n{{}}").as_bytes()).await.unwrap();
    cut.shutdown().await.unwrap();
    let answer = raw::rest(&mut cut).await;
    assert!(answer.is_empty() || answer.contains("SerializationException"), "{answer}");
}

/// Blocking clients send all they have before they read.
#[tokio::test]
async fn a_body_that_is_too_large_is_told_to_clients_that_send_it_all() {
    let api = TestPool::with_ann().await;
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.GetUser\r\n",
        raw::address(&api.server)
    );
    let most = 50 * 1024 * 1024;
    for framing in [format!("Content-Length: {most}\r\n"), "Transfer-Encoding: chunked\r\n".into()] {
        let mut stream = raw::connect(&api.server).await;
        stream.write_all(format!("{head}{framing}\r\n").as_bytes()).await.unwrap();
        if framing.starts_with('T') {
            stream.write_all(format!("{most:x}\r\n").as_bytes()).await.unwrap();
        }
        send_all(&mut stream, most).await;
        let answer = raw::rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("RequestEntityTooLargeException") && answer.contains("connection: close"), "{answer}");
    }
}

async fn send_all(stream: &mut TcpStream, mut left: usize) {
    let block = vec![b'x'; 64 * 1024];
    while left > 0 {
        let next = left.min(block.len());
        stream.write_all(&block[..next]).await.expect("the server reads on");
        left -= next;
    }
}

/// Each request of a kept connection starts afresh.
#[tokio::test]
async fn a_kept_connection_outlives_its_limits_while_it_is_used() {
    let api = limited(quick()).await;
    api.get("/_local/clock").await;
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let answer: Value = api.get("/_local/clock").await;
        assert!(answer["now"].is_number());
    }
    assert_eq!(api.server.connections(), 1);
}
