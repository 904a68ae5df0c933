//! Networks as they are: a small server that misbehaves, and what the client makes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::default_transport;
use super::user_pool::{Call, GlobalSignOut, InitiateAuth, UserPool};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result, TransportFailure};
use crate::support::clock::{ServiceClock, SystemClock};
use crate::support::random::SystemRandom;

#[derive(Clone, Copy)]
enum Fault {
    /// Takes the request and never answers.
    BlackHole,
    /// Answers a byte at a time, slower than anybody waits.
    Drip,
    /// Closes with the request half read.
    Reset,
    /// Closes the connection in the middle of the answer.
    HalfAnswer,
    Answer(&'static str),
    /// Answers the first request of each connection and closes at the second.
    ResetAfterOne,
    TooLong,
    Redirect,
    Chunked,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: AtomicUsize,
}

async fn serve(fault: Fault) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let seen = Arc::new(Seen::default());
    let counted = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(answer(stream, fault, counted.clone()));
        }
    });
    (address, seen)
}

async fn answer(mut stream: TcpStream, fault: Fault, seen: Arc<Seen>) -> std::io::Result<()> {
    let mut served = 0;
    loop {
        if !read_request(&mut stream).await? {
            return Ok(());
        }
        seen.requests.fetch_add(1, Ordering::SeqCst);
        served += 1;
        let ok = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\n\r\n{}";
        match fault {
            Fault::BlackHole => tokio::time::sleep(Duration::from_secs(600)).await,
            Fault::Drip => {
                for byte in ok.bytes() {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Fault::Reset => return Ok(()),
            Fault::HalfAnswer => {
                stream.write_all(&ok.as_bytes()[..ok.len() - 1]).await?;
                return Ok(());
            }
            Fault::ResetAfterOne if served > 1 => return Ok(()),
            Fault::ResetAfterOne => stream.write_all(ok.as_bytes()).await?,
            Fault::Answer(text) => stream.write_all(text.as_bytes()).await?,
            Fault::TooLong => {
                let head = "HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n";
                stream.write_all(head.as_bytes()).await?;
                stream.write_all(&vec![b' '; 9_000_000]).await?;
            }
            Fault::Redirect => {
                stream.write_all(b"HTTP/1.1 307 X\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n").await?;
            }
            Fault::Chunked => {
                let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ntransfer-encoding: chunked\r\n\r\n";
                stream.write_all(head.as_bytes()).await?;
                for chunk in ["1\r\n{\r\n", "1\r\n}\r\n", "0\r\n\r\n"] {
                    stream.write_all(chunk.as_bytes()).await?;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }
}

/// Reads one request; false at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut received = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(false);
        }
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return Ok(true);
            }
        }
    }
}

fn pool(endpoint: &str, total: Duration) -> UserPool {
    let configuration = AuthConfiguration::builder("eu-west-1_A", "c")
        .endpoint(endpoint)
        .connect_timeout(Duration::from_secs(2))
        .total_timeout(total)
        .build()
        .unwrap();
    let clock = Arc::new(ServiceClock::new(Arc::new(SystemClock)));
    UserPool::new(&configuration, default_transport(&configuration), clock, Arc::new(SystemRandom))
}

fn sign_out() -> GlobalSignOut {
    GlobalSignOut { access_token: "t".into() }
}

fn initiate() -> InitiateAuth {
    InitiateAuth {
        auth_flow: "CUSTOM_AUTH",
        client_id: "c".to_owned(),
        auth_parameters: std::collections::BTreeMap::default(),
        client_metadata: std::collections::BTreeMap::default(),
        session: None,
    }
}

async fn failure<C: Call>(pool: &UserPool, call: &C) -> TransportFailure {
    match pool.call(call).await.map(drop) {
        Err(Error::Transport { failure, .. }) => failure,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn silence_and_slowness_end_at_the_total_timeout() {
    for fault in [Fault::BlackHole, Fault::Drip] {
        let (address, seen) = serve(fault).await;
        let pool = pool(&address, Duration::from_millis(400));
        let begun = tokio::time::Instant::now();
        assert_eq!(failure(&pool, &sign_out()).await, TransportFailure::TimedOut);
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(seen.requests.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn what_may_have_been_seen_is_sent_again_only_where_that_is_safe() {
    for fault in [Fault::Reset, Fault::HalfAnswer] {
        let (address, seen) = serve(fault).await;
        let pool = pool(&address, Duration::from_secs(10));
        assert!(matches!(failure(&pool, &initiate()).await, TransportFailure::Broken(_)));
        assert_eq!(seen.requests.swap(0, Ordering::SeqCst), 1);
        assert!(matches!(failure(&pool, &sign_out()).await, TransportFailure::Broken(_)));
        assert_eq!(seen.requests.load(Ordering::SeqCst), 3);
    }
}

#[tokio::test]
async fn a_server_that_is_down_is_tried_three_times() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let pool = pool(&address, Duration::from_secs(10));
    assert!(matches!(failure(&pool, &initiate()).await, TransportFailure::NotConnected(_)));
}

#[tokio::test]
async fn answers_that_are_not_the_services() {
    let html = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 17\r\n\r\n<html>log in</ht>";
    for (fault, status) in [(Fault::Answer(html), 200), (Fault::Redirect, 307)] {
        let (address, seen) = serve(fault).await;
        let found = failure(&pool(&address, Duration::from_secs(5)), &initiate()).await;
        assert_eq!(found, TransportFailure::NotTheService { status });
        assert_eq!(seen.requests.load(Ordering::SeqCst), 1);
    }
    let (address, _) = serve(Fault::TooLong).await;
    let found = failure(&pool(&address, Duration::from_secs(5)), &initiate()).await;
    assert!(matches!(found, TransportFailure::Broken(_)));
}

#[tokio::test]
async fn one_connection_serves_many_calls_and_a_closed_one_is_replaced() -> Result<()> {
    let (address, seen) = serve(Fault::Chunked).await;
    let chunked = pool(&address, Duration::from_secs(5));
    for _ in 0..3 {
        chunked.call(&sign_out()).await?;
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 1);

    let (address, seen) = serve(Fault::ResetAfterOne).await;
    let reset = pool(&address, Duration::from_secs(5));
    for _ in 0..3 {
        reset.call(&sign_out()).await?;
    }
    assert_eq!(seen.connections.load(Ordering::SeqCst), 3);
    Ok(())
}

#[tokio::test]
async fn a_certificate_of_an_unknown_root_is_no_connection() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::Pkcs8(made.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(server));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    let found = failure(&pool(&address, Duration::from_secs(5)), &initiate()).await;
    assert!(matches!(found, TransportFailure::NotConnected(_)), "{found:?}");
}
