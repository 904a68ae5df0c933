//! Test 3 of the users' list: whatever answers, only a listed exception of the service says anything about a session, a
//! device or a challenge.

use serde_json::Value;

use super::exception::read;
use super::transport::HttpResponse;
use crate::error::{Error, InputError, TransportFailure, Verdict, meaning_of};
use Verdict::{EndsSession, None, Refused};

const STATUSES: [u16; 13] = [200, 302, 400, 401, 403, 404, 413, 429, 500, 501, 502, 503, 504];

/// Every exception of the service model of `cognito-idp`, and the texts that split NotAuthorizedException.
const EXCEPTIONS: &[(&str, &str, Verdict)] = &[
    ("AliasExistsException", "", Refused),
    ("CodeDeliveryFailureException", "", Refused),
    ("CodeMismatchException", "", Refused),
    ("ConcurrentModificationException", "", None),
    ("DeviceKeyExistsException", "", Refused),
    ("DuplicateProviderException", "", None),
    ("EnableSoftwareTokenMFAException", "", Refused),
    ("ExpiredCodeException", "", Refused),
    ("FeatureUnavailableInTierException", "", Refused),
    ("ForbiddenException", "", None),
    ("GroupExistsException", "", Refused),
    ("InternalErrorException", "", None),
    ("InvalidEmailRoleAccessPolicyException", "", None),
    ("InvalidLambdaResponseException", "", None),
    ("InvalidOAuthFlowException", "", None),
    ("InvalidParameterException", "", Refused),
    ("InvalidPasswordException", "", Refused),
    ("InvalidSmsRoleAccessPolicyException", "", None),
    ("InvalidSmsRoleTrustRelationshipException", "", None),
    ("InvalidUserPoolConfigurationException", "", None),
    ("LimitExceededException", "", None),
    ("MFAMethodNotFoundException", "", Refused),
    ("NotAuthorizedException", "Refresh Token has expired", EndsSession),
    ("NotAuthorizedException", "Refresh Token has been revoked", EndsSession),
    ("NotAuthorizedException", "Invalid Refresh Token", EndsSession),
    ("NotAuthorizedException", "User is disabled.", EndsSession),
    ("NotAuthorizedException", "Something new", Refused),
    ("NotAuthorizedException", "Password attempts exceeded", None),
    ("NotAuthorizedException", "Unable to verify secret hash for client abc", Refused),
    ("NotAuthorizedException", "Client abc is configured with secret but SECRET_HASH was not received", Refused),
    ("NotAuthorizedException", "Request not allowed due to WAF block.", None),
    ("OperationNotEnabledException", "", Refused),
    ("PasswordHistoryPolicyViolationException", "", Refused),
    ("PasswordResetRequiredException", "", EndsSession),
    ("PreconditionNotMetException", "", Refused),
    ("RefreshTokenReuseException", "", EndsSession),
    ("ResourceNotFoundException", "", Refused),
    ("ScopeDoesNotExistException", "", None),
    ("SoftwareTokenMFANotFoundException", "", Refused),
    ("TooManyFailedAttemptsException", "", None),
    ("TooManyRequestsException", "Rate exceeded", None),
    ("UnauthorizedException", "", Refused),
    ("UnexpectedLambdaException", "", None),
    ("UnknownOperationException", "", Refused),
    ("UnsupportedIdentityProviderException", "", Refused),
    ("UnsupportedOperationException", "", Refused),
    ("UnsupportedTokenTypeException", "", Refused),
    ("UnsupportedUserStateException", "", Refused),
    ("UserImportInProgressException", "", None),
    ("UserLambdaValidationException", "", Refused),
    ("UserNotConfirmedException", "", EndsSession),
    ("UserNotFoundException", "User does not exist.", EndsSession),
    ("UserPoolAddOnNotEnabledException", "", Refused),
    ("UserPoolTaggingException", "", None),
    ("UsernameExistsException", "", Refused),
    ("WebAuthnChallengeNotFoundException", "", Refused),
    ("WebAuthnClientMismatchException", "", Refused),
    ("WebAuthnConfigurationMissingException", "", Refused),
    ("WebAuthnCredentialNotSupportedException", "", Refused),
    ("WebAuthnNotEnabledException", "", Refused),
    ("WebAuthnOriginNotAllowedException", "", Refused),
    ("WebAuthnRelyingPartyMismatchException", "", Refused),
    ("SomethingNewException", "", None),
];

