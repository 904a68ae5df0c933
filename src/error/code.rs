//! The stable error codes: what apps compare, what the documentation lists. A code never changes its meaning.

use crate::error::AuthError;

use super::AuthErrorInfo;

/// Which public case an error belongs to: one per thing the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Cancelled,
    CodeDeliveryFailed,
    CodeExpired,
    CodeMismatch,
    Configuration,
    Internal,
    InvalidPassword,
    InvalidState,
    LambdaRejected,
    LimitExceeded,
    Network,
    NotAuthorized,
    NotSignedIn,
    Passkey,
    PasswordResetRequired,
    Service,
    SessionExpired,
    Storage,
    UnsupportedChallenge,
    UserNotConfirmed,
    UserNotFound,
    UsernameExists,
    Validation,
}

macro_rules! codes {
    ($($variant:ident = $text:literal, $case:ident, $retryable:literal, $recovery:literal;)*) => {
        /// A stable error code. [`ErrorCode::as_str`] is what crosses to Swift and Kotlin and what logs should hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(#[doc = concat!("`", $text, "`: ", $recovery)] $variant,)*
        }

        impl ErrorCode {
            /// Every code there is, in alphabetical order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The code as text, for example `code_mismatch`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// One sentence for the developer: what to do about it.
            #[must_use]
            pub const fn recovery(self) -> &'static str {
                match self { $(Self::$variant => $recovery),* }
            }

            /// Whether the same call can succeed later without anything else being changed.
            #[must_use]
            pub const fn is_retryable(self) -> bool {
                match self { $(Self::$variant => $retryable),* }
            }

            pub(crate) const fn case(self) -> Case {
                match self { $(Self::$variant => Case::$case),* }
            }
        }
    };
}

