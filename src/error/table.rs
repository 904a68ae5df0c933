//! The one table of errors: the public cases, one per thing that the caller can do about it, and in each the stable
//! codes that it comes with. A code never changes its meaning.
//!
//! The line above a code says what happened; then come the code, whether the same call can succeed later without
//! anything else being changed, and what to do about it. The sentences must be true wherever the code can appear, in the
//! result of a sign-out, too. Swift, Kotlin and `docs/errors.md` are written from here: `cargo xtask errors`.

use super::AuthErrorInfo;
use super::declare::errors;

errors! {
    /// The call was given up by its caller, or something newer took its place.
    Cancelled {
        /// The call was given up by its caller, or something newer took its place.
        Cancelled = "cancelled", true,
            "Work that had already been sent to the service runs to its end: look at the state before calling again.";
        /// The person closed the hosted pages.
        WebUiCancelled = "web_ui_cancelled", true, "Show them again when they ask for it.";
    }
    /// A code could not be delivered.
    CodeDeliveryFailed {
        /// The code could not be sent.
        CodeDeliveryFailed = "code_delivery_failed", false,
            "Check the destination and the pool's e-mail or SMS settings, then ask for the code again.";
    }
    /// A code is too old or used up: request a new one.
    CodeExpired {
        /// The code is too old or was already used.
        CodeExpired = "code_expired", false, "Request a new one.";
    }
    /// A code is wrong: the user may type it again.
    CodeMismatch {
        /// The code is wrong.
        CodeMismatch = "code_mismatch", false, "Let the user type it again.";
        /// The authenticator app's code is wrong.
        TotpCodeMismatch = "totp_code_mismatch", false, "Check the phone's clock and type the next code.";
    }
    /// The configuration is wrong: `field` names the key, or the service does not know what it names.
    Configuration {
        /// The app client's secret is missing or wrong.
        ClientSecretMismatch = "client_secret_mismatch", false,
            "Compare the configuration with the app client in the console.";
        /// A key of the configuration is missing or wrong.
        ConfigurationInvalid = "configuration_invalid", false, "Correct the key that the text names.";
        /// Another class loader of the process has the library.
        LibraryInUse = "library_in_use", false,
            "Load Portcullis in one class loader that both share, or name the file of the library in the system property \
             uniffi.component.portcullis.libraryOverride and let java.io.tmpdir be written.";
        /// The library and the code come from different releases.
        LibraryMismatch = "library_mismatch", false,
            "Install the native library and the Kotlin packages of the same release.";
        /// The library cannot be loaded.
        LibraryMissing = "library_missing", false,
            "Install libportcullis for this system on jna.library.path (Android: in jniLibs), or name the file in the \
             system property uniffi.component.portcullis.libraryOverride; JNA has to be on the class path.";
        /// The service knows no such pool, app client, device or passkey.
        ResourceNotFound = "resource_not_found", false,
            "List the devices or passkeys again; in any other call compare the configuration with the console.";
    }
    /// A defect in this library.
    Internal {
        /// The library failed because of a defect of its own.
        Internal = "internal", false, "Please report it, with the request id if there is one.";
    }
    /// A new password is refused by the pool's policy.
    InvalidPassword {
        /// The password does not meet the pool's policy.
        InvalidPassword = "invalid_password", false, "Let the user choose another one: the text names the rule.";
        /// The password was used before.
        PasswordReused = "password_reused", false, "Let the user choose another one.";
    }
    /// The call makes no sense now, for example answering a challenge that does not exist: `code` tells why.
    InvalidState {
        /// This account has no session here.
        AccountNotFound = "account_not_found", false,
            "Look at accounts for those that have one, or call signIn for another.";
        /// Somebody else is signed in, and the sign-in was told to refuse then.
        AnotherUserSignedIn = "another_user_signed_in", false,
            "Call signOut first, or sign in with existingSession replace or keep.";
        /// An answer to this challenge is on its way already.
        AnswerInProgress = "answer_in_progress", true, "Wait for its result.";
        /// The client was closed.
        ClientClosed = "client_closed", false, "Make a new one: a closed client cannot be used again.";
        /// The service does not track this device.
        DeviceNotTracked = "device_not_tracked", false, "Have the pool track devices, and the user sign in here again.";
        /// Another provider vouches for whoever uses the app: they are federated with the identity pool.
        FederationActive = "federation_active", false, "Call clearFederation first.";
        /// No sign-up has prepared an automatic sign-in.
        NoAutoSignIn = "no_auto_sign_in", false, "Call signUp with autoSignIn, or signIn.";
        /// The code of this step cannot be sent again by itself.
        NoCodeToResend = "no_code_to_resend", false, "Begin the sign-in anew with signIn.";
        /// No unfinished sign-in waits for this answer.
        NoSignInInProgress = "no_sign_in_in_progress", false, "Look at pendingSignIn, or call signIn first.";
        /// No sign-in on the hosted pages waits for this callback.
        NoWebUiSignIn = "no_web_ui_sign_in", false, "Look at the state; to sign in, begin anew with signInWithWebUI.";
        /// Nobody is federated with the identity pool.
        NotFederated = "not_federated", false, "Call federateToIdentityPool first.";
        /// Somebody is signed in with the user pool.
        UserPoolSessionActive = "user_pool_session_active", false, "Call signOut first.";
    }
    /// A Lambda trigger of the pool refused; its text may be shown to the user.
    LambdaRejected {
        /// A Lambda trigger refused on purpose.
        LambdaRejected = "lambda_rejected", false, "Show the text, if it is meant for users: it is the app's own.";
    }
    /// Too many attempts: wait.
    LimitExceeded {
        /// The user is locked after too many wrong passwords.
        AttemptsExceeded = "attempts_exceeded", true,
            "Wait, then try again: the wait doubles with each further failure, up to about 15 minutes.";
        /// There were too many attempts or messages.
        LimitExceeded = "limit_exceeded", true, "Wait some minutes, then try again.";
        /// The service is receiving too many requests.
        Throttled = "throttled", true, "Wait a moment, then try again.";
    }
    /// The service could not be reached or did not answer in time. That ends no session.
    Network {
        /// The answer is not the service's or makes no sense.
        BadResponse = "bad_response", true,
            "Check the network for a proxy or a captive portal that answers in the service's place, then try again.";
        /// The service could not be reached, or the connection broke.
        Network = "network", true, "Check the connection, then try again; a sign-out need not be repeated.";
        /// The call took longer than it may: usually the service did not answer.
        Timeout = "timeout", true, "Check the connection, then try again; a sign-out need not be repeated.";
    }
    /// Wrong credentials, a disabled user or a refused session: `code` tells which.
    NotAuthorized {
        /// The identity pool gives nothing to guests.
        GuestAccessDenied = "guest_access_denied", false, "Call signIn first, or allow guests: in the identity pool, and in the configuration.";
        /// The user name or the password is wrong, or a custom challenge was failed for good.
        IncorrectUsernameOrPassword = "incorrect_username_or_password", false,
            "Ask the user again; a sign-in that was going on begins anew with signIn.";
        /// The sign-in took too long or was already finished.
        InvalidSession = "invalid_session", false, "Start it again with signIn.";
        /// The service refused the request.
        NotAuthorized = "not_authorized", false, "See the text: it says why.";
        /// The provider's token is too old, or its provider refuses a new one.
        ProviderTokenExpired = "provider_token_expired", false,
            "Get a new token from the provider and call federateToIdentityPool with it, or set a token provider that does.";
        /// The identity pool does not take the provider's token.
        ProviderTokenRefused = "provider_token_refused", false,
            "Compare its provider, client and role settings with the token: the text says what does not fit.";
        /// The hosted pages refused the sign-in.
        WebUiRefused = "web_ui_refused", false, "See the text: it begins with the reason's name. Then begin anew.";
        /// The temporary password is too old.
        TemporaryPasswordExpired = "temporary_password_expired", false, "Have an administrator set a new one.";
        /// An administrator disabled this user.
        UserDisabled = "user_disabled", false, "Only an administrator can enable the user again.";
    }
    /// Nobody is signed in.
    NotSignedIn {
        /// Nobody is signed in.
        NotSignedIn = "not_signed_in", false, "Call signIn first.";
    }
    /// A passkey was not made or not used: `code` tells why. Offer another way to sign in.
    Passkey {
        /// This device already has a passkey for the account.
        PasskeyAlreadyRegistered = "passkey_already_registered", false, "Nothing needs to be done.";
        /// The user closed the passkey dialog.
        PasskeyCancelled = "passkey_cancelled", true, "Offer another way, or show it again when they ask for it.";
        /// The registration took too long or was already finished.
        PasskeyChallengeNotFound = "passkey_challenge_not_found", false,
            "Begin it again with beginPasskeyRegistration.";
        /// The access token is of another app client than the one that began the registration.
        PasskeyClientMismatch = "passkey_client_mismatch", false, "Begin and complete it with the same client.";
        /// The pool has no relying-party id for passkeys.
        PasskeyConfigurationMissing = "passkey_configuration_missing", false, "Set one in its passkey settings.";
        /// The platform's passkey dialog failed.
        PasskeyFailed = "passkey_failed", true, "See the text, then try again or offer another way.";
        /// The pool does not allow passkeys.
        PasskeyNotEnabled = "passkey_not_enabled", false, "Turn them on among its choice-based sign-in options.";
        /// The pool does not take passkeys of this kind.
        PasskeyNotSupported = "passkey_not_supported", false, "Use another authenticator.";
        /// The passkey was made for another origin than the pool's relying-party id allows.
        PasskeyOriginNotAllowed = "passkey_origin_not_allowed", false,
            "Check the app's associated domains or asset links.";
        /// The pool's relying-party id does not fit the app.
        PasskeyRelyingPartyMismatch = "passkey_relying_party_mismatch", false,
            "Associate the app with that domain (webcredentials or Digital Asset Links), or correct the id in the pool.";
        /// This device has no passkeys.
        PasskeyUnsupported = "passkey_unsupported", false, "Offer another way.";
    }
    /// The user must reset the password.
    PasswordResetRequired {
        /// The user must choose a new password.
        PasswordResetRequired = "password_reset_required", false, "Call resetPassword.";
    }
    /// The service failed or is misconfigured.
    Service {
        /// Two calls changed the same user at once.
        ConcurrentModification = "concurrent_modification", true, "Try again.";
        /// The device is confirmed already.
        DeviceKeyExists = "device_key_exists", false, "Nothing needs to be done.";
        /// The pool's firewall (AWS WAF) refused the request.
        Forbidden = "forbidden", false, "Check its rules.";
        /// A Lambda trigger of the pool failed or answered nonsense.
        LambdaFailed = "lambda_failed", false, "Look at its log.";
        /// The login or the identity is bound to another one already.
        IdentityConflict = "identity_conflict", false, "Use the identity that the login has; see the text.";
        /// The pool knows no such second factor for this user.
        MfaMethodNotFound = "mfa_method_not_found", false, "Set one up first.";
        /// The user pool itself is misconfigured: a role, a message template or a setting.
        Misconfigured = "misconfigured", false, "Correct what the text names.";
        /// The service had an internal error.
        ServiceUnavailable = "service_unavailable", true, "Try again.";
        /// No authenticator app is set up for this user, or the pool does not allow it.
        TotpNotSetUp = "totp_not_set_up", false, "Set one up first, or allow it in the pool.";
        /// The pool or its tier does not offer this.
        Unsupported = "unsupported", false, "Check its settings.";
        /// The browser could not be shown, or did not come back.
        WebUiFailed = "web_ui_failed", true,
            "There must be a browser, and the app must have registered the address to come back to; then try again.";
    }
    /// The session has ended; sign in again, no sign-out is needed before.
    SessionExpired {
        /// The session has ended.
        SessionExpired = "session_expired", false, "Ask the user to sign in again; no sign-out is needed before.";
    }
    /// The secure store failed, is locked, is used by another process or holds something unreadable.
    Storage {
        /// Another process of this app is using the secure store.
        StorageBusy = "storage_busy", true, "Try again in a moment.";
        /// What is stored cannot be read.
        StorageCorrupt = "storage_corrupt", false, "Sign in again, which repairs it: until then it is kept as it is.";
        /// The secure store could not be read or written.
        StorageFailed = "storage_failed", true, "See the text; on Apple platforms check the keychain entitlement.";
        /// The device has not been unlocked since it started.
        StorageLocked = "storage_locked", true, "Try again after the first unlock.";
    }
    /// The service asked for a challenge that this release does not know; `text` names it.
    UnsupportedChallenge {
        /// The service asked for a challenge that this release does not know.
        UnsupportedChallenge = "unsupported_challenge", false, "Update Portcullis.";
    }
    /// The account is not confirmed yet.
    UserNotConfirmed {
        /// The account is not confirmed.
        UserNotConfirmed = "user_not_confirmed", false,
            "Have the user confirm it with the sign-up's code or link; resendSignUpCode sends a new one.";
    }
    /// There is no such user.
    UserNotFound {
        /// There is no such user.
        UserNotFound = "user_not_found", false, "Check the user name, or call signUp.";
    }
    /// The user name, e-mail address or phone number is taken.
    UsernameExists {
        /// Another account already uses this e-mail address or phone number.
        AliasExists = "alias_exists", false,
            "Ask for another one; a sign-up can also be confirmed with forceAliasCreation to take it over.";
        /// The user name is taken.
        UsernameExists = "username_exists", false, "Ask for another one.";
    }
    /// An argument is invalid; `field` names it.
    Validation {
        /// The service refused a value.
        InvalidParameter = "invalid_parameter", false, "Correct the value that the text names.";
        /// An argument is invalid.
        ValidationFailed = "validation_failed", false, "Correct the argument that the text names.";
    }
}