fn verdict(status: u16, headers: &[(&str, &str)], body: &str) -> Verdict {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let response = HttpResponse::new(status, headers, body.as_bytes().to_vec());
    read::<Value>("GetTokensFromRefreshToken", &response).err().map_or(None, |error| error.verdict())
}

#[test]
fn only_listed_exceptions_are_verdicts_whatever_carries_them() {
    for (exception, text, expected) in EXCEPTIONS {
        let typed = serde_json::json!({ "__type": exception, "message": text }).to_string();
        let untyped = serde_json::json!({ "message": text }).to_string();
        for status in STATUSES {
            let named = |name| [("x-amzn-errortype", name)];
            let header = named(*exception);
            assert_eq!(verdict(status, &header, &untyped), *expected, "{exception} {text} {status}");
            // Without the header, a body of that form under HTTP 200 is a result that has no tokens in it.
            let by_body = if status == 200 { None } else { *expected };
            for no_name in [&[] as &[_], &named(""), &named("-"), &named(" ")] {
                assert_eq!(verdict(status, no_name, &typed), by_body, "{exception} {text} {status} {no_name:?}");
                assert_eq!(verdict(status, no_name, &format!("\u{feff}{typed}")), by_body, "{exception} {status}");
            }
            for half in [&typed[..typed.len() - 1], &untyped[..untyped.len() / 2], "", "<html></html>"] {
                assert_eq!(verdict(status, &[], half), None, "{exception} {text} {status} {half}");
                assert_eq!(verdict(status, &header, half), None, "{exception} {text} {status} {half}");
            }
        }
    }
}

#[test]
fn nothing_else_is_one() {
    let bodies = [
        r#"{"message":"no name"}"#,
        r#"{"message":"Forbidden"}"#,
        r#"{"__type":"AccessDeniedException","message":"a gateway's own words"}"#,
        r#"{"code":"NotAuthorized","message":"a proxy's own words, about a Refresh Token"}"#,
        r#"{"__type":"NotAuthorizedExcep"#,
        "<html>NotAuthorizedException</html>",
        "",
        "null",
        "[]",
    ];
    for status in STATUSES {
        for body in bodies {
            assert_eq!(verdict(status, &[], body), None, "{status} {body}");
        }
    }
}

/// What has no answer, or is not about the service at all.
#[test]
fn our_own_failures_are_none() {
    for failure in [
        Error::Transport { operation: "X", failure: TransportFailure::TimedOut },
        Error::Transport { operation: "X", failure: TransportFailure::NotTheService { status: 403 } },
        Error::StorageLocked,
        Error::StorageFailed(String::new()),
        Error::StorageCorrupt(String::new()),
        Error::Superseded(""),
        Error::Cancelled,
        Error::Closed,
        Error::bad_answer(""),
        Error::internal(""),
        Error::NothingToRenewWith,
        Error::StorageBusy,
        Error::DeadlinePassed,
        Error::AnotherUserSignedIn,
        Error::NoSuchAccount,
        InputError::new("x", "").into(),
    ] {
        assert_eq!(failure.verdict(), None, "{failure:?}");
    }
}

/// A listed exception must not fall to the default for what is not known.
#[test]
fn every_listed_exception_has_its_own_line() {
    for (exception, text, _) in
        EXCEPTIONS.iter().filter(|(name, ..)| !["SomethingNewException", "DuplicateProviderException"].contains(name))
    {
        let code = meaning_of(&crate::error::ServiceError {
            operation: "X",
            exception: (*exception).to_owned(),
            text: (*text).to_owned(),
            status: 418,
            request_id: Option::None,
        })
        .code;
        let by_default = crate::error::ErrorCode::Unsupported;
        let truly_unsupported = ["Unsupported", "NotEnabled", "FeatureUnavailable", "UnknownOperation", "NotSupported"];
        assert!(code != by_default || truly_unsupported.iter().any(|part| exception.contains(part)), "{exception}");
    }
}
