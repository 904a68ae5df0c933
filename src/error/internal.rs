//! The error that the crate works with, and its one conversion to the public one.

use super::{AuthError, AuthErrorInfo, ErrorCode, PasskeyFailure, ServiceError, meaning_of};

pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can fail inside, with what the layers above need to decide. What has nothing of its own to say says
/// what its code means.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// The service answered with an exception.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// No usable answer.
    #[error("{operation}: {failure}")]
    Transport { operation: &'static str, failure: TransportFailure },
    /// An argument that the service would refuse for certain; nothing was sent.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A configuration value is missing or wrong.
    #[error("{key}: {problem}")]
    Configuration { key: String, problem: String },
    #[error("{}", ErrorCode::StorageLocked.meaning())]
    StorageLocked,
    #[error("{0}")]
    StorageFailed(String),
    #[error("{0}")]
    StorageCorrupt(String),
    /// Another owner has the store's lock.
    #[error("{}", ErrorCode::StorageBusy.meaning())]
    StorageBusy,
    #[error("{}", ErrorCode::NotSignedIn.meaning())]
    NotSignedIn,
    /// The sign-in was told to refuse where somebody else is signed in.
    #[error("{}", ErrorCode::AnotherUserSignedIn.meaning())]
    AnotherUserSignedIn,
    #[error("{}", ErrorCode::AccountNotFound.meaning())]
    NoSuchAccount,
    /// The service gave no refresh token.
    #[error("the tokens ran out, and the service gave no refresh token to renew them with")]
    NothingToRenewWith,
    /// The call took all the time it may.
    #[error("{}", ErrorCode::Timeout.meaning())]
    DeadlinePassed,
    /// The session ended; the reason is the code of the verdict.
    #[error("{text}")]
    SessionExpired { reason: String, text: String, service_code: Option<String>, request_id: Option<String> },
    /// A user-pool sign-in and a federation exclude each other.
    #[error("{}", ErrorCode::FederationActive.meaning())]
    FederationActive,
    #[error("{}", ErrorCode::UserPoolSessionActive.meaning())]
    UserPoolSessionActive,
    #[error("{}", ErrorCode::NotFederated.meaning())]
    NotFederated,
    /// Guests are off in the configuration.
    #[error("{}", ErrorCode::GuestAccessDenied.meaning())]
    GuestAccessDenied,
    #[error("the session has no ID token, which the identity pool needs")]
    NoIdToken,
    /// The app's token provider says that there is no new token to be had.
    #[error("{0}")]
    ProviderTokenExpired(String),
    /// The app's token provider could not ask.
    #[error("{0}")]
    TokenProviderUnavailable(String),
    #[error("{}", ErrorCode::NoSignInInProgress.meaning())]
    NoSignInInProgress,
    #[error("{}", ErrorCode::NoWebUiSignIn.meaning())]
    NoWebUiSignIn,
    /// The hosted pages or their token endpoint refused, with an error code of OAuth.
    #[error("{text}")]
    WebUiRefused { error: String, text: String },
    /// The unfinished sign-in waits for no code, or for one that only a new sign-in can send again.
    #[error("{}", ErrorCode::NoCodeToResend.meaning())]
    NoCodeToResend,
    #[error("{}", ErrorCode::NoAutoSignIn.meaning())]
    NoAutoSignIn,
    #[error("the account was not confirmed in time")]
    NotConfirmedInTime,
    /// The session is not bound to a device that the service knows.
    #[error("{}", ErrorCode::DeviceNotTracked.meaning())]
    DeviceNotTracked,
    /// The question of the sign-in has just been answered.
    #[error("{}", ErrorCode::AnswerInProgress.meaning())]
    AnswerInProgress,
    /// The sign-in was replaced or cancelled while this call was on its way.
    #[error("{0}")]
    Superseded(&'static str),
    #[error("the service asked for {0}, which this release does not know")]
    UnsupportedChallenge(String),
    /// The passkey dialog gave no passkey.
    #[error("{text}")]
    Passkey { failure: PasskeyFailure, text: String },
    /// The service took the code of an authenticator app and said that it does not fit.
    #[error("{}", ErrorCode::TotpCodeMismatch.meaning())]
    TotpNotVerified,
    /// The service's answer is well formed and makes no sense: nobody can go on with it.
    #[error("{0}")]
    BadAnswer(String),
    #[error("{}", ErrorCode::ClientClosed.meaning())]
    Closed,
    #[error("{}", ErrorCode::Cancelled.meaning())]
    Cancelled,
    #[error("{0}")]
    Internal(String),
}

/// Why no usable answer came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportFailure {
    /// No connection was made, so the service has not seen the request: safe to send again.
    #[error("could not connect: {0}")]
    NotConnected(String),
    /// The connection broke after the request may have been seen.
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error("no answer within the time limit")]
    TimedOut,
    /// An answer that is not the service's: HTML, an empty body, broken JSON.
    #[error("the answer (HTTP {status}) is not the service's")]
    NotTheService { status: u16 },
}

/// An argument refused before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub(crate) struct InputError {
    pub field: &'static str,
    pub problem: String,
}

impl InputError {
    pub fn new(field: &'static str, problem: impl Into<String>) -> Self {
        Self { field, problem: problem.into() }
    }
}

