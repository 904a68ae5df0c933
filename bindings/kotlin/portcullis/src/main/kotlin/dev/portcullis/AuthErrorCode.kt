// Written by `cargo xtask errors` from src/error/table.rs.

package dev.portcullis

/**
 * The stable, documented codes of errors: what to compare with [AuthException.code]. A later release may know more.
 */
public object AuthErrorCode {
    /** This account has no session here. */
    public const val ACCOUNT_NOT_FOUND: String = "account_not_found"

    /** Another account already uses this e-mail address or phone number. */
    public const val ALIAS_EXISTS: String = "alias_exists"

    /** Somebody else is signed in, and the sign-in was told to refuse then. */
    public const val ANOTHER_USER_SIGNED_IN: String = "another_user_signed_in"

    /** An answer to this challenge is on its way already. */
    public const val ANSWER_IN_PROGRESS: String = "answer_in_progress"

    /** The user is locked after too many wrong passwords. */
    public const val ATTEMPTS_EXCEEDED: String = "attempts_exceeded"

    /** The answer is not the service's or makes no sense. */
    public const val BAD_RESPONSE: String = "bad_response"

    /** The call was given up by its caller, or something newer took its place. */
    public const val CANCELLED: String = "cancelled"

    /** The client was closed. */
    public const val CLIENT_CLOSED: String = "client_closed"

    /** The app client's secret is missing or wrong. */
    public const val CLIENT_SECRET_MISMATCH: String = "client_secret_mismatch"

    /** The code could not be sent. */
    public const val CODE_DELIVERY_FAILED: String = "code_delivery_failed"

    /** The code is too old or was already used. */
    public const val CODE_EXPIRED: String = "code_expired"

    /** The code is wrong. */
    public const val CODE_MISMATCH: String = "code_mismatch"

    /** Two calls changed the same user at once. */
    public const val CONCURRENT_MODIFICATION: String = "concurrent_modification"

    /** A key of the configuration is missing or wrong. */
    public const val CONFIGURATION_INVALID: String = "configuration_invalid"

    /** The device is confirmed already. */
    public const val DEVICE_KEY_EXISTS: String = "device_key_exists"

    /** The service does not track this device. */
    public const val DEVICE_NOT_TRACKED: String = "device_not_tracked"

    /** Another provider vouches for whoever uses the app: they are federated with the identity pool. */
    public const val FEDERATION_ACTIVE: String = "federation_active"

    /** The pool's firewall (AWS WAF) refused the request. */
    public const val FORBIDDEN: String = "forbidden"

    /** The identity pool gives nothing to guests. */
    public const val GUEST_ACCESS_DENIED: String = "guest_access_denied"

    /** The login or the identity is bound to another one already. */
    public const val IDENTITY_CONFLICT: String = "identity_conflict"

    /** The user name or the password is wrong, or a custom challenge was failed for good. */
    public const val INCORRECT_USERNAME_OR_PASSWORD: String = "incorrect_username_or_password"

    /** The library failed because of a defect of its own. */
    public const val INTERNAL: String = "internal"

    /** The service refused a value. */
    public const val INVALID_PARAMETER: String = "invalid_parameter"

    /** The password does not meet the pool's policy. */
    public const val INVALID_PASSWORD: String = "invalid_password"

    /** The sign-in took too long or was already finished. */
    public const val INVALID_SESSION: String = "invalid_session"

    /** A Lambda trigger of the pool failed or answered nonsense. */
    public const val LAMBDA_FAILED: String = "lambda_failed"

    /** A Lambda trigger refused on purpose. */
    public const val LAMBDA_REJECTED: String = "lambda_rejected"

    /** Another class loader of the process has the library. */
    public const val LIBRARY_IN_USE: String = "library_in_use"

    /** The library and the code come from different releases. */
    public const val LIBRARY_MISMATCH: String = "library_mismatch"

    /** The library cannot be loaded. */
    public const val LIBRARY_MISSING: String = "library_missing"

    /** There were too many attempts or messages. */
    public const val LIMIT_EXCEEDED: String = "limit_exceeded"

    /** The pool knows no such second factor for this user. */
    public const val MFA_METHOD_NOT_FOUND: String = "mfa_method_not_found"

    /** The user pool itself is misconfigured: a role, a message template or a setting. */
    public const val MISCONFIGURED: String = "misconfigured"

    /** The service could not be reached, or the connection broke. */
    public const val NETWORK: String = "network"

    /** No sign-up has prepared an automatic sign-in. */
    public const val NO_AUTO_SIGN_IN: String = "no_auto_sign_in"

    /** The code of this step cannot be sent again by itself. */
    public const val NO_CODE_TO_RESEND: String = "no_code_to_resend"

    /** No unfinished sign-in waits for this answer. */
    public const val NO_SIGN_IN_IN_PROGRESS: String = "no_sign_in_in_progress"

    /** No sign-in on the hosted pages waits for this callback. */
    public const val NO_WEB_UI_SIGN_IN: String = "no_web_ui_sign_in"

