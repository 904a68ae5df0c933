use crate::error::ServiceError;

/// A refusal of a service that answers in XML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AwsError {
    pub status: u16,
    pub code: &'static str,
    pub text: String,
}

impl AwsError {
    pub fn new(status: u16, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into() }
    }

    pub fn bad_request(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(400, code, text)
    }

    pub fn forbidden(code: &'static str, text: impl Into<String>) -> Self {
        Self::new(403, code, text)
    }

    /// As the events tell of it.
    pub fn told(&self) -> ServiceError {
        ServiceError { name: self.code, status: self.status, ..ServiceError::not_authorized(&self.text) }
    }
}

impl From<ServiceError> for AwsError {
    fn from(error: ServiceError) -> Self {
        Self { status: error.status, code: error.name, text: error.message.unwrap_or_default() }
    }
}
