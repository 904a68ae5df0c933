package dev.portcullis

/**
 * What the core's table of errors (src/error/table.rs) says of each code, for errors that are made where there need be no
 * native library: in an app's tests, and by this package. `ErrorTableTest` compares the two.
 */
internal object ErrorTable {
    class Row(
        val make: (AuthErrorInfo) -> AuthException,
        val isRetryable: Boolean,
        val text: String,
        val recovery: String,
    )

    private const val FINAL = false
    private const val RETRYABLE = true

    val rows: Map<String, Row> by lazy {
        buildMap {
            this[AuthErrorCode.CANCELLED] = Row(AuthException::Cancelled, RETRYABLE, "The call was given up by its caller, or something newer took its place.",
                "Work that had already been sent to the service runs to its end: look at the state before calling again.")
            this[AuthErrorCode.WEB_UI_CANCELLED] = Row(AuthException::Cancelled, RETRYABLE, "The person closed the hosted pages.",
                "Show them again when they ask for it.")
            this[AuthErrorCode.CODE_DELIVERY_FAILED] = Row(AuthException::CodeDeliveryFailed, FINAL, "The code could not be sent.",
                "Check the destination and the pool's e-mail or SMS settings, then ask for the code again.")
            this[AuthErrorCode.CODE_EXPIRED] = Row(AuthException::CodeExpired, FINAL, "The code is too old or was already used.",
                "Request a new one.")
            this[AuthErrorCode.CODE_MISMATCH] = Row(AuthException::CodeMismatch, FINAL, "The code is wrong.",
                "Let the user type it again.")
            this[AuthErrorCode.TOTP_CODE_MISMATCH] = Row(AuthException::CodeMismatch, FINAL, "The authenticator app's code is wrong.",
                "Check the phone's clock and type the next code.")
            this[AuthErrorCode.CLIENT_SECRET_MISMATCH] = Row(AuthException::Configuration, FINAL, "The app client's secret is missing or wrong.",
                "Compare the configuration with the app client in the console.")
            this[AuthErrorCode.CONFIGURATION_INVALID] = Row(AuthException::Configuration, FINAL, "A key of the configuration is missing or wrong.",
                "Correct the key that the text names.")
            this[AuthErrorCode.LIBRARY_IN_USE] = Row(AuthException::Configuration, FINAL, "Another class loader of the process has the library.",
                "Load Portcullis in one class loader that both share, or name the file of the library in the system property uniffi.component.portcullis.libraryOverride and let java.io.tmpdir be written.")
            this[AuthErrorCode.LIBRARY_MISMATCH] = Row(AuthException::Configuration, FINAL, "The library and the code come from different releases.",
                "Install the native library and the Kotlin packages of the same release.")
            this[AuthErrorCode.LIBRARY_MISSING] = Row(AuthException::Configuration, FINAL, "The library cannot be loaded.",
                "Install libportcullis for this system on jna.library.path (Android: in jniLibs), or name the file in the system property uniffi.component.portcullis.libraryOverride; JNA has to be on the class path.")
            this[AuthErrorCode.RESOURCE_NOT_FOUND] = Row(AuthException::Configuration, FINAL, "The service knows no such pool, app client, device or passkey.",
                "List the devices or passkeys again; in any other call compare the configuration with the console.")
            this[AuthErrorCode.INTERNAL] = Row(AuthException::Internal, FINAL, "The library failed because of a defect of its own.",
                "Please report it, with the request id if there is one.")
            this[AuthErrorCode.INVALID_PASSWORD] = Row(AuthException::InvalidPassword, FINAL, "The password does not meet the pool's policy.",
                "Let the user choose another one: the text names the rule.")
            this[AuthErrorCode.PASSWORD_REUSED] = Row(AuthException::InvalidPassword, FINAL, "The password was used before.",
                "Let the user choose another one.")
            this[AuthErrorCode.ACCOUNT_NOT_FOUND] = Row(AuthException::InvalidState, FINAL, "This account has no session here.",
                "Look at accounts for those that have one, or call signIn for another.")
            this[AuthErrorCode.ANOTHER_USER_SIGNED_IN] = Row(AuthException::InvalidState, FINAL, "Somebody else is signed in, and the sign-in was told to refuse then.",
                "Call signOut first, or sign in with existingSession replace or keep.")
            this[AuthErrorCode.ANSWER_IN_PROGRESS] = Row(AuthException::InvalidState, RETRYABLE, "An answer to this challenge is on its way already.",
                "Wait for its result.")
            this[AuthErrorCode.CLIENT_CLOSED] = Row(AuthException::InvalidState, FINAL, "The client was closed.",
                "Make a new one: a closed client cannot be used again.")
            this[AuthErrorCode.DEVICE_NOT_TRACKED] = Row(AuthException::InvalidState, FINAL, "The service does not track this device.",
                "Have the pool track devices, and the user sign in here again.")
            this[AuthErrorCode.FEDERATION_ACTIVE] = Row(AuthException::InvalidState, FINAL, "Another provider vouches for whoever uses the app: they are federated with the identity pool.",
                "Call clearFederation first.")
            this[AuthErrorCode.NO_AUTO_SIGN_IN] = Row(AuthException::InvalidState, FINAL, "No sign-up has prepared an automatic sign-in.",
                "Call signUp with autoSignIn, or signIn.")
            this[AuthErrorCode.NO_CODE_TO_RESEND] = Row(AuthException::InvalidState, FINAL, "The code of this step cannot be sent again by itself.",
                "Begin the sign-in anew with signIn.")
            this[AuthErrorCode.NO_SIGN_IN_IN_PROGRESS] = Row(AuthException::InvalidState, FINAL, "No unfinished sign-in waits for this answer.",
                "Look at pendingSignIn, or call signIn first.")
            this[AuthErrorCode.NO_WEB_UI_SIGN_IN] = Row(AuthException::InvalidState, FINAL, "No sign-in on the hosted pages waits for this callback.",
                "Look at the state; to sign in, begin anew with signInWithWebUI.")
            this[AuthErrorCode.NOT_FEDERATED] = Row(AuthException::InvalidState, FINAL, "Nobody is federated with the identity pool.",
                "Call federateToIdentityPool first.")
            this[AuthErrorCode.USER_POOL_SESSION_ACTIVE] = Row(AuthException::InvalidState, FINAL, "Somebody is signed in with the user pool.",
                "Call signOut first.")
            this[AuthErrorCode.LAMBDA_REJECTED] = Row(AuthException::LambdaRejected, FINAL, "A Lambda trigger refused on purpose.",
                "Show the text, if it is meant for users: it is the app's own.")
            this[AuthErrorCode.ATTEMPTS_EXCEEDED] = Row(AuthException::LimitExceeded, RETRYABLE, "The user is locked after too many wrong passwords.",
                "Wait, then try again: the wait doubles with each further failure, up to about 15 minutes.")
            this[AuthErrorCode.LIMIT_EXCEEDED] = Row(AuthException::LimitExceeded, RETRYABLE, "There were too many attempts or messages.",
                "Wait some minutes, then try again.")
            this[AuthErrorCode.THROTTLED] = Row(AuthException::LimitExceeded, RETRYABLE, "The service is receiving too many requests.",
                "Wait a moment, then try again.")
            this[AuthErrorCode.BAD_RESPONSE] = Row(AuthException::Network, RETRYABLE, "The answer is not the service's or makes no sense.",
                "Check the network for a proxy or a captive portal that answers in the service's place, then try again.")
            this[AuthErrorCode.NETWORK] = Row(AuthException::Network, RETRYABLE, "The service could not be reached, or the connection broke.",
                "Check the connection, then try again; a sign-out need not be repeated.")
            this[AuthErrorCode.TIMEOUT] = Row(AuthException::Network, RETRYABLE, "The call took longer than it may: usually the service did not answer.",
                "Check the connection, then try again; a sign-out need not be repeated.")
            this[AuthErrorCode.GUEST_ACCESS_DENIED] = Row(AuthException::NotAuthorized, FINAL, "The identity pool gives nothing to guests.",
                "Call signIn first, or allow guests: in the identity pool, and in the configuration.")
            this[AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD] = Row(AuthException::NotAuthorized, FINAL, "The user name or the password is wrong, or a custom challenge was failed for good.",
                "Ask the user again; a sign-in that was going on begins anew with signIn.")
            this[AuthErrorCode.INVALID_SESSION] = Row(AuthException::NotAuthorized, FINAL, "The sign-in took too long or was already finished.",
                "Start it again with signIn.")
            this[AuthErrorCode.NOT_AUTHORIZED] = Row(AuthException::NotAuthorized, FINAL, "The service refused the request.",
                "See the text: it says why.")
            this[AuthErrorCode.PROVIDER_TOKEN_EXPIRED] = Row(AuthException::NotAuthorized, FINAL, "The provider's token is too old, or its provider refuses a new one.",
                "Get a new token from the provider and call federateToIdentityPool with it, or set a token provider that does.")
            this[AuthErrorCode.PROVIDER_TOKEN_REFUSED] = Row(AuthException::NotAuthorized, FINAL, "The identity pool does not take the provider's token.",
                "Compare its provider, client and role settings with the token: the text says what does not fit.")
            this[AuthErrorCode.WEB_UI_REFUSED] = Row(AuthException::NotAuthorized, FINAL, "The hosted pages refused the sign-in.",
                "See the text: it begins with the reason's name. Then begin anew.")
            this[AuthErrorCode.TEMPORARY_PASSWORD_EXPIRED] = Row(AuthException::NotAuthorized, FINAL, "The temporary password is too old.",
                "Have an administrator set a new one.")
            this[AuthErrorCode.USER_DISABLED] = Row(AuthException::NotAuthorized, FINAL, "An administrator disabled this user.",
                "Only an administrator can enable the user again.")
            this[AuthErrorCode.NOT_SIGNED_IN] = Row(AuthException::NotSignedIn, FINAL, "Nobody is signed in.",
                "Call signIn first.")
            this[AuthErrorCode.PASSKEY_ALREADY_REGISTERED] = Row(AuthException::Passkey, FINAL, "This device already has a passkey for the account.",
                "Nothing needs to be done.")
            this[AuthErrorCode.PASSKEY_CANCELLED] = Row(AuthException::Passkey, RETRYABLE, "The user closed the passkey dialog.",
                "Offer another way, or show it again when they ask for it.")
            this[AuthErrorCode.PASSKEY_CHALLENGE_NOT_FOUND] = Row(AuthException::Passkey, FINAL, "The registration took too long or was already finished.",
                "Begin it again with beginPasskeyRegistration.")
            this[AuthErrorCode.PASSKEY_CLIENT_MISMATCH] = Row(AuthException::Passkey, FINAL, "The access token is of another app client than the one that began the registration.",
                "Begin and complete it with the same client.")
            this[AuthErrorCode.PASSKEY_CONFIGURATION_MISSING] = Row(AuthException::Passkey, FINAL, "The pool has no relying-party id for passkeys.",
                "Set one in its passkey settings.")
            this[AuthErrorCode.PASSKEY_FAILED] = Row(AuthException::Passkey, RETRYABLE, "The platform's passkey dialog failed.",
                "See the text, then try again or offer another way.")
            this[AuthErrorCode.PASSKEY_NOT_ENABLED] = Row(AuthException::Passkey, FINAL, "The pool does not allow passkeys.",
                "Turn them on among its choice-based sign-in options.")
            this[AuthErrorCode.PASSKEY_NOT_SUPPORTED] = Row(AuthException::Passkey, FINAL, "The pool does not take passkeys of this kind.",
                "Use another authenticator.")
            this[AuthErrorCode.PASSKEY_ORIGIN_NOT_ALLOWED] = Row(AuthException::Passkey, FINAL, "The passkey was made for another origin than the pool's relying-party id allows.",
                "Check the app's associated domains or asset links.")
            this[AuthErrorCode.PASSKEY_RELYING_PARTY_MISMATCH] = Row(AuthException::Passkey, FINAL, "The pool's relying-party id does not fit the app.",
                "Associate the app with that domain (webcredentials or Digital Asset Links), or correct the id in the pool.")
            this[AuthErrorCode.PASSKEY_UNSUPPORTED] = Row(AuthException::Passkey, FINAL, "This device has no passkeys.",
                "Offer another way.")
            this[AuthErrorCode.PASSWORD_RESET_REQUIRED] = Row(AuthException::PasswordResetRequired, FINAL, "The user must choose a new password.",
                "Call resetPassword.")
            this[AuthErrorCode.CONCURRENT_MODIFICATION] = Row(AuthException::Service, RETRYABLE, "Two calls changed the same user at once.",
                "Try again.")
            this[AuthErrorCode.DEVICE_KEY_EXISTS] = Row(AuthException::Service, FINAL, "The device is confirmed already.",
                "Nothing needs to be done.")
            this[AuthErrorCode.FORBIDDEN] = Row(AuthException::Service, FINAL, "The pool's firewall (AWS WAF) refused the request.",
                "Check its rules.")
            this[AuthErrorCode.LAMBDA_FAILED] = Row(AuthException::Service, FINAL, "A Lambda trigger of the pool failed or answered nonsense.",
                "Look at its log.")
            this[AuthErrorCode.IDENTITY_CONFLICT] = Row(AuthException::Service, FINAL, "The login or the identity is bound to another one already.",
                "Use the identity that the login has; see the text.")
            this[AuthErrorCode.MFA_METHOD_NOT_FOUND] = Row(AuthException::Service, FINAL, "The pool knows no such second factor for this user.",
                "Set one up first.")
            this[AuthErrorCode.MISCONFIGURED] = Row(AuthException::Service, FINAL, "The user pool itself is misconfigured: a role, a message template or a setting.",
                "Correct what the text names.")
            this[AuthErrorCode.SERVICE_UNAVAILABLE] = Row(AuthException::Service, RETRYABLE, "The service had an internal error.",
                "Try again.")
            this[AuthErrorCode.TOTP_NOT_SET_UP] = Row(AuthException::Service, FINAL, "No authenticator app is set up for this user, or the pool does not allow it.",
                "Set one up first, or allow it in the pool.")
            this[AuthErrorCode.UNSUPPORTED] = Row(AuthException::Service, FINAL, "The pool or its tier does not offer this.",
                "Check its settings.")
            this[AuthErrorCode.WEB_UI_FAILED] = Row(AuthException::Service, RETRYABLE, "The browser could not be shown, or did not come back.",
                "There must be a browser, and the app must have registered the address to come back to; then try again.")
            this[AuthErrorCode.SESSION_EXPIRED] = Row(AuthException::SessionExpired, FINAL, "The session has ended.",
                "Ask the user to sign in again; no sign-out is needed before.")
            this[AuthErrorCode.STORAGE_BUSY] = Row(AuthException::Storage, RETRYABLE, "Another process of this app is using the secure store.",
                "Try again in a moment.")
            this[AuthErrorCode.STORAGE_CORRUPT] = Row(AuthException::Storage, FINAL, "What is stored cannot be read.",
                "Sign in again, which repairs it: until then it is kept as it is.")
            this[AuthErrorCode.STORAGE_FAILED] = Row(AuthException::Storage, RETRYABLE, "The secure store could not be read or written.",
                "See the text; on Apple platforms check the keychain entitlement.")
            this[AuthErrorCode.STORAGE_LOCKED] = Row(AuthException::Storage, RETRYABLE, "The device has not been unlocked since it started.",
                "Try again after the first unlock.")
            this[AuthErrorCode.UNSUPPORTED_CHALLENGE] = Row(AuthException::UnsupportedChallenge, FINAL, "The service asked for a challenge that this release does not know.",
                "Update Portcullis.")
            this[AuthErrorCode.USER_NOT_CONFIRMED] = Row(AuthException::UserNotConfirmed, FINAL, "The account is not confirmed.",
                "Have the user confirm it with the sign-up's code or link; resendSignUpCode sends a new one.")
            this[AuthErrorCode.USER_NOT_FOUND] = Row(AuthException::UserNotFound, FINAL, "There is no such user.",
                "Check the user name, or call signUp.")
            this[AuthErrorCode.ALIAS_EXISTS] = Row(AuthException::UsernameExists, FINAL, "Another account already uses this e-mail address or phone number.",
                "Ask for another one; a sign-up can also be confirmed with forceAliasCreation to take it over.")
            this[AuthErrorCode.USERNAME_EXISTS] = Row(AuthException::UsernameExists, FINAL, "The user name is taken.",
                "Ask for another one.")
            this[AuthErrorCode.INVALID_PARAMETER] = Row(AuthException::Validation, FINAL, "The service refused a value.",
                "Correct the value that the text names.")
            this[AuthErrorCode.VALIDATION_FAILED] = Row(AuthException::Validation, FINAL, "An argument is invalid.",
                "Correct the argument that the text names.")
        }
    }
}
