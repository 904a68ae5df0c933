//! What is wrong with a function's package.json or its dependencies is told, and mends itself once the file does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use handlers::{Handlers, MARKS, run};
use local_pool::triggers::{TriggerFailure, TriggerKind};
use serde_json::json;

const PRE: TriggerKind = TriggerKind::PreSignUp;

#[tokio::test]
async fn what_npm_says_reaches_the_caller_and_the_log() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let registry = format!("registry=http://{}/\nfetch-retries=0\n", closed.local_addr().unwrap());
    drop(closed);
    let handlers = Handlers::new(&[
        ("shopPreSignup/index.js", MARKS),
        ("shopPreSignup/package.json", r#"{"dependencies": {"no-such-dependency": "^1.0.0"}}"#),
        ("shopPreSignup/.npmrc", &registry),
    ]);
    let cache = tempfile::tempdir().unwrap();
    let triggers = handlers.logging().with_dependency_cache(cache.path()).with_folder(handlers.path()).unwrap();
    let failure = run(&triggers, PRE, json!({})).await;
    let Err(TriggerFailure::NotInvocable(text)) = failure else { panic!("{failure:?}") };
    assert!(text.starts_with("cannot install the dependencies of ") && text.contains("ECONNREFUSED"), "{text}");
    handlers.wait_for_log("[shopPreSignup] npm install failed").await;
    assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 0, "something half-installed is left");

    handlers.write("shopPreSignup/package.json", r#"{"dependencies": {}}"#);
    assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"mark": "ran"})));
}

#[tokio::test]
async fn a_broken_package_json_is_named() {
    let handlers = Handlers::new(&[("preSignup/index.js", MARKS), ("preSignup/package.json", "{ \"main\": ")]);
    let triggers = handlers.triggers();
    let failure = run(&triggers, PRE, json!({})).await;
    let file = handlers.path().join("preSignup/package.json").display().to_string();
    assert!(matches!(&failure, Err(TriggerFailure::NotInvocable(text)) if text.contains(&file)), "{failure:?}");
    handlers.write("preSignup/package.json", "{}");
    assert_eq!(run(&triggers, PRE, json!({})).await, Ok(json!({"mark": "ran"})));
}

#[tokio::test]
async fn dependencies_that_are_installed_are_used_where_they_are() {
    let handlers = Handlers::new(&[
        ("preSignup/index.js", "exports.handler = async (e) => { e.response.mark = require('word') + __filename; };"),
        ("preSignup/package.json", r#"{"dependencies": {"word": "^1.0.0"}}"#),
        ("preSignup/node_modules/word/index.js", "module.exports = 'from ';"),
        ("preSignup/node_modules/word/package.json", r#"{"name": "word", "version": "1.0.0"}"#),
    ]);
    let response = run(&handlers.triggers(), PRE, json!({})).await.unwrap();
    assert_eq!(response["mark"], format!("from {}", handlers.path().join("preSignup/index.js").display()));
    assert!(!handlers.logged().contains("npm install"), "{}", handlers.logged());
}
