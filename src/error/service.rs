//! The one table of the service's exceptions: what each means to the caller and what it does to the session.

use super::{ErrorCode, Verdict};

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

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub code: ErrorCode,
    /// See [`Verdict`].
    pub verdict: Verdict,
    /// Whether the same request may be sent again by ourselves.
    pub resend: bool,
}

/// What the exception means. One that the table does not list is `service_unavailable` from HTTP 500 on and
/// `unsupported` below; it is no verdict, since only listed exceptions are.
pub(crate) fn meaning_of(error: &ServiceError) -> Meaning {
    let name = error.exception.strip_suffix("Exception").unwrap_or(&error.exception);
    if name == "NotAuthorized" {
        let is_about_an_identity = IDENTITY_OPERATIONS.contains(&error.operation);
        return if is_about_an_identity { identity_not_authorized(&error.text) } else { not_authorized(&error.text) };
    }
    if name == "CodeMismatch" && error.operation == "VerifySoftwareToken" {
        return refused(ErrorCode::TotpCodeMismatch);
    }
    if let Some((_, meaning)) = TABLE.iter().find(|(listed, _)| *listed == name) {
        return *meaning;
    }
    match error.status {
        429 => passes_soon(ErrorCode::Throttled),
        500.. => passes_soon(ErrorCode::ServiceUnavailable),
        _ => passes(ErrorCode::Unsupported),
    }
}

/// The service refused this request.
const fn refused(code: ErrorCode) -> Meaning {
    Meaning { code, verdict: Verdict::Refused, resend: false }
}

/// It says nothing about what it met: a limit, a firewall, a pool or a trigger that does not work.
const fn passes(code: ErrorCode) -> Meaning {
    Meaning { code, verdict: Verdict::None, resend: false }
}

/// The same, and so soon that we send the request again ourselves.
const fn passes_soon(code: ErrorCode) -> Meaning {
    Meaning { code, verdict: Verdict::None, resend: true }
}

const fn ends(code: ErrorCode) -> Meaning {
    Meaning { code, verdict: Verdict::EndsSession, resend: false }
}

use ErrorCode as C;