codes! {
    AccountNotFound = "account_not_found", InvalidState, false, "This account has no session here: accounts lists those that have one; call signIn for another.";
    AliasExists = "alias_exists", UsernameExists, false, "Another account already uses this e-mail address or phone number: ask for another one, or confirm with forceAliasCreation to take it over.";
    AnotherUserSignedIn = "another_user_signed_in", InvalidState, false, "Somebody else is signed in and the sign-in was told to refuse then: call signOut first, or sign in with existingSession replace or keep.";
    AnswerInProgress = "answer_in_progress", InvalidState, true, "An answer to this challenge is on its way already: wait for its result.";
    AttemptsExceeded = "attempts_exceeded", LimitExceeded, true, "The user is locked after too many wrong passwords: wait, then try again. The wait doubles with each further failure, up to about 15 minutes.";
    BadResponse = "bad_response", Network, true, "Something between the app and the service answered in its place (a proxy or a captive portal): check the network, then try again.";
    Cancelled = "cancelled", Cancelled, true, "The call was given up by its caller. Work that had already been sent to the service runs to its end.";
    ClientClosed = "client_closed", InvalidState, false, "The client was closed: make a new one.";
    ClientSecretMismatch = "client_secret_mismatch", Configuration, false, "The app client's secret is missing or wrong: compare the configuration with the app client in the Cognito console.";
    CodeDeliveryFailed = "code_delivery_failed", CodeDeliveryFailed, false, "The code could not be sent: check the destination, and the pool's e-mail or SMS settings, then ask for the code again.";
    CodeExpired = "code_expired", CodeExpired, false, "The code is too old or was already used: request a new one.";
    CodeMismatch = "code_mismatch", CodeMismatch, false, "The code is wrong: let the user type it again.";
    ConcurrentModification = "concurrent_modification", Service, true, "Two calls changed the same user at once: try again.";
    ConfigurationInvalid = "configuration_invalid", Configuration, false, "Correct the key that the text names in the configuration.";
    DeviceKeyExists = "device_key_exists", Service, false, "The device is confirmed already: nothing needs to be done.";
    DeviceNotTracked = "device_not_tracked", InvalidState, false, "The service does not track this device: the pool must track devices, and the user must have signed in here since.";
    Forbidden = "forbidden", Service, false, "The pool's firewall (AWS WAF) refused the request: check its rules.";
    IncorrectUsernameOrPassword = "incorrect_username_or_password", NotAuthorized, false, "User name or password is wrong, or a custom challenge was failed for good: start the sign-in again.";
    Internal = "internal", Internal, false, "This is a defect in Portcullis: please report it with the request id.";
    InvalidParameter = "invalid_parameter", Validation, false, "The service refused a value: the text says which one.";
    InvalidPassword = "invalid_password", InvalidPassword, false, "The password does not meet the pool's policy: the text names the rule.";
    InvalidSession = "invalid_session", NotAuthorized, false, "This sign-in took too long or was already finished: start it again with signIn.";
    LambdaFailed = "lambda_failed", Service, false, "A Lambda trigger of the pool failed or answered nonsense: look at its log.";
    LambdaRejected = "lambda_rejected", LambdaRejected, false, "A Lambda trigger refused on purpose: the text is the app's own and may be shown.";
    LibraryInUse = "library_in_use", Configuration, false, "Another class loader of this process uses the library, which is no file that can be copied: load Portcullis once, in a class loader that both share.";
    LibraryMismatch = "library_mismatch", Configuration, false, "The library and the code come from different releases: install those of the same one.";
    LibraryMissing = "library_missing", Configuration, false, "The library cannot be loaded: install libportcullis for this system where JNA looks for it, or name the file.";
    LimitExceeded = "limit_exceeded", LimitExceeded, true, "Too many attempts or messages: wait some minutes, then try again.";
    MfaMethodNotFound = "mfa_method_not_found", Service, false, "The pool knows no such second factor for this user: set one up first.";
    Misconfigured = "misconfigured", Service, false, "The user pool itself is misconfigured (a role, a message template, or a setting): the text says what.";
    NetworkUnavailable = "network", Network, true, "The service could not be reached: check the connection, then try again. Nothing was signed out.";
    NoAutoSignIn = "no_auto_sign_in", InvalidState, false, "No sign-up has prepared an automatic sign-in: call signUp with autoSignIn, or signIn.";
    NoCodeToResend = "no_code_to_resend", InvalidState, false, "The code of this step cannot be sent again by itself: begin the sign-in anew with signIn.";
    NoSignInInProgress = "no_sign_in_in_progress", InvalidState, false, "There is no unfinished sign-in: call signIn first.";
    NotAuthorized = "not_authorized", NotAuthorized, false, "The service refused the request: the text says why.";
    NotSignedIn = "not_signed_in", NotSignedIn, false, "Nobody is signed in: call signIn first.";
    PasskeyAlreadyRegistered = "passkey_already_registered", Passkey, false, "This device already has a passkey for the account: nothing needs to be done.";
    PasskeyCancelled = "passkey_cancelled", Passkey, true, "The user closed the passkey dialog: offer another way, or show it again when they ask for it.";
    PasskeyChallengeNotFound = "passkey_challenge_not_found", Passkey, false, "The registration took too long or was already finished: begin it again with beginPasskeyRegistration.";
    PasskeyClientMismatch = "passkey_client_mismatch", Passkey, false, "The access token is of another app client than the one that began the registration: begin and complete it with the same client.";
    PasskeyConfigurationMissing = "passkey_configuration_missing", Passkey, false, "The pool has no relying-party id for passkeys: set one in its passkey settings.";
    PasskeyFailed = "passkey_failed", Passkey, true, "The platform's passkey dialog failed: see the text, then try again or offer another way.";
    PasskeyNotEnabled = "passkey_not_enabled", Passkey, false, "The pool does not allow passkeys: turn them on among its choice-based sign-in options.";
    PasskeyNotSupported = "passkey_not_supported", Passkey, false, "The pool does not take passkeys of this kind: use another authenticator.";
    PasskeyOriginNotAllowed = "passkey_origin_not_allowed", Passkey, false, "The passkey was made for another origin than the pool's relying-party id allows: check the app's associated domains or asset links.";
    PasskeyRelyingPartyMismatch = "passkey_relying_party_mismatch", Passkey, false, "The relying-party id of the pool does not fit: associate the app with that domain (webcredentials or Digital Asset Links), or correct the id in the pool.";
    PasskeyUnsupported = "passkey_unsupported", Passkey, false, "This device has no passkeys: offer another way.";
    PasswordExpired = "temporary_password_expired", NotAuthorized, false, "The temporary password is too old: an administrator must set a new one.";
    PasswordResetRequired = "password_reset_required", PasswordResetRequired, false, "The user must choose a new password: call resetPassword.";
    PasswordReused = "password_reused", InvalidPassword, false, "The password was used before: ask for another one.";
    ResourceNotFound = "resource_not_found", Configuration, false, "The service knows no such pool, app client, device or passkey: compare the configuration with the Cognito console.";
    ServiceUnavailable = "service_unavailable", Service, true, "The service had an internal error: try again.";
    SessionExpired = "session_expired", SessionExpired, false, "The session has ended: ask the user to sign in again. No sign-out is needed before.";
    SoftwareTokenNotSetUp = "totp_not_set_up", Service, false, "No authenticator app is set up for this user, or the pool does not allow it: call setUpTOTP first.";
    StorageBusy = "storage_busy", Storage, true, "Another process of this app is using the secure store: try again in a moment. Nothing was changed.";
    StorageCorrupt = "storage_corrupt", Storage, false, "The stored session cannot be read. It was set aside, not deleted: signing in again repairs it.";
    StorageFailed = "storage_failed", Storage, true, "The secure store could not be read or written: see the text; on Apple platforms check the keychain entitlement.";
    StorageLocked = "storage_locked", Storage, true, "The device has not been unlocked since it started: try again after the first unlock. Nobody was signed out.";
    Throttled = "throttled", LimitExceeded, true, "The service is receiving too many requests: wait a moment, then try again.";
    Timeout = "timeout", Network, true, "No answer in time: check the connection, then try again. Nothing was signed out.";
    TotpCodeMismatch = "totp_code_mismatch", CodeMismatch, false, "The authenticator app's code is wrong: check the phone's clock and type the next code.";
    Unsupported = "unsupported", Service, false, "The pool or its tier does not offer this: check its settings.";
    UnsupportedChallenge = "unsupported_challenge", UnsupportedChallenge, false, "The service asked for a challenge that this release does not know: update Portcullis.";
    UserDisabled = "user_disabled", NotAuthorized, false, "An administrator disabled this user.";
    UserNotConfirmed = "user_not_confirmed", UserNotConfirmed, false, "The account is not confirmed: ask for the code of the sign-up, or send a new one with resendSignUpCode.";
    UserNotFound = "user_not_found", UserNotFound, false, "There is no such user.";
    UsernameExists = "username_exists", UsernameExists, false, "The user name is taken: ask for another one.";
    ValidationFailed = "validation_failed", Validation, false, "Correct the field that the text names; nothing was sent.";
}

