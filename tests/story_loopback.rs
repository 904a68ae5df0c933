//! Signing in in a browser that comes back to this machine, with others knocking at the same port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod test_pool;

use std::io;
use std::sync::mpsc;
use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use portcullis::WebUiSignInOptions;
use test_pool::{PASSWORD, TestPool};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A port that nobody has just now, and a pool whose pages lead there.
async fn pool() -> (TestPool, u16) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = ClientConfig::default().with_hosted_ui(&["myapp://in/", &format!("http://127.0.0.1:{port}/in")], &[]);
    let config = PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[]);
    (TestPool::with(config).await, port)
}

async fn send(port: u16, request: &str) -> String {
    let mut connection = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let _ = connection.read_to_string(&mut answer).await; // whoever is cut off may get a reset
    answer
}

fn get(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    format!("GET {}?{} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", url.path(), url.query().unwrap())
}

#[tokio::test]
async fn the_browser_comes_back_and_nobody_else_signs_in_or_stops_it() {
    let (pool, port) = pool().await;
    let (opened, page) = mpsc::channel();
    let client = pool.client.clone();
    let open = move |url: &str| opened.send(url.to_owned()).map_err(io::Error::other);
    let signing_in = tokio::spawn(async move { client.sign_in_with_browser(WebUiSignInOptions::new(), open).await });
    let page = tokio::task::spawn_blocking(move || page.recv_timeout(Duration::from_secs(30)).unwrap()).await.unwrap();
    let callback = pool.server.authorize_as(&page, "ann", PASSWORD).await.unwrap();
    // Somebody who says nothing holds nobody up.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    for foreign in [
        "GET /in?code=stolen&state=guessed HTTP/1.1\r\n\r\n",
        "GET /in?error=access_denied&state=guessed HTTP/1.1\r\n\r\n",
        "GET /favicon.ico HTTP/1.1\r\n\r\n",
        "GET //evil.example/in?code=a&state=b HTTP/1.1\r\n\r\n",
        "GET //evilA%C2%A1/in?code=a&state=b HTTP/1.1\r\n\r\n",
    ] {
        assert!(send(port, foreign).await.starts_with("HTTP/1.1 400"), "{foreign}");
    }
    assert_eq!(send(port, "POST /in HTTP/1.1\r\n\r\n").await, "");
    assert_eq!(send(port, &format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(20_000))).await, "");
    let answer = send(port, &get(&callback)).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("Cache-Control: no-store"), "{answer}");
    assert!(signing_in.await.unwrap().unwrap().is_signed_in);
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn what_cannot_be_is_told() {
    let (pool, port) = pool().await;
    let options = WebUiSignInOptions::new;
    let taken = std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
    let code = |error: portcullis::AuthError| error.code().to_owned();
    assert_eq!(
        pool.client.sign_in_with_browser(options(), |_| Ok(())).await.map_err(code).unwrap_err(),
        "web_ui_failed"
    );
    drop(taken);
    let no_browser = |_: &str| Err(io::Error::other("no browser"));
    assert_eq!(
        pool.client.sign_in_with_browser(options(), no_browser).await.map_err(code).unwrap_err(),
        "web_ui_failed"
    );
    let elsewhere = options().redirect_uri("myapp://in/");
    let error = pool.client.sign_in_with_browser(elsewhere, |_| Ok(())).await.unwrap_err();
    assert_eq!(error.code(), "configuration_invalid");
}
