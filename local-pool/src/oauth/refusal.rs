//! What the endpoints for apps answer when they refuse (RFC 6749, section 5.2).

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::error::ServiceError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub status: u16,
    pub error: &'static str,
    pub description: Option<String>,
    /// What is behind it, for developers: it is among the events.
    pub reason: Option<Cow<'static, str>>,
}

impl Refused {
    pub fn new(error: &'static str, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { status: 400, error, description: None, reason: Some(reason.into()) }
    }

    pub fn body(&self) -> Value {
        match &self.description {
            Some(description) => json!({ "error": self.error, "error_description": description }),
            None => json!({ "error": self.error }),
        }
    }

    /// The same for whoever tells what happened.
    pub fn told(&self) -> ServiceError {
        let mut told = ServiceError::not_authorized(self.description.clone().unwrap_or_default());
        (told.name, told.status) = (self.error, self.status);
        told.reason.clone_from(&self.reason);
        told
    }
}

/// A use case that the API has as well: what it calls not authorized is a grant that is none; a trigger's text is told.
impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        let reason = error.message.clone().unwrap_or_default();
        match error.name {
            "UserLambdaValidationException" | "UnexpectedLambdaException" | "InvalidLambdaResponseException" => {
                Self { description: error.message, ..Self::new("invalid_request", reason) }
            }
            "InternalErrorException" => Self { status: 500, ..Self::new("server_error", reason) },
            _ => Self::new("invalid_grant", reason),
        }
    }
}