/// Every modelled exception of `cognito-idp`, and those of `cognito-identity` that an app meets, but
/// NotAuthorizedException, which its text splits further.
const TABLE: &[(&str, Meaning)] = &[
    ("AliasExists", refused(C::AliasExists)),
    ("CodeDeliveryFailure", refused(C::CodeDeliveryFailed)),
    ("CodeMismatch", refused(C::CodeMismatch)),
    ("ConcurrentModification", passes_soon(C::ConcurrentModification)),
    ("DeviceKeyExists", refused(C::DeviceKeyExists)),
    ("EnableSoftwareTokenMFA", refused(C::TotpCodeMismatch)),
    ("ExpiredCode", refused(C::CodeExpired)),
    ("FeatureUnavailableInTier", refused(C::Unsupported)),
    ("ExternalService", passes_soon(C::ServiceUnavailable)),
    ("Forbidden", passes(C::Forbidden)),
    ("GroupExists", refused(C::InvalidParameter)),
    ("InternalError", passes_soon(C::ServiceUnavailable)),
    ("InternalServer", passes_soon(C::ServiceUnavailable)),
    ("InvalidEmailRoleAccessPolicy", passes(C::Misconfigured)),
    ("InvalidIdentityPoolConfiguration", passes(C::Misconfigured)),
    ("InvalidLambdaResponse", passes(C::LambdaFailed)),
    ("InvalidOAuthFlow", passes(C::Misconfigured)),
    ("InvalidParameter", refused(C::InvalidParameter)),
    ("InvalidPassword", refused(C::InvalidPassword)),
    ("InvalidSmsRoleAccessPolicy", passes(C::Misconfigured)),
    ("InvalidSmsRoleTrustRelationship", passes(C::Misconfigured)),
    ("InvalidUserPoolConfiguration", passes(C::Misconfigured)),
    ("LimitExceeded", passes(C::LimitExceeded)),
    ("MFAMethodNotFound", refused(C::MfaMethodNotFound)),
    ("OperationNotEnabled", refused(C::Unsupported)),
    ("PasswordHistoryPolicyViolation", refused(C::PasswordReused)),
    ("PasswordResetRequired", ends(C::PasswordResetRequired)),
    ("PreconditionNotMet", refused(C::InvalidParameter)),
    ("RefreshTokenReuse", ends(C::SessionExpired)),
    ("ResourceConflict", refused(C::IdentityConflict)),
    ("ResourceNotFound", refused(C::ResourceNotFound)),
    ("ScopeDoesNotExist", passes(C::Misconfigured)),
    ("Serialization", passes(C::Internal)),
    ("ServiceUnavailable", passes_soon(C::ServiceUnavailable)),
    ("SoftwareTokenMFANotFound", refused(C::TotpNotSetUp)),
    ("Throttling", passes_soon(C::Throttled)),
    ("TooManyFailedAttempts", passes(C::LimitExceeded)),
    ("TooManyRequests", passes_soon(C::Throttled)),
    ("Unauthorized", refused(C::ClientSecretMismatch)),
    ("UnexpectedLambda", passes(C::LambdaFailed)),
    ("UnknownOperation", refused(C::Unsupported)),
    ("UnsupportedIdentityProvider", refused(C::Unsupported)),
    ("UnsupportedOperation", refused(C::Unsupported)),
    ("UnsupportedTokenType", refused(C::Unsupported)),
    ("UnsupportedUserState", refused(C::InvalidParameter)),
    ("UserImportInProgress", passes(C::Misconfigured)),
    ("UserLambdaValidation", refused(C::LambdaRejected)),
    ("UserNotConfirmed", ends(C::UserNotConfirmed)),
    ("UserNotFound", ends(C::UserNotFound)),
    ("UserPoolAddOnNotEnabled", refused(C::Unsupported)),
    ("UserPoolTagging", passes(C::Misconfigured)),
    ("UsernameExists", refused(C::UsernameExists)),
    ("WebAuthnChallengeNotFound", refused(C::PasskeyChallengeNotFound)),
    ("WebAuthnClientMismatch", refused(C::PasskeyClientMismatch)),
    ("WebAuthnConfigurationMissing", refused(C::PasskeyConfigurationMissing)),
    ("WebAuthnCredentialNotSupported", refused(C::PasskeyNotSupported)),
    ("WebAuthnNotEnabled", refused(C::PasskeyNotEnabled)),
    ("WebAuthnOriginNotAllowed", refused(C::PasskeyOriginNotAllowed)),
    ("WebAuthnRelyingPartyMismatch", refused(C::PasskeyRelyingPartyMismatch)),
];

/// The operations of `cognito-identity`. What they refuse says nothing of a session of the user pool.
const IDENTITY_OPERATIONS: [&str; 3] = ["GetId", "GetCredentialsForIdentity", "GetOpenIdToken"];

fn identity_not_authorized(text: &str) -> Meaning {
    let has = |part: &str| text.contains(part);
    passes(if has("Unauthenticated access is not supported") {
        C::GuestAccessDenied
    } else if has("Token expired") || has("Token is expired") {
        C::ProviderTokenExpired
    } else if has("login token") || has("Token is not from") || has("Logins don't match") || has("role") {
        C::ProviderTokenRefused
    } else {
        C::NotAuthorized
    })
}

/// NotAuthorizedException folds many causes into one name; the text splits them, and a text that is not known stays
/// the plain `not_authorized`, which ends nothing: only listed verdicts do.
fn not_authorized(text: &str) -> Meaning {
    let has = |part: &str| text.contains(part);
    if has("due to WAF") {
        passes(C::Forbidden) // the firewall before the pool, in the pool's words
    } else if has("SECRET_HASH was not received")
        || has("secret was not received")
        || has("Unable to verify secret hash")
    {
        refused(C::ClientSecretMismatch)
    } else if has("Password attempts exceeded") {
        passes(C::AttemptsExceeded)
    } else if has("User is disabled") {
        ends(C::UserDisabled)
    } else if has("Temporary password has expired") {
        refused(C::TemporaryPasswordExpired)
    } else if has("Invalid session for the user") {
        refused(C::InvalidSession)
    } else if has("Refresh Token") || has("Access Token has been revoked") || has("Access Token has expired") {
        ends(C::SessionExpired)
    } else if has("Incorrect username or password") {
        refused(C::IncorrectUsernameOrPassword)
    } else {
        refused(C::NotAuthorized)
    }
}
