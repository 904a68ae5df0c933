// Written by `cargo xtask errors` from src/error/table.rs.

/// A stable, documented code of an error: what to compare. A later release may know more of them.
///
/// ```swift
/// if error.code == .passkeyCancelled { offerAnotherWay() }
/// ```
public struct AuthErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code as it stands in logs and in ``AuthErrorInfo``, for example `code_mismatch`.
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

extension AuthErrorCode {
    /// This account has no session here.
    public static let accountNotFound = Self(rawValue: "account_not_found")
    /// Another account already uses this e-mail address or phone number.
    public static let aliasExists = Self(rawValue: "alias_exists")
    /// Somebody else is signed in, and the sign-in was told to refuse then.
    public static let anotherUserSignedIn = Self(rawValue: "another_user_signed_in")
    /// An answer to this challenge is on its way already.
    public static let answerInProgress = Self(rawValue: "answer_in_progress")
    /// The user is locked after too many wrong passwords.
    public static let attemptsExceeded = Self(rawValue: "attempts_exceeded")
    /// The answer is not the service's or makes no sense.
    public static let badResponse = Self(rawValue: "bad_response")
    /// The call was given up by its caller, or something newer took its place.
    public static let cancelled = Self(rawValue: "cancelled")
    /// The client was closed.
    public static let clientClosed = Self(rawValue: "client_closed")
    /// The app client's secret is missing or wrong.
    public static let clientSecretMismatch = Self(rawValue: "client_secret_mismatch")
    /// The code could not be sent.
    public static let codeDeliveryFailed = Self(rawValue: "code_delivery_failed")
    /// The code is too old or was already used.
    public static let codeExpired = Self(rawValue: "code_expired")
    /// The code is wrong.
    public static let codeMismatch = Self(rawValue: "code_mismatch")
    /// Two calls changed the same user at once.
    public static let concurrentModification = Self(rawValue: "concurrent_modification")
    /// A key of the configuration is missing or wrong.
    public static let configurationInvalid = Self(rawValue: "configuration_invalid")
    /// The device is confirmed already.
    public static let deviceKeyExists = Self(rawValue: "device_key_exists")
    /// The service does not track this device.
    public static let deviceNotTracked = Self(rawValue: "device_not_tracked")
    /// Another provider vouches for whoever uses the app: they are federated with the identity pool.
    public static let federationActive = Self(rawValue: "federation_active")
    /// The pool's firewall (AWS WAF) refused the request.
    public static let forbidden = Self(rawValue: "forbidden")
    /// The identity pool gives nothing to guests.
    public static let guestAccessDenied = Self(rawValue: "guest_access_denied")
    /// The login or the identity is bound to another one already.
    public static let identityConflict = Self(rawValue: "identity_conflict")
    /// The user name or the password is wrong, or a custom challenge was failed for good.
    public static let incorrectUsernameOrPassword = Self(rawValue: "incorrect_username_or_password")
    /// The library failed because of a defect of its own.
    public static let `internal` = Self(rawValue: "internal")
    /// The service refused a value.
    public static let invalidParameter = Self(rawValue: "invalid_parameter")
    /// The password does not meet the pool's policy.
    public static let invalidPassword = Self(rawValue: "invalid_password")
    /// The sign-in took too long or was already finished.
    public static let invalidSession = Self(rawValue: "invalid_session")
    /// A Lambda trigger of the pool failed or answered nonsense.
    public static let lambdaFailed = Self(rawValue: "lambda_failed")
    /// A Lambda trigger refused on purpose.
    public static let lambdaRejected = Self(rawValue: "lambda_rejected")
    /// Another class loader of the process has the library.
    public static let libraryInUse = Self(rawValue: "library_in_use")
    /// The library and the code come from different releases.
    public static let libraryMismatch = Self(rawValue: "library_mismatch")
    /// The library cannot be loaded.
    public static let libraryMissing = Self(rawValue: "library_missing")
    /// There were too many attempts or messages.
    public static let limitExceeded = Self(rawValue: "limit_exceeded")
    /// The pool knows no such second factor for this user.
    public static let mfaMethodNotFound = Self(rawValue: "mfa_method_not_found")
    /// The user pool itself is misconfigured: a role, a message template or a setting.
    public static let misconfigured = Self(rawValue: "misconfigured")
    /// The service could not be reached, or the connection broke.
    public static let network = Self(rawValue: "network")
    /// No sign-up has prepared an automatic sign-in.
    public static let noAutoSignIn = Self(rawValue: "no_auto_sign_in")
    /// The code of this step cannot be sent again by itself.
    public static let noCodeToResend = Self(rawValue: "no_code_to_resend")
    /// No unfinished sign-in waits for this answer.
    public static let noSignInInProgress = Self(rawValue: "no_sign_in_in_progress")
    /// No sign-in on the hosted pages waits for this callback.
    public static let noWebUISignIn = Self(rawValue: "no_web_ui_sign_in")
    /// The service refused the request.
    public static let notAuthorized = Self(rawValue: "not_authorized")
    /// Nobody is federated with the identity pool.
    public static let notFederated = Self(rawValue: "not_federated")
    /// Nobody is signed in.
    public static let notSignedIn = Self(rawValue: "not_signed_in")
    /// This device already has a passkey for the account.
    public static let passkeyAlreadyRegistered = Self(rawValue: "passkey_already_registered")
    /// The user closed the passkey dialog.
    public static let passkeyCancelled = Self(rawValue: "passkey_cancelled")
    /// The registration took too long or was already finished.
    public static let passkeyChallengeNotFound = Self(rawValue: "passkey_challenge_not_found")
    /// The access token is of another app client than the one that began the registration.
    public static let passkeyClientMismatch = Self(rawValue: "passkey_client_mismatch")
    /// The pool has no relying-party id for passkeys.
    public static let passkeyConfigurationMissing = Self(rawValue: "passkey_configuration_missing")
    /// The platform's passkey dialog failed.
    public static let passkeyFailed = Self(rawValue: "passkey_failed")
    /// The pool does not allow passkeys.
    public static let passkeyNotEnabled = Self(rawValue: "passkey_not_enabled")
    /// The pool does not take passkeys of this kind.
    public static let passkeyNotSupported = Self(rawValue: "passkey_not_supported")
    /// The passkey was made for another origin than the pool's relying-party id allows.
    public static let passkeyOriginNotAllowed = Self(rawValue: "passkey_origin_not_allowed")
    /// The pool's relying-party id does not fit the app.
    public static let passkeyRelyingPartyMismatch = Self(rawValue: "passkey_relying_party_mismatch")
    /// This device has no passkeys.
    public static let passkeyUnsupported = Self(rawValue: "passkey_unsupported")
    /// The user must choose a new password.
    public static let passwordResetRequired = Self(rawValue: "password_reset_required")
    /// The password was used before.
    public static let passwordReused = Self(rawValue: "password_reused")
    /// The provider's token is too old, or its provider refuses a new one.
    public static let providerTokenExpired = Self(rawValue: "provider_token_expired")
    /// The identity pool does not take the provider's token.
    public static let providerTokenRefused = Self(rawValue: "provider_token_refused")
    /// The service knows no such pool, app client, device or passkey.
    public static let resourceNotFound = Self(rawValue: "resource_not_found")
    /// The service had an internal error.
    public static let serviceUnavailable = Self(rawValue: "service_unavailable")
    /// The session has ended.
    public static let sessionExpired = Self(rawValue: "session_expired")
    /// Another process of this app is using the secure store.
    public static let storageBusy = Self(rawValue: "storage_busy")
    /// What is stored cannot be read.
    public static let storageCorrupt = Self(rawValue: "storage_corrupt")
    /// The secure store could not be read or written.
    public static let storageFailed = Self(rawValue: "storage_failed")
    /// The device has not been unlocked since it started.
    public static let storageLocked = Self(rawValue: "storage_locked")
    /// The temporary password is too old.
    public static let temporaryPasswordExpired = Self(rawValue: "temporary_password_expired")
    /// The service is receiving too many requests.
    public static let throttled = Self(rawValue: "throttled")
    /// The call took longer than it may: usually the service did not answer.
    public static let timeout = Self(rawValue: "timeout")
    /// The authenticator app's code is wrong.
    public static let totpCodeMismatch = Self(rawValue: "totp_code_mismatch")
    /// No authenticator app is set up for this user, or the pool does not allow it.
    public static let totpNotSetUp = Self(rawValue: "totp_not_set_up")
    /// The pool or its tier does not offer this.
    public static let unsupported = Self(rawValue: "unsupported")
    /// The service asked for a challenge that this release does not know.
    public static let unsupportedChallenge = Self(rawValue: "unsupported_challenge")
    /// An administrator disabled this user.
    public static let userDisabled = Self(rawValue: "user_disabled")
    /// The account is not confirmed.
    public static let userNotConfirmed = Self(rawValue: "user_not_confirmed")
    /// There is no such user.
    public static let userNotFound = Self(rawValue: "user_not_found")
    /// Somebody is signed in with the user pool.
    public static let userPoolSessionActive = Self(rawValue: "user_pool_session_active")
    /// The user name is taken.
    public static let usernameExists = Self(rawValue: "username_exists")
    /// An argument is invalid.
    public static let validationFailed = Self(rawValue: "validation_failed")
    /// The person closed the hosted pages.
    public static let webUICancelled = Self(rawValue: "web_ui_cancelled")
    /// The browser could not be shown, or did not come back.
    public static let webUIFailed = Self(rawValue: "web_ui_failed")
    /// The hosted pages refused the sign-in.
    public static let webUIRefused = Self(rawValue: "web_ui_refused")

