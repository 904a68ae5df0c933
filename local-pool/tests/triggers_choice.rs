//! Which of a closure, the Lambda endpoint and the folder runs, and what is wrong with a set-up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use handlers::{Handlers, MARKS, event, run};
use local_pool::triggers::{TriggerFailure, TriggerKind, TriggerSetupError, TriggerTiming, Triggers};
use serde_json::json;

const PRE: TriggerKind = TriggerKind::PreSignUp;

#[tokio::test]
async fn a_closure_serves_a_running_pool_and_beats_the_folder() {
    let handlers = Handlers::new(&[("presignup.js", MARKS)]);
    let triggers = handlers.triggers();
    let in_the_pool = triggers.clone();
    assert_eq!(run(&in_the_pool, PRE, json!({})).await, Ok(json!({"mark": "ran"})));
    triggers.on(PRE, |mut event| {
        event["response"]["autoConfirmUser"] = json!(true);
        Ok(event)
    });
    assert_eq!(run(&in_the_pool, PRE, json!({})).await, Ok(json!({"autoConfirmUser": true})));
    let arn = "arn:aws:lambda:eu-west-1:1:function:elsewhere";
    assert!(in_the_pool.invoke(PRE, Some(arn), event(json!({}))).await.is_ok());
    triggers.remove(PRE);
    assert_eq!(run(&in_the_pool, PRE, json!({})).await, Ok(json!({"mark": "ran"})));
}

#[tokio::test]
async fn a_closure_fails_like_a_function() {
    let triggers = Triggers::default();
    assert!(!triggers.has(PRE, None));
    assert!(matches!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::NotInvocable(_))));

    triggers.on(PRE, |_| Err("Not on the list".to_owned()));
    assert!(triggers.has(PRE, None));
    assert_eq!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::Threw("Not on the list".to_owned())));
    triggers.on(PRE, |_| Ok(json!({})));
    assert_eq!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::Unrecognizable));
    triggers.on(PRE, |_| panic!("inside"));
    assert!(matches!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::Threw(_))));

    let triggers = triggers.with_timing(TriggerTiming { limit: Duration::from_millis(50), tries: 3 });
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    triggers.on(PRE, move |event| {
        counted.fetch_add(1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(200));
        Ok(event)
    });
    assert_eq!(run(&triggers, PRE, json!({})).await, Err(TriggerFailure::TimedOut));
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn an_arn_without_an_endpoint_means_the_folders_function_of_that_name() {
    let handlers = Handlers::new(&[
        ("presignup.js", MARKS),
        ("sendCode.js", "exports.handler = async (event) => { event.response.by = 'sendCode'; };"),
        (
            "shopTalk/src/index.js",
            "exports.handler = async (event, c) => { event.response.by = c.invokedFunctionArn; };",
        ),
    ]);
    let triggers = handlers.triggers();
    let by = async |name: &str| {
        let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
        Ok(triggers.invoke(PRE, Some(&arn), event(json!({}))).await?["response"]["by"].take())
    };
    assert_eq!(by("sendCode").await, Ok(json!("sendCode")));
    assert_eq!(by("sendCode:$LATEST").await, Ok(json!("sendCode")));
    // The Amplify CLI deploys a function under its folder's name and the environment's.
    assert_eq!(by("shopTalk-dev").await, Ok(json!("arn:aws:lambda:eu-west-1:123456789012:function:shopTalk-dev")));
    for unknown in ["sendCode-dev", "other"] {
        assert!(triggers.has(PRE, Some(unknown)));
        let failure = by(unknown).await;
        assert!(
            matches!(&failure, Err(TriggerFailure::NotInvocable(text)) if text.starts_with("ResourceNotFoundException")),
            "{failure:?}"
        );
    }
}

#[test]
fn a_set_up_that_cannot_work_is_refused_with_its_reason() {
    let refused = |handlers: &Handlers| handlers.logging().with_folder(handlers.path()).unwrap_err();

    let missing = Triggers::default().with_folder("/no/such/folder").unwrap_err();
    assert!(matches!(missing, TriggerSetupError::FolderMissing(_)), "{missing}");

    let two = Handlers::new(&[("createAuthChallenge.js", MARKS), ("boilerplate-create-challenge.mjs", MARKS)]);
    let text = refused(&two).to_string();
    assert!(text.starts_with("two handlers for CreateAuthChallenge: "), "{text}");
    assert!(text.contains("createAuthChallenge.js") && text.contains("boilerplate-create-challenge.mjs"), "{text}");

    let empty = Handlers::new(&[("shopPreSignup/src/readme.txt", "")]);
    assert!(matches!(refused(&empty), TriggerSetupError::NoEntry(_)));

    for url in ["http://lambda.example.com", "ftp://127.0.0.1", "not a url"] {
        let error = Triggers::default().with_lambda_endpoint(url).unwrap_err();
        assert!(matches!(&error, TriggerSetupError::Endpoint { url: named, .. } if named == url), "{error}");
    }
    for url in ["http://127.0.0.1:3001", "http://[::1]:3001/", "http://localhost:3001", "https://lambda.example.com"] {
        Triggers::default().with_lambda_endpoint(url).unwrap();
    }
}

#[tokio::test]
async fn a_folder_without_triggers_says_so_in_the_log() {
    let handlers = Handlers::new(&[("signup.js", MARKS)]);
    let triggers = handlers.triggers();
    assert!(!triggers.has(PRE, None));
    handlers.wait_for_log(r#"has no handler named like a trigger yet; it has ["signup"]"#).await;
}
