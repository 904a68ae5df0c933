package dev.portcullis

/**
 * Every failure of every call: one class per thing that the caller can do about it.
 *
 * Compare [code], never the text. No text holds a password, code, token or secret.
 */
public sealed class AuthException(
    /** The details, as data. */
    public val info: AuthErrorInfo,
) : Exception("${info.text} [${info.code}]: ${info.recovery}") {
    /** The stable, documented code, for example [AuthErrorCode.CODE_MISMATCH]. */
    public val code: String get() = info.code

    /** One sentence for the developer: what to do about it. */
    public val recovery: String get() = info.recovery

    /** Whether the same call can succeed later without anything else being changed. */
    public val isRetryable: Boolean get() = info.isRetryable

    /** The service's request id, when it answered: quote it to AWS support. */
    public val requestId: String? get() = info.requestId

    /** The Cognito operation that failed, for example `InitiateAuth`; null when nothing was sent. */
    public val operation: String? get() = info.operation

    /** The Cognito exception, for example `NotAuthorizedException`; null when the service did not answer. */
    public val serviceCode: String? get() = info.serviceCode

    /** HTTP status of the answer, when there was one. */
    public val httpStatus: Int? get() = info.httpStatus?.toInt()

    /** The argument or configuration key at fault, for [Validation] and [Configuration]. */
    public val field: String? get() = info.field

    /**
     * For [SessionExpired]: the code of the verdict that ended the session, for example
     * [AuthErrorCode.USER_DISABLED].
     */
    public val reason: String? get() = info.reason

    // the cases, written by `cargo xtask errors`
    /** The call was given up by its caller, or something newer took its place. */
    public class Cancelled(info: AuthErrorInfo) : AuthException(info)

    /** A code could not be delivered. */
    public class CodeDeliveryFailed(info: AuthErrorInfo) : AuthException(info)

    /** A code is too old or used up: request a new one. */
    public class CodeExpired(info: AuthErrorInfo) : AuthException(info)

    /** A code is wrong: the user may type it again. */
    public class CodeMismatch(info: AuthErrorInfo) : AuthException(info)

    /** The configuration is wrong: `field` names the key, or the service does not know what it names. */
    public class Configuration(info: AuthErrorInfo) : AuthException(info)

    /** A defect in this library. */
    public class Internal(info: AuthErrorInfo) : AuthException(info)

    /** A new password is refused by the pool's policy. */
    public class InvalidPassword(info: AuthErrorInfo) : AuthException(info)

    /** The call makes no sense now, for example answering a challenge that does not exist: `code` tells why. */
    public class InvalidState(info: AuthErrorInfo) : AuthException(info)

    /** A Lambda trigger of the pool refused; its text may be shown to the user. */
    public class LambdaRejected(info: AuthErrorInfo) : AuthException(info)

    /** Too many attempts: wait. */
    public class LimitExceeded(info: AuthErrorInfo) : AuthException(info)

    /** The service could not be reached or did not answer in time. That ends no session. */
    public class Network(info: AuthErrorInfo) : AuthException(info)

    /** Wrong credentials, a disabled user or a refused session: `code` tells which. */
    public class NotAuthorized(info: AuthErrorInfo) : AuthException(info)

    /** Nobody is signed in. */
    public class NotSignedIn(info: AuthErrorInfo) : AuthException(info)

    /** A passkey was not made or not used: `code` tells why. Offer another way to sign in. */
    public class Passkey(info: AuthErrorInfo) : AuthException(info)

    /** The user must reset the password. */
    public class PasswordResetRequired(info: AuthErrorInfo) : AuthException(info)

    /** The service failed or is misconfigured. */
    public class Service(info: AuthErrorInfo) : AuthException(info)

    /** The session has ended; sign in again, no sign-out is needed before. */
    public class SessionExpired(info: AuthErrorInfo) : AuthException(info)

    /** The secure store failed, is locked, is used by another process or holds something unreadable. */
    public class Storage(info: AuthErrorInfo) : AuthException(info)

    /** The service asked for a challenge that this release does not know; `text` names it. */
    public class UnsupportedChallenge(info: AuthErrorInfo) : AuthException(info)

    /** The account is not confirmed yet. */
    public class UserNotConfirmed(info: AuthErrorInfo) : AuthException(info)

    /** There is no such user. */
    public class UserNotFound(info: AuthErrorInfo) : AuthException(info)

    /** The user name, e-mail address or phone number is taken. */
    public class UsernameExists(info: AuthErrorInfo) : AuthException(info)

    /** An argument is invalid; `field` names it. */
    public class Validation(info: AuthErrorInfo) : AuthException(info)
    // end of the cases
}