    /// The number of the code in an `NSError`; it stays the same in every release. 1000 for codes that are not known.
    public var number: Int {
        switch rawValue {
        case "account_not_found": 1001
        case "alias_exists": 1002
        case "another_user_signed_in": 1003
        case "answer_in_progress": 1004
        case "attempts_exceeded": 1005
        case "bad_response": 1006
        case "cancelled": 1007
        case "client_closed": 1008
        case "client_secret_mismatch": 1009
        case "code_delivery_failed": 1010
        case "code_expired": 1011
        case "code_mismatch": 1012
        case "concurrent_modification": 1013
        case "configuration_invalid": 1014
        case "device_key_exists": 1015
        case "device_not_tracked": 1016
        case "federation_active": 1017
        case "forbidden": 1018
        case "guest_access_denied": 1019
        case "identity_conflict": 1020
        case "incorrect_username_or_password": 1021
        case "internal": 1022
        case "invalid_parameter": 1023
        case "invalid_password": 1024
        case "invalid_session": 1025
        case "lambda_failed": 1026
        case "lambda_rejected": 1027
        case "library_in_use": 1028
        case "library_mismatch": 1029
        case "library_missing": 1030
        case "limit_exceeded": 1031
        case "mfa_method_not_found": 1032
        case "misconfigured": 1033
        case "network": 1034
        case "no_auto_sign_in": 1035
        case "no_code_to_resend": 1036
        case "no_sign_in_in_progress": 1037
        case "no_web_ui_sign_in": 1038
        case "not_authorized": 1039
        case "not_federated": 1040
        case "not_signed_in": 1041
        case "passkey_already_registered": 1042
        case "passkey_cancelled": 1043
        case "passkey_challenge_not_found": 1044
        case "passkey_client_mismatch": 1045
        case "passkey_configuration_missing": 1046
        case "passkey_failed": 1047
        case "passkey_not_enabled": 1048
        case "passkey_not_supported": 1049
        case "passkey_origin_not_allowed": 1050
        case "passkey_relying_party_mismatch": 1051
        case "passkey_unsupported": 1052
        case "password_reset_required": 1053
        case "password_reused": 1054
        case "provider_token_expired": 1055
        case "provider_token_refused": 1056
        case "resource_not_found": 1057
        case "service_unavailable": 1058
        case "session_expired": 1059
        case "storage_busy": 1060
        case "storage_corrupt": 1061
        case "storage_failed": 1062
        case "storage_locked": 1063
        case "temporary_password_expired": 1064
        case "throttled": 1065
        case "timeout": 1066
        case "totp_code_mismatch": 1067
        case "totp_not_set_up": 1068
        case "unsupported": 1069
        case "unsupported_challenge": 1070
        case "user_disabled": 1071
        case "user_not_confirmed": 1072
        case "user_not_found": 1073
        case "user_pool_session_active": 1074
        case "username_exists": 1075
        case "validation_failed": 1076
        case "web_ui_cancelled": 1077
        case "web_ui_failed": 1078
        case "web_ui_refused": 1079
        default: 1000
        }
    }
}
