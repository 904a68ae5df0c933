//! What the error that callers see can tell; its cases are in the table.

use super::{AuthError, ErrorCode};
use crate::support::shown::shows;

/// What is known about a failure. Never holds a password, code, token or secret.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AuthErrorInfo {
    /// Stable, documented code, for example `code_mismatch`: compare this, never `text`.
    pub code: String,
    /// What happened, in English, for developers and logs. For `lambda_rejected` it is the text of the app's own Lambda trigger.
    pub text: String,
    /// One sentence for the developer: what to do about it.
    pub recovery: String,
    /// Whether the same call can succeed later without anything else being changed.
    pub is_retryable: bool,
    /// The service's request id (`x-amzn-requestid`), when it answered: quote it to AWS support.
    pub request_id: Option<String>,
    /// The Cognito operation that failed, for example `InitiateAuth`; absent when nothing was sent.
    pub operation: Option<String>,
    /// The Cognito exception, for example `NotAuthorizedException`; absent when the service did not answer.
    pub service_code: Option<String>,
    /// HTTP status of the answer, when there was one.
    pub http_status: Option<u16>,
    /// The argument or configuration key at fault, for `validation_failed` and `configuration_invalid`.
    pub field: Option<String>,
    /// For `session_expired`: the code of the verdict that ended the session, for example `user_disabled`.
    #[uniffi(default = None)]
    pub reason: Option<String>,
}
shows!(AuthErrorInfo {
    code,
    text,
    recovery,
    is_retryable,
    request_id,
    operation,
    service_code,
    http_status,
    field,
    reason
});

impl AuthErrorInfo {
    /// What the table says of the code; what else is known is the caller's to fill in.
    pub(super) fn of(code: ErrorCode) -> Self {
        Self {
            code: code.as_str().to_owned(),
            text: code.meaning().to_owned(),
            recovery: code.recovery().to_owned(),
            is_retryable: code.is_retryable(),
            request_id: None,
            operation: None,
            service_code: None,
            http_status: None,
            field: None,
            reason: None,
        }
    }
}

impl std::fmt::Display for AuthErrorInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} [{}]: {}", self.text, self.code, self.recovery)
    }
}

impl AuthError {
    /// The error of that code, for those who fail before anything was asked of the core.
    pub(crate) fn of(code: ErrorCode, text: Option<String>, field: Option<String>) -> Self {
        let mut info = AuthErrorInfo { field, ..AuthErrorInfo::of(code) };
        if let Some(text) = text {
            info.text = text;
        }
        code.error(info)
    }

    /// The stable code, for example `code_mismatch`.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.info().code
    }

    /// One sentence for the developer: what to do about it.
    #[must_use]
    pub fn recovery(&self) -> &str {
        &self.info().recovery
    }

    /// Whether the same call can succeed later without anything else being changed.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        self.info().is_retryable
    }

    /// Whether this error has the given code.
    #[must_use]
    pub fn is(&self, code: ErrorCode) -> bool {
        self.info().code == code.as_str()
    }
}

impl ErrorCode {
    /// The code with this text.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}

/// The error of that code in the table's own words, for tests of an app, for example.
impl From<ErrorCode> for AuthError {
    fn from(code: ErrorCode) -> Self {
        Self::of(code, None, None)
    }
}

impl From<AuthError> for AuthErrorInfo {
    fn from(error: AuthError) -> Self {
        error.info().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_lower_case() {
        let mut texts: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.iter().all(|text| text.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    #[test]
    fn a_code_has_one_name_in_all_languages() {
        for code in ErrorCode::ALL {
            let mut name = String::new();
            for (at, c) in format!("{code:?}").char_indices() {
                if at > 0 && c.is_uppercase() {
                    name.push('_');
                }
                name.push(c.to_ascii_lowercase());
            }
            assert_eq!(name, code.as_str());
        }
    }

    #[test]
    fn what_the_table_says_of_a_code_is_sentences() {
        for code in ErrorCode::ALL {
            for sentence in [code.meaning(), code.recovery(), code.case().1] {
                let is_sentence = sentence.starts_with(char::is_uppercase) && sentence.ends_with('.');
                assert!(is_sentence && !sentence.contains("  "), "{}: {sentence}", code.as_str());
            }
        }
    }

    #[test]
    fn an_error_made_of_a_code_says_what_the_table_says() {
        for &code in ErrorCode::ALL {
            let error = AuthError::from(code);
            assert!(error.is(code) && ErrorCode::named(error.code()) == Some(code));
            assert_eq!((error.info().text.as_str(), error.recovery()), (code.meaning(), code.recovery()));
            assert_eq!(error.is_retryable(), code.is_retryable());
            assert!(format!("{error:?}").starts_with(code.case().0), "{error:?}");
        }
        assert_eq!(ErrorCode::named("a_code"), None);
    }
}