impl ErrorCode {
    pub(crate) fn into_public(self, info: AuthErrorInfo) -> AuthError {
        match self.case() {
            Case::Cancelled => AuthError::Cancelled { info },
            Case::CodeDeliveryFailed => AuthError::CodeDeliveryFailed { info },
            Case::CodeExpired => AuthError::CodeExpired { info },
            Case::CodeMismatch => AuthError::CodeMismatch { info },
            Case::Configuration => AuthError::Configuration { info },
            Case::Internal => AuthError::Internal { info },
            Case::InvalidPassword => AuthError::InvalidPassword { info },
            Case::InvalidState => AuthError::InvalidState { info },
            Case::LambdaRejected => AuthError::LambdaRejected { info },
            Case::LimitExceeded => AuthError::LimitExceeded { info },
            Case::Network => AuthError::Network { info },
            Case::NotAuthorized => AuthError::NotAuthorized { info },
            Case::NotSignedIn => AuthError::NotSignedIn { info },
            Case::Passkey => AuthError::Passkey { info },
            Case::PasswordResetRequired => AuthError::PasswordResetRequired { info },
            Case::Service => AuthError::Service { info },
            Case::SessionExpired => AuthError::SessionExpired { info },
            Case::Storage => AuthError::Storage { info },
            Case::UnsupportedChallenge => AuthError::UnsupportedChallenge { info },
            Case::UserNotConfirmed => AuthError::UserNotConfirmed { info },
            Case::UserNotFound => AuthError::UserNotFound { info },
            Case::UsernameExists => AuthError::UsernameExists { info },
            Case::Validation => AuthError::Validation { info },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_lower_case_and_sorted() {
        let mut texts: Vec<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert!(texts.iter().all(|text| text.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
        let count = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), count);
    }

    #[test]
    fn every_recovery_is_a_sentence() {
        for code in ErrorCode::ALL {
            assert!(code.recovery().ends_with('.'), "{}", code.as_str());
        }
    }
}
