//! Test 3 of the users' list: whatever answers a refresh, only a listed exception of the service ends a session.

use serde_json::Value;

use super::exception::read;
use super::transport::HttpResponse;
use crate::error::{Error, SessionEffect, meaning_of};

const STATUSES: [u16; 13] = [200, 302, 400, 401, 403, 404, 413, 429, 500, 501, 502, 503, 504];

/// Every exception of the service model of `cognito-idp`, and the texts that split NotAuthorizedException.
const EXCEPTIONS: &[(&str, &str, bool)] = &[
    ("AliasExistsException", "", false),
    ("CodeDeliveryFailureException", "", false),
    ("CodeMismatchException", "", false),
    ("ConcurrentModificationException", "", false),
    ("DeviceKeyExistsException", "", false),
    ("DuplicateProviderException", "", false),
    ("EnableSoftwareTokenMFAException", "", false),
    ("ExpiredCodeException", "", false),
    ("FeatureUnavailableInTierException", "", false),
    ("ForbiddenException", "", false),
    ("GroupExistsException", "", false),
    ("InternalErrorException", "", false),
    ("InvalidEmailRoleAccessPolicyException", "", false),
    ("InvalidLambdaResponseException", "", false),
    ("InvalidOAuthFlowException", "", false),
    ("InvalidParameterException", "", false),
    ("InvalidPasswordException", "", false),
    ("InvalidSmsRoleAccessPolicyException", "", false),
    ("InvalidSmsRoleTrustRelationshipException", "", false),
    ("InvalidUserPoolConfigurationException", "", false),
    ("LimitExceededException", "", false),
    ("MFAMethodNotFoundException", "", false),
    ("NotAuthorizedException", "Refresh Token has expired", true),
    ("NotAuthorizedException", "Refresh Token has been revoked", true),
    ("NotAuthorizedException", "Invalid Refresh Token", true),
    ("NotAuthorizedException", "User is disabled.", true),
    ("NotAuthorizedException", "Something new", false),
    ("NotAuthorizedException", "Password attempts exceeded", false),
    ("NotAuthorizedException", "Unable to verify secret hash for client abc", false),
    ("NotAuthorizedException", "Client abc is configured with secret but SECRET_HASH was not received", false),
    ("OperationNotEnabledException", "", false),
    ("PasswordHistoryPolicyViolationException", "", false),
    ("PasswordResetRequiredException", "", true),
    ("PreconditionNotMetException", "", false),
    ("RefreshTokenReuseException", "", true),
    ("ResourceNotFoundException", "", false),
    ("ScopeDoesNotExistException", "", false),
    ("SoftwareTokenMFANotFoundException", "", false),
    ("TooManyFailedAttemptsException", "", false),
    ("TooManyRequestsException", "Rate exceeded", false),
    ("UnauthorizedException", "", false),
    ("UnexpectedLambdaException", "", false),
    ("UnknownOperationException", "", false),
    ("UnsupportedIdentityProviderException", "", false),
    ("UnsupportedOperationException", "", false),
    ("UnsupportedTokenTypeException", "", false),
    ("UnsupportedUserStateException", "", false),
    ("UserImportInProgressException", "", false),
    ("UserLambdaValidationException", "", false),
    ("UserNotConfirmedException", "", true),
    ("UserNotFoundException", "User does not exist.", true),
    ("UserPoolAddOnNotEnabledException", "", false),
    ("UserPoolTaggingException", "", false),
    ("UsernameExistsException", "", false),
    ("WebAuthnChallengeNotFoundException", "", false),
    ("WebAuthnClientMismatchException", "", false),
    ("WebAuthnConfigurationMissingException", "", false),
    ("WebAuthnCredentialNotSupportedException", "", false),
    ("WebAuthnNotEnabledException", "", false),
    ("WebAuthnOriginNotAllowedException", "", false),
    ("WebAuthnRelyingPartyMismatchException", "", false),
    ("SomethingNewException", "", false),
];

fn ends_the_session(status: u16, headers: &[(&str, &str)], body: &str) -> bool {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let response = HttpResponse::new(status, headers, body.as_bytes().to_vec());
    match read::<Value>("GetTokensFromRefreshToken", &response) {
        Err(Error::Service(error)) => meaning_of(&error).on_refresh == SessionEffect::Ends,
        _ => false,
    }
}

#[test]
fn only_listed_exceptions_end_a_session() {
    for (exception, text, ends) in EXCEPTIONS {
        let typed = serde_json::json!({ "__type": exception, "message": text }).to_string();
        let untyped = serde_json::json!({ "message": text }).to_string();
        for status in STATUSES {
            let header = [("x-amzn-errortype", *exception)];
            assert_eq!(ends_the_session(status, &header, &untyped), *ends, "{exception} {text} {status}");
            // Without the header, a body of that form under HTTP 200 is a result that has no tokens in it.
            let expected = *ends && status != 200;
            assert_eq!(ends_the_session(status, &[], &typed), expected, "{exception} {text} {status}");
            for half in [&typed[..typed.len() - 1], &untyped[..untyped.len() / 2], "", "<html></html>"] {
                assert!(!ends_the_session(status, &[], half), "{exception} {text} {status} {half}");
                assert!(!ends_the_session(status, &header, half), "{exception} {text} {status} {half}");
            }
        }
    }
}

#[test]
fn nothing_else_does() {
    let bodies = [
        r#"{"message":"no name"}"#,
        r#"{"code":"NotAuthorized","message":"a proxy's own words"}"#,
        r#"{"__type":"NotAuthorizedExcep"#,
        "<html>NotAuthorizedException</html>",
        "",
        "null",
        "[]",
    ];
    for status in STATUSES {
        for body in bodies {
            assert!(!ends_the_session(status, &[], body), "{status} {body}");
        }
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
            request_id: None,
        })
        .code;
        let by_default = crate::error::ErrorCode::Unsupported;
        let truly_unsupported = ["Unsupported", "NotEnabled", "FeatureUnavailable", "UnknownOperation", "NotSupported"];
        assert!(code != by_default || truly_unsupported.iter().any(|part| exception.contains(part)), "{exception}");
    }
}
