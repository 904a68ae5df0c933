//! `/_local/call`: any operation as [`crate::LocalPool::call`] runs it, for the console and for tests in other processes.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response};
use axum::routing::post;
use serde_json::{Map, Value};

use super::answers::{done, tell};
use super::body::read;
use super::refusal::{Refusal, Told};
use crate::error::ServiceError;
use crate::identity_operations::IDENTITY_OPERATIONS;
use crate::operations::OPERATIONS;
use crate::server::app::App;
use crate::server::in_process;

pub(super) fn router() -> Router<App> {
    Router::new().route("/call/{operation}", post(call))
}

async fn call(
    State(app): State<App>,
    Path(operation): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let told = run(&app, &operation, &headers, &body).await;
    tell(&app, told)
}

async fn run(app: &App, operation: &str, headers: &HeaderMap, body: &[u8]) -> Told {
    let body: Map<String, Value> = read(headers, body)?;
    if !OPERATIONS.contains(&operation) && !IDENTITY_OPERATIONS.contains(&operation) {
        let text = format!("There is no operation `{operation}`. GET /_local/operations lists those there are.");
        return Err(Refusal::bad_request("unknown_operation", text));
    }
    let (running, name) = (app.clone(), operation.to_owned());
    // On a task of its own: a client that goes away does not stop an operation half way.
    let run = tokio::spawn(async move { in_process::call(&running, &name, body).await });
    match run.await.unwrap_or_else(|_| Err(ServiceError::internal("local-pool failed on this request"))) {
        Ok(Value::Null) => Ok(done()),
        Ok(answer) => Ok(answer),
        Err(error) => Err(Refusal::of_operation(&error)),
    }
}