impl Error {
    /// The failure of a request that held these secrets, without them: the service may repeat what it refuses, in words
    /// that nobody foresees. Short ones stay, since they stand in too many words, and so does what the app's own trigger
    /// says.
    #[must_use]
    pub fn without<'a>(mut self, secrets: impl IntoIterator<Item = &'a str>) -> Self {
        const SHORTEST: usize = 4;
        if let Self::Service(error) = &mut self
            && error.exception != "UserLambdaValidationException"
        {
            for secret in secrets.into_iter().filter(|secret| secret.chars().count() >= SHORTEST) {
                error.text = error.text.replace(secret, "[…]");
            }
        }
        self
    }

    /// A defect of ours; for what the service gets wrong there is [`Error::bad_answer`].
    pub fn internal(text: impl Into<String>) -> Self {
        Self::Internal(text.into())
    }

    /// An answer of the service that nobody can go on with.
    pub fn bad_answer(text: impl Into<String>) -> Self {
        Self::BadAnswer(text.into())
    }

    /// A refusal of the hosted pages, as RFC 6749 §4.1.2.1 and §5.2 put it.
    pub fn web_ui_refused(error: &str, description: Option<&str>) -> Self {
        let text = match description.filter(|text| !text.is_empty() && *text != error) {
            Some(description) => format!("{error}: {description}"),
            None => error.to_owned(),
        };
        Self::WebUiRefused { error: error.to_owned(), text }
    }

    /// Whether the service may have acted on the request, and nobody knows what it answered.
    pub const fn is_lost_answer(&self) -> bool {
        match self {
            Self::Transport { failure, .. } => !matches!(failure, TransportFailure::NotConnected(_)),
            _ => false,
        }
    }

    /// Whether the service took the refresh token for one that was used before: by a process that shares the store, or by
    /// a thief.
    pub fn is_token_reuse(&self) -> bool {
        matches!(self, Self::Service(service) if service.exception == "RefreshTokenReuseException")
    }

    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Service(error) => meaning_of(error).code,
            Self::Transport { failure, .. } => match failure {
                TransportFailure::NotConnected(_) | TransportFailure::Broken(_) => ErrorCode::Network,
                TransportFailure::TimedOut => ErrorCode::Timeout,
                TransportFailure::NotTheService { .. } => ErrorCode::BadResponse,
            },
            Self::Input(_) => ErrorCode::ValidationFailed,
            Self::Configuration { .. } => ErrorCode::ConfigurationInvalid,
            Self::StorageLocked => ErrorCode::StorageLocked,
            Self::StorageFailed(_) => ErrorCode::StorageFailed,
            Self::StorageCorrupt(_) => ErrorCode::StorageCorrupt,
            Self::StorageBusy => ErrorCode::StorageBusy,
            Self::NotSignedIn => ErrorCode::NotSignedIn,
            Self::NoWebUiSignIn => ErrorCode::NoWebUiSignIn,
            Self::WebUiRefused { error, .. } => match error.as_str() {
                "invalid_client" => ErrorCode::ClientSecretMismatch,
                "server_error" | "temporarily_unavailable" => ErrorCode::ServiceUnavailable,
                _ => ErrorCode::WebUiRefused,
            },
            Self::AnotherUserSignedIn => ErrorCode::AnotherUserSignedIn,
            Self::NoSuchAccount => ErrorCode::AccountNotFound,
            Self::NothingToRenewWith => ErrorCode::SessionExpired,
            Self::DeadlinePassed => ErrorCode::Timeout,
            Self::SessionExpired { .. } => ErrorCode::SessionExpired,
            Self::FederationActive => ErrorCode::FederationActive,
            Self::UserPoolSessionActive => ErrorCode::UserPoolSessionActive,
            Self::NotFederated => ErrorCode::NotFederated,
            Self::GuestAccessDenied => ErrorCode::GuestAccessDenied,
            Self::NoIdToken => ErrorCode::ProviderTokenRefused,
            Self::ProviderTokenExpired(_) => ErrorCode::ProviderTokenExpired,
            Self::TokenProviderUnavailable(_) => ErrorCode::Network,
            Self::NoSignInInProgress => ErrorCode::NoSignInInProgress,
            Self::NoCodeToResend => ErrorCode::NoCodeToResend,
            Self::NoAutoSignIn => ErrorCode::NoAutoSignIn,
            Self::NotConfirmedInTime => ErrorCode::UserNotConfirmed,
            Self::DeviceNotTracked => ErrorCode::DeviceNotTracked,
            Self::AnswerInProgress => ErrorCode::AnswerInProgress,
            Self::Superseded(_) => ErrorCode::Cancelled,
            Self::UnsupportedChallenge(_) => ErrorCode::UnsupportedChallenge,
            Self::Passkey { failure, .. } => failure.code(),
            Self::TotpNotVerified => ErrorCode::TotpCodeMismatch,
            Self::BadAnswer(_) => ErrorCode::BadResponse,
            Self::Closed => ErrorCode::ClientClosed,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }
}

impl From<Error> for AuthError {
    fn from(error: Error) -> Self {
        let code = error.code();
        let mut info = AuthErrorInfo { text: error.to_string(), ..AuthErrorInfo::of(code) };
        match error {
            Error::Service(service) => {
                info.text = service.text;
                info.request_id = service.request_id;
                info.operation = Some(service.operation.to_owned());
                info.service_code = Some(service.exception);
                info.http_status = Some(service.status);
            }
            Error::Transport { operation, failure } => {
                info.text = failure.to_string();
                info.operation = Some(operation.to_owned());
                if let TransportFailure::NotTheService { status } = failure {
                    info.http_status = Some(status);
                }
            }
            Error::SessionExpired { reason, service_code, request_id, .. } => {
                info.reason = Some(reason);
                info.service_code = service_code;
                info.request_id = request_id;
            }
            Error::Input(input) => info.field = Some(input.field.to_owned()),
            Error::Configuration { key, .. } => info.field = Some(key),
            _ => {}
        }
        code.error(info)
    }
}

impl From<Error> for AuthErrorInfo {
    fn from(error: Error) -> Self {
        AuthError::from(error).into()
    }
}
