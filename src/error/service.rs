//! The one table of the service's exceptions: what each means to the caller and what it does to the session.

use super::ErrorCode;

/// An exception that the service answered with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} answered {exception}: {text}")]
pub(crate) struct ServiceError {
    pub operation: &'static str,
    /// The exception's name with its `Exception` ending, without a namespace.
    pub exception: String,
    /// The service's English text; only a hint, never a key on its own.
    pub text: String,
    pub status: u16,
    pub request_id: Option<String>,
}

/// What an exception does to the session it met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionEffect {
    /// A transient failure, or one that says nothing about the session.
    Keep,
    /// A verdict of the service when it answers a refresh: the session cannot be continued.
    Ends,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub code: ErrorCode,
    /// Only counts in the answer to a refresh; see [`crate::error::SessionEffect`].
    pub on_refresh: SessionEffect,
    /// Whether the same request may be sent again by ourselves.
    pub resend: bool,
}

/// What the exception means. One that the table does not list is `service_unavailable` from HTTP 500 on and
/// `unsupported` below; it keeps the session, since only listed verdicts may end one.
pub(crate) fn meaning_of(error: &ServiceError) -> Meaning {
    let name = error.exception.strip_suffix("Exception").unwrap_or(&error.exception);
    if name == "NotAuthorized" {
        return not_authorized(&error.text);
    }
    if name == "CodeMismatch" && error.operation == "VerifySoftwareToken" {
        return keep(ErrorCode::TotpCodeMismatch);
    }
    if let Some((_, meaning)) = TABLE.iter().find(|(listed, _)| *listed == name) {
        return *meaning;
    }
    match error.status {
        429 => keep_and_resend(ErrorCode::Throttled),
        500.. => keep_and_resend(ErrorCode::ServiceUnavailable),
        _ => keep(ErrorCode::Unsupported),
    }
}

const fn keep(code: ErrorCode) -> Meaning {
    Meaning { code, on_refresh: SessionEffect::Keep, resend: false }
}

const fn keep_and_resend(code: ErrorCode) -> Meaning {
    Meaning { code, on_refresh: SessionEffect::Keep, resend: true }
}

const fn ends(code: ErrorCode) -> Meaning {
    Meaning { code, on_refresh: SessionEffect::Ends, resend: false }
}

use ErrorCode as C;

/// Every modelled exception of `cognito-idp`, but NotAuthorizedException, which its text splits further.
const TABLE: &[(&str, Meaning)] = &[
    ("AliasExists", keep(C::AliasExists)),
    ("CodeDeliveryFailure", keep(C::CodeDeliveryFailed)),
    ("CodeMismatch", keep(C::CodeMismatch)),
    ("ConcurrentModification", keep_and_resend(C::ConcurrentModification)),
    ("DeviceKeyExists", keep(C::DeviceKeyExists)),
    ("EnableSoftwareTokenMFA", keep(C::TotpCodeMismatch)),
    ("ExpiredCode", keep(C::CodeExpired)),
    ("FeatureUnavailableInTier", keep(C::Unsupported)),
    ("Forbidden", keep(C::Forbidden)),
    ("GroupExists", keep(C::InvalidParameter)),
    ("InternalError", keep_and_resend(C::ServiceUnavailable)),
    ("InternalServer", keep_and_resend(C::ServiceUnavailable)),
    ("InvalidEmailRoleAccessPolicy", keep(C::Misconfigured)),
    ("InvalidLambdaResponse", keep(C::LambdaFailed)),
    ("InvalidOAuthFlow", keep(C::Misconfigured)),
    ("InvalidParameter", keep(C::InvalidParameter)),
    ("InvalidPassword", keep(C::InvalidPassword)),
    ("InvalidSmsRoleAccessPolicy", keep(C::Misconfigured)),
    ("InvalidSmsRoleTrustRelationship", keep(C::Misconfigured)),
    ("InvalidUserPoolConfiguration", keep(C::Misconfigured)),
    ("LimitExceeded", keep(C::LimitExceeded)),
    ("MFAMethodNotFound", keep(C::MfaMethodNotFound)),
    ("OperationNotEnabled", keep(C::Unsupported)),
    ("PasswordHistoryPolicyViolation", keep(C::PasswordReused)),
    ("PasswordResetRequired", ends(C::PasswordResetRequired)),
    ("PreconditionNotMet", keep(C::InvalidParameter)),
    ("RefreshTokenReuse", ends(C::SessionExpired)),
    ("ResourceNotFound", keep(C::ResourceNotFound)),
    ("ScopeDoesNotExist", keep(C::Misconfigured)),
    ("Serialization", keep(C::Internal)),
    ("ServiceUnavailable", keep_and_resend(C::ServiceUnavailable)),
    ("SoftwareTokenMFANotFound", keep(C::SoftwareTokenNotSetUp)),
    ("Throttling", keep_and_resend(C::Throttled)),
    ("TooManyFailedAttempts", keep(C::LimitExceeded)),
    ("TooManyRequests", keep_and_resend(C::Throttled)),
    ("Unauthorized", keep(C::ClientSecretMismatch)),
    ("UnexpectedLambda", keep(C::LambdaFailed)),
    ("UnknownOperation", keep(C::Unsupported)),
    ("UnsupportedIdentityProvider", keep(C::Unsupported)),
    ("UnsupportedOperation", keep(C::Unsupported)),
    ("UnsupportedTokenType", keep(C::Unsupported)),
    ("UnsupportedUserState", keep(C::InvalidParameter)),
    ("UserImportInProgress", keep(C::Misconfigured)),
    ("UserLambdaValidation", keep(C::LambdaRejected)),
    ("UserNotConfirmed", ends(C::UserNotConfirmed)),
    ("UserNotFound", ends(C::UserNotFound)),
    ("UserPoolAddOnNotEnabled", keep(C::Unsupported)),
    ("UserPoolTagging", keep(C::Misconfigured)),
    ("UsernameExists", keep(C::UsernameExists)),
    ("WebAuthnChallengeNotFound", keep(C::PasskeyChallengeNotFound)),
    ("WebAuthnClientMismatch", keep(C::PasskeyClientMismatch)),
    ("WebAuthnConfigurationMissing", keep(C::PasskeyConfigurationMissing)),
    ("WebAuthnCredentialNotSupported", keep(C::PasskeyNotSupported)),
    ("WebAuthnNotEnabled", keep(C::PasskeyNotEnabled)),
    ("WebAuthnOriginNotAllowed", keep(C::PasskeyOriginNotAllowed)),
    ("WebAuthnRelyingPartyMismatch", keep(C::PasskeyRelyingPartyMismatch)),
];

/// NotAuthorizedException folds many causes into one name; the text splits them, and a text that is not known stays
/// the plain `not_authorized`, which ends nothing: only listed verdicts do.
fn not_authorized(text: &str) -> Meaning {
    let has = |part: &str| text.contains(part);
    if has("SECRET_HASH was not received") || has("secret was not received") || has("Unable to verify secret hash") {
        keep(C::ClientSecretMismatch)
    } else if has("Password attempts exceeded") {
        keep(C::AttemptsExceeded)
    } else if has("User is disabled") {
        ends(C::UserDisabled)
    } else if has("Temporary password has expired") {
        keep(C::PasswordExpired)
    } else if has("Invalid session for the user") {
        keep(C::InvalidSession)
    } else if has("Refresh Token") || has("Access Token has been revoked") || has("Access Token has expired") {
        ends(C::SessionExpired)
    } else if has("Incorrect username or password") {
        keep(C::IncorrectUsernameOrPassword)
    } else {
        keep(C::NotAuthorized)
    }
}
