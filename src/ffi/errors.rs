//! Errors that the facades give before the core is asked.

use crate::error::{AuthError, ErrorCode};

/// The error of that code, so that its sentences are written once for all languages: what happened, in the table's words
/// where none are given, and the argument at fault.
#[uniffi::export]
pub fn error_of(code: String, text: Option<String>, field: Option<String>) -> AuthError {
    AuthError::of(ErrorCode::named(&code).unwrap_or(ErrorCode::Internal), text, field)
}
