//! The error that callers see.

use super::ErrorCode;

/// What is known about a failure. Never holds a password, code, token or secret.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
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

impl std::fmt::Display for AuthErrorInfo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} [{}]: {}", self.text, self.code, self.recovery)
    }
}

macro_rules! auth_error {
    ($($(#[$doc:meta])* $case:ident,)*) => {
        /// Every failure of every call: one case per thing that the caller can do about it.
        /// The [`AuthErrorInfo`] in each case holds the stable code, a recovery sentence and the facts for a bug report.
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, uniffi::Error)]
        #[uniffi(name = "CoreError")]
        pub enum AuthError {
            $($(#[$doc])* #[error("{info}")] $case {
                /// The details.
                info: AuthErrorInfo,
            },)*
        }

        impl AuthError {
            /// The details, whatever the case.
            #[must_use]
            pub const fn info(&self) -> &AuthErrorInfo {
                match self { $(Self::$case { info })|* => info }
            }
        }
    };
}

auth_error! {
    /// The caller gave the call up.
    Cancelled,
    /// A code could not be delivered.
    CodeDeliveryFailed,
    /// A code is too old or used up: request a new one.
    CodeExpired,
    /// A code is wrong: the user may type it again.
    CodeMismatch,
    /// The configuration is wrong: `field` names the key.
    Configuration,
    /// A defect in this library.
    Internal,
    /// A new password is refused by the pool's policy.
    InvalidPassword,
    /// The call makes no sense now, for example answering a challenge that does not exist.
    InvalidState,
    /// A Lambda trigger of the pool refused; its text may be shown to the user.
    LambdaRejected,
    /// Too many attempts: wait.
    LimitExceeded,
    /// The service could not be reached or did not answer in time. Nobody was signed out.
    Network,
    /// Wrong credentials, a disabled user or a refused session: `code` tells which.
    NotAuthorized,
    /// Nobody is signed in.
    NotSignedIn,
    /// A passkey was not made or not used: `code` tells why. Offer another way to sign in.
    Passkey,
    /// The user must reset the password.
    PasswordResetRequired,
    /// The service failed or is misconfigured.
    Service,
    /// The session has ended; sign in again, no sign-out is needed before.
    SessionExpired,
    /// The secure store failed, is locked or holds something unreadable.
    Storage,
    /// The service asked for a challenge that this release does not know; `text` names it.
    UnsupportedChallenge,
    /// The account is not confirmed yet.
    UserNotConfirmed,
    /// There is no such user.
    UserNotFound,
    /// The user name, e-mail address or phone number is taken.
    UsernameExists,
    /// An argument is invalid; `field` names it.
    Validation,
}

impl AuthError {
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

impl From<AuthError> for AuthErrorInfo {
    fn from(error: AuthError) -> Self {
        error.info().clone()
    }
}
