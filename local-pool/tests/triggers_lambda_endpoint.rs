//! The Lambda Invoke API against a server that speaks it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod handlers;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use handlers::{Handlers, event};
use local_pool::triggers::{TriggerFailure, TriggerKind, TriggerTiming};
use serde_json::{Value, json};

const KIND: TriggerKind = TriggerKind::PostConfirmation;
const ARN: &str = "arn:aws:lambda:eu-west-1:123456789012:function:";

type Calls = Arc<AtomicU32>;

/// Behaves by the name of the function, as the last part of its ARN.
async fn function(State(calls): State<Calls>, Path(arn): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    calls.fetch_add(1, Ordering::SeqCst);
    assert_eq!(headers["x-amz-invocation-type"], "RequestResponse");
    let mut event: Value = serde_json::from_slice(&body).unwrap();
    match arn.strip_prefix(ARN).expect("the whole ARN, decoded") {
        "answers" => {
            event["response"]["arn"] = json!(arn);
            ([("x-amz-log-result", "c3RhcnRlZAplbmRlZA==")], event.to_string()).into_response()
        }
        "throws" => {
            let error =
                json!({"errorMessage": "Not on the list", "errorType": "Error", "trace": ["Error: Not on the list"]});
            ([("x-amz-function-error", "Unhandled")], error.to_string()).into_response()
        }
        "throws-without-header" => {
            json!({"errorMessage": "No header", "errorType": "Error"}).to_string().into_response()
        }
        "throws-as-member" => json!({"FunctionError": "Unhandled", "Payload": "{\"errorMessage\":\"Inside\"}"})
            .to_string()
            .into_response(),
        "denied" => (
            StatusCode::FORBIDDEN,
            [("x-amzn-errortype", "AccessDeniedException:http://internal.amazon.com/")],
            r#"{"Message": "no"}"#,
        )
            .into_response(),
        "gone" => {
            (StatusCode::NOT_FOUND, r#"{"Type":"User","__type":"com.x#ResourceNotFoundException"}"#).into_response()
        }
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "text" => "not json".into_response(),
        "headless" => "{}".into_response(),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            event.to_string().into_response()
        }
        other => panic!("unexpected function {other}"),
    }
}

struct Server {
    url: String,
    calls: Calls,
}

async fn server() -> Server {
    let calls = Calls::default();
    let routes =
        Router::new().route("/2015-03-31/functions/{arn}/invocations", post(function)).with_state(Arc::clone(&calls));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Server { url, calls }
}

#[tokio::test]
async fn functions_are_invoked_by_arn() {
    let server = server().await;
    let handlers = Handlers::new(&[("answers.js", "exports.handler = async () => { throw 'the folder ran'; };")]);
    let triggers = handlers.triggers().with_lambda_endpoint(&format!("{}/", server.url)).unwrap();
    let invoke = async |name: &str| triggers.invoke(KIND, Some(&format!("{ARN}{name}")), event(json!({}))).await;

    let answer = invoke("answers").await.unwrap();
    assert_eq!(answer["response"]["arn"], format!("{ARN}answers"));
    assert_eq!(answer["userName"], "ana");
    handlers.wait_for_log("[answers] started\n[answers] ended").await;

    let threw = |text: &str| Err(TriggerFailure::Threw(text.to_owned()));
    let not_invocable = |text: &str| Err(TriggerFailure::NotInvocable(text.to_owned()));
    assert_eq!(invoke("throws").await, threw("Not on the list"));
    assert_eq!(invoke("throws-without-header").await, threw("No header"));
    assert_eq!(invoke("throws-as-member").await, threw("Inside"));
    assert_eq!(invoke("denied").await, not_invocable("AccessDeniedException"));
    assert_eq!(invoke("gone").await, not_invocable("ResourceNotFoundException"));
    assert_eq!(invoke("broken").await, not_invocable("ServiceException"));
    assert_eq!(invoke("text").await, Err(TriggerFailure::Unrecognizable));
    assert_eq!(invoke("headless").await, Err(TriggerFailure::Unrecognizable));
    // None of these was tried again.
    assert_eq!(server.calls.load(Ordering::SeqCst), 9);
    handlers.wait_for_log("[throws] threw: ").await;
}

#[tokio::test]
async fn a_pool_that_names_no_function_uses_the_folder() {
    let server = server().await;
    let handlers = Handlers::new(&[("postConfirmation.js", handlers::MARKS)]);
    let triggers = handlers.triggers().with_lambda_endpoint(&server.url).unwrap();
    assert_eq!(handlers::run(&triggers, KIND, json!({})).await, Ok(json!({"mark": "ran"})));
    assert_eq!(server.calls.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_slow_function_is_invoked_three_times() {
    let server = server().await;
    let handlers = Handlers::new(&[]);
    let triggers = handlers
        .logging()
        .with_lambda_endpoint(&server.url)
        .unwrap()
        .with_timing(TriggerTiming { limit: Duration::from_millis(200), tries: 3 });
    let failure = triggers.invoke(KIND, Some(&format!("{ARN}slow")), event(json!({}))).await;
    assert_eq!(failure, Err(TriggerFailure::TimedOut));
    assert_eq!(server.calls.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn nobody_listening_is_not_invocable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let triggers = Handlers::new(&[]).logging().with_lambda_endpoint(&url).unwrap();
    let failure = triggers.invoke(KIND, Some(&format!("{ARN}answers")), event(json!({}))).await;
    assert!(matches!(&failure, Err(TriggerFailure::NotInvocable(text)) if text.contains("refused")), "{failure:?}");
}
