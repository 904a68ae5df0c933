//! The handlers of the Amplify guide "Sign-in with custom flow", put into folders as its readers do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use handlers::{Handlers, fixture, rounds, run};
use local_pool::triggers::{TriggerKind, Triggers};
use serde_json::{Value, json};

const CUSTOM: &str = "CUSTOM_CHALLENGE";

/// Sends the function's npm dependency to a folder of the test's own, so that it is really installed.
/// Says so clearly when npm cannot.
async fn with_dependencies(handlers: &Handlers, cache: &tempfile::TempDir) -> Triggers {
    let triggers = handlers.logging().with_dependency_cache(cache.path()).with_folder(handlers.path()).unwrap();
    if let Err(failure) = triggers.load().await {
        panic!("the functions do not load; does npm reach its registry? {failure}\n{}", handlers.logged());
    }
    triggers
}

/// define → create → verify → define, with a right and a wrong answer.
async fn passes_the_custom_flow(triggers: &Triggers) {
    let start = run(triggers, TriggerKind::DefineAuthChallenge, rounds(&[])).await.unwrap();
    assert_eq!(start, json!({"issueTokens": false, "failAuthentication": false, "challengeName": CUSTOM}));

    let mut request = rounds(&[]);
    request["challengeName"] = json!(CUSTOM);
    let created = run(triggers, TriggerKind::CreateAuthChallenge, request).await.unwrap();
    let code = created["privateChallengeParameters"]["answer"].as_str().unwrap().to_owned();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");

    assert_eq!(verified(triggers, &code, &code).await, json!({"answerCorrect": true}));
    assert_eq!(verified(triggers, &code, "wrong").await, json!({"answerCorrect": false}));

    let passed = run(triggers, TriggerKind::DefineAuthChallenge, rounds(&[(CUSTOM, true)])).await.unwrap();
    assert_eq!(passed, json!({"issueTokens": true, "failAuthentication": false, "challengeName": CUSTOM}));
    let failed = run(triggers, TriggerKind::DefineAuthChallenge, rounds(&[(CUSTOM, false)])).await.unwrap();
    assert_eq!(failed, json!({"issueTokens": false, "failAuthentication": true}));
}

async fn verified(triggers: &Triggers, expected: &str, given: &str) -> Value {
    let request = json!({"privateChallengeParameters": {"answer": expected}, "challengeAnswer": given});
    run(triggers, TriggerKind::VerifyAuthChallengeResponse, request).await.unwrap()
}

#[tokio::test]
async fn custom_flow_in_a_flat_folder_with_its_npm_dependency() {
    let names =
        ["boilerplate-create-challenge.js", "boilerplate-define-challenge.js", "boilerplate-verify.js", "package.json"];
    let handlers = Handlers::new(&[]);
    for name in names {
        handlers.write(name, &fixture(&format!("custom_flow/{name}")));
    }
    let cache = tempfile::tempdir().unwrap();
    passes_the_custom_flow(&with_dependencies(&handlers, &cache).await).await;
    handlers.wait_for_log("npm install for").await;

    // The folder is the user's: it holds what it held, comments in package.json included.
    let mut left: Vec<_> = std::fs::read_dir(handlers.path())
        .unwrap()
        .map(|item| item.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, names);
    assert_eq!(
        std::fs::read_to_string(handlers.path().join("package.json")).unwrap(),
        fixture("custom_flow/package.json")
    );

    // What is installed once serves the next run.
    let again = Handlers::new(&[]);
    for name in names {
        again.write(name, &fixture(&format!("custom_flow/{name}")));
    }
    passes_the_custom_flow(&with_dependencies(&again, &cache).await).await;
    assert!(!again.logged().contains("npm install for"), "{}", again.logged());
}