/** Calls the core; whatever it throws comes out as an [AuthException]. Cancellation passes. */
internal inline fun <T> coreCall(call: () -> T): T =
    try {
        call()
    } catch (failure: CoreException) {
        throw failure.toAuthException()
    } catch (_: InternalException) {
        // A panic in the core. Its text is dropped: nobody has checked what it holds.
        throw authException(AuthErrorCode.INTERNAL)
    }

internal fun CoreException.toAuthException(): AuthException =
    when (this) {
        // their names in the core, written by `cargo xtask errors`
        is CoreException.Cancelled -> AuthException.Cancelled(info)
        is CoreException.CodeDeliveryFailed -> AuthException.CodeDeliveryFailed(info)
        is CoreException.CodeExpired -> AuthException.CodeExpired(info)
        is CoreException.CodeMismatch -> AuthException.CodeMismatch(info)
        is CoreException.Configuration -> AuthException.Configuration(info)
        is CoreException.Internal -> AuthException.Internal(info)
        is CoreException.InvalidPassword -> AuthException.InvalidPassword(info)
        is CoreException.InvalidState -> AuthException.InvalidState(info)
        is CoreException.LambdaRejected -> AuthException.LambdaRejected(info)
        is CoreException.LimitExceeded -> AuthException.LimitExceeded(info)
        is CoreException.Network -> AuthException.Network(info)
        is CoreException.NotAuthorized -> AuthException.NotAuthorized(info)
        is CoreException.NotSignedIn -> AuthException.NotSignedIn(info)
        is CoreException.Passkey -> AuthException.Passkey(info)
        is CoreException.PasswordResetRequired -> AuthException.PasswordResetRequired(info)
        is CoreException.Service -> AuthException.Service(info)
        is CoreException.SessionExpired -> AuthException.SessionExpired(info)
        is CoreException.Storage -> AuthException.Storage(info)
        is CoreException.UnsupportedChallenge -> AuthException.UnsupportedChallenge(info)
        is CoreException.UserNotConfirmed -> AuthException.UserNotConfirmed(info)
        is CoreException.UserNotFound -> AuthException.UserNotFound(info)
        is CoreException.UsernameExists -> AuthException.UsernameExists(info)
        is CoreException.Validation -> AuthException.Validation(info)
        // end of their names in the core
    }

/**
 * The error of that code, with the sentences that it always has: for tests and previews of an app, and for fakes and
 * presenters of its own. Needs no native library.
 *
 * @param code one of [AuthErrorCode]
 * @param text what happened, if there is more to say than the code says
 * @param field the argument or configuration key at fault
 * @throws IllegalArgumentException if there is no such code
 */
public fun authException(
    code: String,
    text: String? = null,
    field: String? = null,
): AuthException {
    val row = requireNotNull(ErrorTable.rows[code]) { "\"$code\" is none of AuthErrorCode's" }
    return row.make(
        AuthErrorInfo(
            code = code,
            text = text ?: row.text,
            recovery = row.recovery,
            isRetryable = row.isRetryable,
            requestId = null,
            operation = null,
            serviceCode = null,
            httpStatus = null,
            field = field,
        ),
    )
}
