//! What the service answers when it refuses: exception name, HTTP status and text, as Cognito writes them.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

/// A refusal. The name ends in `Exception` as on the wire.
#[derive(Clone, Debug)]
pub(crate) struct ServiceError {
    pub name: &'static str,
    pub status: u16,
    /// Absent for the few answers that carry only `__type`.
    pub message: Option<String>,
    /// What is behind a text that tells clients less. Developers see it among the events; no client ever does.
    pub reason: Option<Cow<'static, str>>,
}

/// The same where a client cannot tell them apart.
impl PartialEq for ServiceError {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.status, &self.message) == (other.name, other.status, &other.message)
    }
}

impl Eq for ServiceError {}

pub(crate) type Outcome<T> = Result<T, ServiceError>;

macro_rules! exceptions {
    ($($function:ident => $name:literal),+ $(,)?) => {
        impl ServiceError {
            $(pub fn $function(message: impl Into<String>) -> Self {
                Self { name: $name, status: 400, message: Some(message.into()), reason: None }
            })+
        }
    };
}

exceptions! {
    alias_exists => "AliasExistsException",
    code_mismatch => "CodeMismatchException",
    developer_user_already_registered => "DeveloperUserAlreadyRegisteredException",
    device_key_exists => "DeviceKeyExistsException",
    duplicate_provider => "DuplicateProviderException",
    enable_software_token_mfa => "EnableSoftwareTokenMFAException",
    expired_code => "ExpiredCodeException",
    external_service => "ExternalServiceException",
    group_exists => "GroupExistsException",
    invalid_identity_pool_configuration => "InvalidIdentityPoolConfigurationException",
    invalid_lambda_response => "InvalidLambdaResponseException",
    invalid_oauth_flow => "InvalidOAuthFlowException",
    invalid_parameter => "InvalidParameterException",
    invalid_password => "InvalidPasswordException",
    invalid_user_pool_configuration => "InvalidUserPoolConfigurationException",
    limit_exceeded => "LimitExceededException",
    not_authorized => "NotAuthorizedException",
    password_history => "PasswordHistoryPolicyViolationException",
    password_reset_required => "PasswordResetRequiredException",
    refresh_token_reuse => "RefreshTokenReuseException",
    resource_conflict => "ResourceConflictException",
    resource_not_found => "ResourceNotFoundException",
    scope_does_not_exist => "ScopeDoesNotExistException",
    serialization => "SerializationException",
    software_token_mfa_not_found => "SoftwareTokenMFANotFoundException",
    too_many_failed_attempts => "TooManyFailedAttemptsException",
    unauthorized => "UnauthorizedException",
    unexpected_lambda => "UnexpectedLambdaException",
    unsupported_operation => "UnsupportedOperationException",
    unsupported_token_type => "UnsupportedTokenTypeException",
    unsupported_user_state => "UnsupportedUserStateException",
    user_lambda_validation => "UserLambdaValidationException",
    user_not_confirmed => "UserNotConfirmedException",
    user_not_found => "UserNotFoundException",
    username_exists => "UsernameExistsException",
    validation => "ValidationException",
    web_authn_challenge_not_found => "WebAuthnChallengeNotFoundException",
    web_authn_client_mismatch => "WebAuthnClientMismatchException",
    web_authn_configuration_missing => "WebAuthnConfigurationMissingException",
    web_authn_credential_not_supported => "WebAuthnCredentialNotSupportedException",
    web_authn_not_enabled => "WebAuthnNotEnabledException",
    web_authn_origin_not_allowed => "WebAuthnOriginNotAllowedException",
    web_authn_relying_party_mismatch => "WebAuthnRelyingPartyMismatchException",
}

impl ServiceError {
    pub fn unknown_operation() -> Self {
        Self { name: "UnknownOperationException", status: 400, message: None, reason: None }
    }

    pub fn internal(message: impl Into<String>) -> Self {
        Self { name: "InternalErrorException", status: 500, message: Some(message.into()), reason: None }
    }

    /// The text for a wrong password, a wrong proof, a failed custom flow and, when hiding, an unknown user.
    pub fn wrong_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    pub fn no_such_user() -> Self {
        Self::user_not_found("User does not exist.")
    }

    pub fn invalid_session() -> Self {
        Self::not_authorized("Invalid session for the user.")
    }

    pub fn too_many_attempts() -> Self {
        Self::limit_exceeded("Attempt limit exceeded, please try after some time.")
    }

    /// The same refusal with what is behind it: `ServiceError::wrong_credentials().because("unknown user")`. The first
    /// reason stays.
    pub fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason.get_or_insert_with(|| reason.into());
        self
    }

    pub fn body(&self) -> Value {
        let mut body = Map::new();
        body.insert("__type".into(), json!(self.name));
        if let Some(message) = &self.message {
            body.insert("message".into(), json!(message));
        }
        Value::Object(body)
    }
}

impl From<rusqlite::Error> for ServiceError {
    fn from(error: rusqlite::Error) -> Self {
        // Who or what a row was about is gone: deleted while the request was under way.
        let code = error.sqlite_error().map(|error| error.extended_code);
        if code == Some(rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY) {
            return Self::no_such_user();
        }
        Self::internal(format!("local-pool could not use its database: {error}"))
    }
}

impl From<serde_json::Error> for ServiceError {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("local-pool could not read what it stored: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_kept_and_never_told() {
        let plain = ServiceError::wrong_credentials();
        let because = plain.clone().because("unknown user").because(String::from("something later"));
        assert_eq!(because.reason.as_deref(), Some("unknown user"));
        assert_eq!(because.body(), plain.body());
        assert_eq!(because, plain);
    }
}
