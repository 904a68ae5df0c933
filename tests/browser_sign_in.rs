//! Signing in on the hosted pages by a person with a real browser, `tests/browser/person.mjs`, whom `cargo xtask
//! browser-test` starts and these tests ask.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod test_pool;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use local_pool::{ClientConfig, PoolConfig};
use portcullis::{
    AuthClient, AuthConfiguration, AuthState, FetchSessionOptions, FileStore, SessionTokens, WebUiSignInOptions,
};
use serde_json::{Value, json};
use test_pool::{PASSWORD, TestPool};

const APP: &str = "myapp://in/";
/// Longer than a person takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Has somebody sign in at that page; gives the address that the browser came back with.
async fn person(url: &str, username: &str, redirect: &str) -> String {
    let person = std::env::var("PORTCULLIS_PERSON").expect("a browser: run `cargo xtask browser-test`");
    let asked = json!({ "url": url, "username": username, "password": PASSWORD, "redirect": redirect });
    let answer = test_pool::http().post(person).body(asked.to_string()).send().await.unwrap();
    let told: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    told["callback"].as_str().unwrap_or_else(|| panic!("{told}")).to_owned()
}

/// A pool whose pages lead back to an app, or to a port that nobody has just now.
async fn pool() -> (TestPool, String) {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let here = format!("http://127.0.0.1:{port}/in");
    let client = ClientConfig::default().with_hosted_ui(&[APP, &here], &[]);
    let config = PoolConfig::default().with_client(client).with_user("ann", PASSWORD, &[]);
    (TestPool::with(config).await, here)
}

#[tokio::test]
#[ignore = "run by cargo xtask browser-test"]
async fn a_program_on_a_desktop_signs_in_by_the_systems_browser() {
    let (pool, here) = pool().await;
    let (opened, callback) = tokio::sync::oneshot::channel();
    let runtime = tokio::runtime::Handle::current();
    let expected = here.clone();
    let open = move |url: &str| {
        let url = url.to_owned();
        runtime.spawn(async move { opened.send(person(&url, "ann", &here).await) });
        Ok(())
    };
    let signing_in = pool.client.sign_in_with_browser(WebUiSignInOptions::new(), open);
    let result = tokio::time::timeout(PATIENCE, signing_in).await.expect("nobody came back").unwrap();
    assert!(result.is_signed_in);
    assert_eq!(pool.client.get_current_user().await.unwrap().username, "ann");
    let callback = callback.await.unwrap();
    assert!(callback.starts_with(&format!("{expected}?code=")), "{callback}");
    let session = pool.client.fetch_auth_session(FetchSessionOptions::new().force_refresh(true)).await.unwrap();
    assert!(matches!(session.tokens, SessionTokens::Available(_)), "its tokens are good, and are renewed");
}

#[tokio::test]
#[ignore = "run by cargo xtask browser-test"]
async fn an_app_gets_back_by_a_scheme_of_its_own_and_only_with_its_own_answer() {
    let (pool, _) = pool().await;
    let options = || WebUiSignInOptions::new().redirect_uri(APP);
    let first = pool.client.begin_web_ui_sign_in(options()).await.unwrap();
    let late = person(&first.url, "ann", APP).await;
    let second = pool.client.begin_web_ui_sign_in(options()).await.unwrap();
    let overtaken = pool.client.complete_web_ui_sign_in(late).await.unwrap_err();
    assert_eq!(overtaken.code(), "no_web_ui_sign_in");
    let callback = person(&second.url, "ann", APP).await;
    assert!(pool.client.complete_web_ui_sign_in(callback).await.unwrap().is_signed_in);
}

const DIRECTORY: &str = "PORTCULLIS_BROWSER_DIRECTORY";
const OUTPUTS: &str = "PORTCULLIS_BROWSER_OUTPUTS";
/// What the line with the page begins with: the test harness writes to the same pipe.
const PAGE: &str = "page: ";

fn client(directory: &Path, outputs: &str) -> AuthClient {
    let configuration = AuthConfiguration::from_json(outputs).unwrap();
    AuthClient::builder(configuration).store(Arc::new(FileStore::new(directory))).build()
}

#[tokio::test]
#[ignore = "the process that another test starts and kills"]
async fn is_an_app_that_opened_the_browser() {
    let (Some(directory), Ok(outputs)) = (std::env::var_os(DIRECTORY), std::env::var(OUTPUTS)) else { return };
    let client = client(Path::new(&directory), &outputs);
    let request = client.begin_web_ui_sign_in(WebUiSignInOptions::new().custom_state("cart 7")).await.unwrap();
    let mut output = std::io::stdout().lock();
    writeln!(output, "{PAGE}{}", request.url).unwrap();
    output.flush().unwrap();
    // It waits for the browser, as an app does, until it is killed; or until whoever started it is gone.
    let _ = std::io::stdin().lock().read(&mut [0]);
}

/// Starts that process; gives it, and the page that it would show.
fn app(directory: &Path, outputs: &str) -> (Child, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "is_an_app_that_opened_the_browser", "--ignored", "--nocapture"]);
    command.env(DIRECTORY, directory).env(OUTPUTS, outputs);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let page = lines.filter_map(|line| line.split_once(PAGE).map(|(_, page)| page.to_owned())).next().unwrap();
    (child, page)
}

#[tokio::test]
#[ignore = "run by cargo xtask browser-test"]
async fn an_app_that_was_killed_while_the_browser_was_open_is_signed_in_when_it_starts_again() {
    let (pool, _) = pool().await;
    let (directory, outputs) = (tempfile::tempdir().unwrap(), pool.server.amplify_outputs());
    let (mut app, page) = app(directory.path(), &outputs);
    app.kill().unwrap();
    app.wait().unwrap();
    // The person is still at the page, and nobody at home.
    let callback = person(&page, "ann", APP).await;
    let again = client(directory.path(), &outputs);
    let result = again.complete_web_ui_sign_in(callback.clone()).await.unwrap();
    assert!(result.is_signed_in);
    assert_eq!(again.get_current_user().await.unwrap().username, "ann");
    // To a third start the answer is nothing any more, and the session is as it was.
    let third = client(directory.path(), &outputs);
    let used = third.complete_web_ui_sign_in(callback).await.unwrap_err();
    assert_eq!(used.code(), "no_web_ui_sign_in");
    assert!(matches!(third.state(), AuthState::SignedIn { .. }), "{:?}", third.state());
}
