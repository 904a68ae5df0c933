//! Refusals of `/_local`: `{"error": CODE, "message": TEXT}`, where the text says what to do.

use axum::body::Body;
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};

use crate::error::ServiceError;
use crate::wire::answer::{self, Stamp};

/// What a handler has to say.
pub(super) type Told = Result<Value, Refusal>;

pub(super) struct Refusal {
    status: StatusCode,
    code: &'static str,
    text: String,
}

impl Refusal {
    pub fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into() }
    }

    pub fn bad_request(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, text)
    }

    /// What an operation refuses, by the service's name and words.
    pub fn of_operation(error: &ServiceError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let text = error.message.as_deref().unwrap_or_default();
        let reason = error.reason.as_deref().map(|reason| format!(" ({reason})")).unwrap_or_default();
        Self::new(status, "refused", format!("{}: {text}{reason}", error.name))
    }

    pub fn answer(&self, stamp: &Stamp) -> Response<Body> {
        let mut response = answer::document(&json!({ "error": self.code, "message": self.text }), stamp);
        *response.status_mut() = self.status;
        response
    }
}

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
        let text = error.message.unwrap_or_default();
        match error.name {
            "UserNotFoundException" => {
                let hint = "Give a user name, an alias or a sub; ?pool=ID names another pool than the first.";
                Self::new(status, "unknown_user", format!("{text} {hint}"))
            }
            "ResourceNotFoundException" => {
                Self::new(status, "unknown_pool", format!("{text} Give the id of a pool: ?pool=ID."))
            }
            _ => Self::of_operation(&ServiceError { message: Some(text), ..error }),
        }
    }
}