    /** The service refused the request. */
    public const val NOT_AUTHORIZED: String = "not_authorized"

    /** Nobody is federated with the identity pool. */
    public const val NOT_FEDERATED: String = "not_federated"

    /** Nobody is signed in. */
    public const val NOT_SIGNED_IN: String = "not_signed_in"

    /** This device already has a passkey for the account. */
    public const val PASSKEY_ALREADY_REGISTERED: String = "passkey_already_registered"

    /** The user closed the passkey dialog. */
    public const val PASSKEY_CANCELLED: String = "passkey_cancelled"

    /** The registration took too long or was already finished. */
    public const val PASSKEY_CHALLENGE_NOT_FOUND: String = "passkey_challenge_not_found"

    /** The access token is of another app client than the one that began the registration. */
    public const val PASSKEY_CLIENT_MISMATCH: String = "passkey_client_mismatch"

    /** The pool has no relying-party id for passkeys. */
    public const val PASSKEY_CONFIGURATION_MISSING: String = "passkey_configuration_missing"

    /** The platform's passkey dialog failed. */
    public const val PASSKEY_FAILED: String = "passkey_failed"

    /** The pool does not allow passkeys. */
    public const val PASSKEY_NOT_ENABLED: String = "passkey_not_enabled"

    /** The pool does not take passkeys of this kind. */
    public const val PASSKEY_NOT_SUPPORTED: String = "passkey_not_supported"

    /** The passkey was made for another origin than the pool's relying-party id allows. */
    public const val PASSKEY_ORIGIN_NOT_ALLOWED: String = "passkey_origin_not_allowed"

    /** The pool's relying-party id does not fit the app. */
    public const val PASSKEY_RELYING_PARTY_MISMATCH: String = "passkey_relying_party_mismatch"

    /** This device has no passkeys. */
    public const val PASSKEY_UNSUPPORTED: String = "passkey_unsupported"

    /** The user must choose a new password. */
    public const val PASSWORD_RESET_REQUIRED: String = "password_reset_required"

    /** The password was used before. */
    public const val PASSWORD_REUSED: String = "password_reused"

    /** The provider's token is too old, or its provider refuses a new one. */
    public const val PROVIDER_TOKEN_EXPIRED: String = "provider_token_expired"

    /** The identity pool does not take the provider's token. */
    public const val PROVIDER_TOKEN_REFUSED: String = "provider_token_refused"

    /** The service knows no such pool, app client, device or passkey. */
    public const val RESOURCE_NOT_FOUND: String = "resource_not_found"

    /** The service had an internal error. */
    public const val SERVICE_UNAVAILABLE: String = "service_unavailable"

    /** The session has ended. */
    public const val SESSION_EXPIRED: String = "session_expired"

    /** Another process of this app is using the secure store. */
    public const val STORAGE_BUSY: String = "storage_busy"

    /** What is stored cannot be read. */
    public const val STORAGE_CORRUPT: String = "storage_corrupt"

    /** The secure store could not be read or written. */
    public const val STORAGE_FAILED: String = "storage_failed"

    /** The device has not been unlocked since it started. */
    public const val STORAGE_LOCKED: String = "storage_locked"

    /** The temporary password is too old. */
    public const val TEMPORARY_PASSWORD_EXPIRED: String = "temporary_password_expired"

    /** The service is receiving too many requests. */
    public const val THROTTLED: String = "throttled"

    /** The call took longer than it may: usually the service did not answer. */
    public const val TIMEOUT: String = "timeout"

    /** The authenticator app's code is wrong. */
    public const val TOTP_CODE_MISMATCH: String = "totp_code_mismatch"

    /** No authenticator app is set up for this user, or the pool does not allow it. */
    public const val TOTP_NOT_SET_UP: String = "totp_not_set_up"

    /** The pool or its tier does not offer this. */
    public const val UNSUPPORTED: String = "unsupported"

    /** The service asked for a challenge that this release does not know. */
    public const val UNSUPPORTED_CHALLENGE: String = "unsupported_challenge"

    /** An administrator disabled this user. */
    public const val USER_DISABLED: String = "user_disabled"

    /** The account is not confirmed. */
    public const val USER_NOT_CONFIRMED: String = "user_not_confirmed"

    /** There is no such user. */
    public const val USER_NOT_FOUND: String = "user_not_found"

    /** Somebody is signed in with the user pool. */
    public const val USER_POOL_SESSION_ACTIVE: String = "user_pool_session_active"

    /** The user name is taken. */
    public const val USERNAME_EXISTS: String = "username_exists"

    /** An argument is invalid. */
    public const val VALIDATION_FAILED: String = "validation_failed"

    /** The person closed the hosted pages. */
    public const val WEB_UI_CANCELLED: String = "web_ui_cancelled"

    /** The browser could not be shown, or did not come back. */
    public const val WEB_UI_FAILED: String = "web_ui_failed"

    /** The hosted pages refused the sign-in. */
    public const val WEB_UI_REFUSED: String = "web_ui_refused"
}
