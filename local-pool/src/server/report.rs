//! What is told of a request among the events.

use axum::body::Body;
use axum::http::Response;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::error::ServiceError;
use crate::feed::{Feed, Kind};
use crate::wire::answer::Answer;

/// What a response's extensions say about the fault that it met.
#[derive(Clone, Copy)]
pub(super) struct FaultName(pub &'static str);

pub(super) struct Report {
    operation: String,
    pool: Option<String>,
    client: Option<String>,
    /// As the request names them; nobody has checked it.
    user: Option<String>,
    started: Instant,
}

const SIGN_INS: [&str; 4] =
    ["AdminInitiateAuth", "AdminRespondToAuthChallenge", "InitiateAuth", "RespondToAuthChallenge"];

impl Report {
    pub fn of(operation: &str, body: Option<&Map<String, Value>>) -> Self {
        let text = |name: &str| body?.get(name)?.as_str().map(str::to_owned);
        let inner = |name: &str| body?.get(name)?.get("USERNAME")?.as_str().map(str::to_owned);
        let user = text("Username").or_else(|| inner("AuthParameters")).or_else(|| inner("ChallengeResponses"));
        let pool = text("UserPoolId").or_else(|| text("IdentityPoolId"));
        let (user, client) = (user.or_else(|| text("IdentityId")), text("ClientId"));
        Self { operation: operation.to_owned(), pool, client, user, started: Instant::now() }
    }

    pub fn tell(&self, feed: &Feed, response: &Response<Body>) {
        let error = response.extensions().get::<ServiceError>();
        feed.tell(
            Kind::Request,
            json!({
                "operation": self.operation,
                "pool": self.pool,
                "client": self.client,
                "user": self.user,
                "status": response.status().as_u16(),
                "exception": error.map(|error| error.name),
                "message": error.and_then(|error| error.message.as_deref()),
                "reason": error.and_then(|error| error.reason.as_deref()),
                "fault": response.extensions().get::<FaultName>().map(|fault| fault.0),
                "seconds": self.started.elapsed().as_secs_f64(),
            }),
        );
    }
}

/// Tells which tokens an app got at the OAuth endpoint.
pub(super) fn exchange(feed: &Feed, report: &Report, answer: &Value) {
    let names = ["access_token", "id_token", "refresh_token"];
    let tokens: Vec<&str> = names.into_iter().filter(|name| answer.get(name).is_some()).collect();
    if !tokens.is_empty() {
        feed.tell(Kind::SignIn, json!({ "operation": report.operation, "client": report.client, "tokens": tokens }));
    }
}

/// Tells what a sign-in has come to, if the answer is one's.
pub(super) fn sign_in(feed: &Feed, report: &Report, answer: &Answer) {
    let Answer::Json(answer) = answer else { return };
    if !SIGN_INS.contains(&report.operation.as_str()) {
        return;
    }
    let tokens = answer.get("AuthenticationResult").map(|result| {
        let names = ["AccessToken", "IdToken", "RefreshToken"];
        names.into_iter().filter(|name| result.get(name).is_some()).collect::<Vec<_>>()
    });
    feed.tell(
        Kind::SignIn,
        json!({
            "operation": report.operation,
            "pool": report.pool,
            "client": report.client,
            "user": report.user,
            "challenge": answer.get("ChallengeName"),
            "tokens": tokens,
        }),
    );
}