/// The tree `amplify add auth` writes, with the guide's code and dependency.
fn amplify_project() -> Handlers {
    let handlers =
        Handlers::new(&[("amplify/backend/function/sendMail/src/index.js", "exports.handler = async () => {};")]);
    let functions = [
        ("CreateAuthChallenge", "boilerplate-create-challenge"),
        ("DefineAuthChallenge", "boilerplate-define-challenge"),
        ("VerifyAuthChallengeResponse", "boilerplate-verify"),
    ];
    for (trigger, module) in functions {
        let folder = format!("amplify/backend/function/shop0a1b{trigger}");
        let parameters = json!({"modules": module, "resourceName": format!("shop0a1b{trigger}")});
        handlers.write(&format!("{folder}/parameters.json"), &parameters.to_string());
        handlers.write(&format!("{folder}/src/index.js"), &fixture("amplify_index.js"));
        handlers.write(&format!("{folder}/src/{module}.js"), &fixture(&format!("custom_flow/{module}.js")));
        handlers.write(&format!("{folder}/src/event.json"), "{}");
    }
    let package = fixture("custom_flow/package.json");
    handlers.write("amplify/backend/function/shop0a1bCreateAuthChallenge/src/package.json", &package);
    handlers
}

#[tokio::test]
async fn custom_flow_in_the_amplify_tree() {
    let handlers = amplify_project();
    let cache = tempfile::tempdir().unwrap();
    passes_the_custom_flow(&with_dependencies(&handlers, &cache).await).await;

    let functions = handlers.path().join("amplify/backend/function");
    let triggers = handlers.logging().with_dependency_cache(cache.path()).with_folder(functions).unwrap();
    passes_the_custom_flow(&triggers).await;
}

#[tokio::test]
async fn custom_flow_with_srp_first() {
    let handlers = Handlers::new(&[(
        "boilerplate-define-challenge.js",
        &fixture("custom_flow_with_srp/boilerplate-define-challenge.js"),
    )]);
    let triggers = handlers.triggers();
    let steps: [(&[(&str, bool)], Value); 4] = [
        (
            &[("SRP_A", true)],
            json!({"issueTokens": false, "failAuthentication": false, "challengeName": "PASSWORD_VERIFIER"}),
        ),
        (
            &[("SRP_A", true), ("PASSWORD_VERIFIER", true)],
            json!({"issueTokens": false, "failAuthentication": false, "challengeName": CUSTOM}),
        ),
        (
            &[("SRP_A", true), ("PASSWORD_VERIFIER", true), (CUSTOM, true)],
            json!({"issueTokens": true, "failAuthentication": false}),
        ),
        (&[("SRP_A", true), ("PASSWORD_VERIFIER", false)], json!({"issueTokens": false, "failAuthentication": true})),
    ];
    for (session, response) in steps {
        assert_eq!(
            run(&triggers, TriggerKind::DefineAuthChallenge, rounds(session)).await,
            Ok(response),
            "{session:?}"
        );
    }
}

#[tokio::test]
async fn captcha_flow_of_es_modules_without_a_package_json() {
    let create = fixture("captcha/createAuthChallenge.js")
        .replace("<captcha url>", r#""https://example.com/captcha/123.jpg""#)
        .replace("<expected answer>", r#""5""#);
    let handlers = Handlers::new(&[
        ("createAuthChallenge.js", &create),
        ("defineAuthChallenge.js", &fixture("captcha/defineAuthChallenge.js")),
        ("verifyAuthChallengeResponse.js", &fixture("captcha/verifyAuthChallengeResponse.js")),
    ]);
    let triggers = handlers.triggers();
    let start = run(&triggers, TriggerKind::DefineAuthChallenge, rounds(&[])).await.unwrap();
    assert_eq!(start, json!({"challengeName": CUSTOM, "failAuthentication": false, "issueTokens": false}));
    let created = run(&triggers, TriggerKind::CreateAuthChallenge, rounds(&[])).await.unwrap();
    assert_eq!(created["publicChallengeParameters"], json!({"captchaUrl": "https://example.com/captcha/123.jpg"}));
    assert_eq!(created["privateChallengeParameters"], json!({"answer": "5"}));
    assert_eq!(created["challengeMetadata"], "CAPTCHA_CHALLENGE");
    assert_eq!(verified(&triggers, "5", "5").await, json!({"answerCorrect": true}));
    assert_eq!(verified(&triggers, "5", "6").await, json!({"answerCorrect": false}));
    let passed = run(&triggers, TriggerKind::DefineAuthChallenge, rounds(&[(CUSTOM, true)])).await.unwrap();
    assert_eq!(passed, json!({"failAuthentication": false, "issueTokens": true}));
}
