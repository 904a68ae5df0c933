import Foundation
import PortcullisCore

/// Every failure of every call: one case per thing that the caller can do about it. Compare the case or ``code``, never
/// a text. A call whose own task was cancelled throws a `CancellationError` instead.
///
/// ```swift
/// do {
///     try await auth.confirmSignUp(for: "ann", confirmationCode: code)
/// } catch AuthError.codeMismatch {
///     // ask again
/// } catch let error as AuthError {
///     log(error.code, error.requestId)
/// }
/// ```
public enum AuthError: Error, Sendable, Equatable {
    // the cases, written by `cargo xtask errors`
    /// The call was given up by its caller, or something newer took its place.
    case cancelled(AuthErrorInfo)
    /// A code could not be delivered.
    case codeDeliveryFailed(AuthErrorInfo)
    /// A code is too old or used up: request a new one.
    case codeExpired(AuthErrorInfo)
    /// A code is wrong: the user may type it again.
    case codeMismatch(AuthErrorInfo)
    /// The configuration is wrong: `field` names the key, or the service does not know what it names.
    case configuration(AuthErrorInfo)
    /// A defect in this library.
    case `internal`(AuthErrorInfo)
    /// A new password is refused by the pool's policy.
    case invalidPassword(AuthErrorInfo)
    /// The call makes no sense now, for example answering a challenge that does not exist: `code` tells why.
    case invalidState(AuthErrorInfo)
    /// A Lambda trigger of the pool refused; its text may be shown to the user.
    case lambdaRejected(AuthErrorInfo)
    /// Too many attempts: wait.
    case limitExceeded(AuthErrorInfo)
    /// The service could not be reached or did not answer in time. That ends no session.
    case network(AuthErrorInfo)
    /// Wrong credentials, a disabled user or a refused session: `code` tells which.
    case notAuthorized(AuthErrorInfo)
    /// Nobody is signed in.
    case notSignedIn(AuthErrorInfo)
    /// A passkey was not made or not used: `code` tells why. Offer another way to sign in.
    case passkey(AuthErrorInfo)
    /// The user must reset the password.
    case passwordResetRequired(AuthErrorInfo)
    /// The service failed or is misconfigured.
    case service(AuthErrorInfo)
    /// The session has ended; sign in again, no sign-out is needed before.
    case sessionExpired(AuthErrorInfo)
    /// The secure store failed, is locked, is used by another process or holds something unreadable.
    case storage(AuthErrorInfo)
    /// The service asked for a challenge that this release does not know; `text` names it.
    case unsupportedChallenge(AuthErrorInfo)
    /// The account is not confirmed yet.
    case userNotConfirmed(AuthErrorInfo)
    /// There is no such user.
    case userNotFound(AuthErrorInfo)
    /// The user name, e-mail address or phone number is taken.
    case usernameExists(AuthErrorInfo)
    /// An argument is invalid; `field` names it.
    case validation(AuthErrorInfo)
    // end of the cases
}

extension AuthError {
    /// The details, whatever the case.
    public var info: AuthErrorInfo {
        switch self {
        // their details, written by `cargo xtask errors`
        case .cancelled(let info),
            .codeDeliveryFailed(let info),
            .codeExpired(let info),
            .codeMismatch(let info),
            .configuration(let info),
            .internal(let info),
            .invalidPassword(let info),
            .invalidState(let info),
            .lambdaRejected(let info),
            .limitExceeded(let info),
            .network(let info),
            .notAuthorized(let info),
            .notSignedIn(let info),
            .passkey(let info),
            .passwordResetRequired(let info),
            .service(let info),
            .sessionExpired(let info),
            .storage(let info),
            .unsupportedChallenge(let info),
            .userNotConfirmed(let info),
            .userNotFound(let info),
            .usernameExists(let info),
            .validation(let info): info
        // end of their details
        }
    }

    /// The stable, documented code, for example ``AuthErrorCode/codeMismatch``.
    public var code: AuthErrorCode { AuthErrorCode(rawValue: info.code) }
    /// One sentence for the developer: what to do about it.
    public var recovery: String { info.recovery }
    /// Whether the same call can succeed later without anything else being changed.
    public var isRetryable: Bool { info.isRetryable }
    /// The service's request id, when it answered: quote it to AWS support.
    public var requestId: String? { info.requestId }
    /// The Cognito operation that failed, for example `InitiateAuth`; nil when nothing was sent.
    public var operation: String? { info.operation }
    /// The Cognito exception, for example `NotAuthorizedException`; nil when the service did not answer.
    public var serviceCode: String? { info.serviceCode }
    /// HTTP status of the answer, when there was one.
    public var httpStatus: Int? { info.httpStatus.map(Int.init) }
    /// The argument or configuration key at fault, for ``validation(_:)`` and ``configuration(_:)``.
    public var field: String? { info.field }
    /// For ``sessionExpired(_:)``: the code of the verdict that ended the session, for example
    /// ``AuthErrorCode/userDisabled``.
    public var reason: AuthErrorCode? { info.reason.map(AuthErrorCode.init(rawValue:)) }
}

extension AuthErrorInfo {
    /// Whether this is what is known about a failure with that code.
    public func `is`(_ code: AuthErrorCode) -> Bool {
        self.code == code.rawValue
    }
}

extension AuthError: CustomStringConvertible {
    /// For developers and logs, in English: what happened, the code and what to do about it. Users may read
    /// ``userMessage(locale:)``.
    public var description: String { "\(info.text) [\(code)]: \(recovery)" }
}

extension AuthError {
    /// The one place where errors of the core become errors of this module.
    init(_ error: any Error) {
        guard let core = error as? CoreError else {
            self = error as? AuthError ?? .unexpected
            return
        }
        self = switch core {
        // their names in the core, written by `cargo xtask errors`
        case .Cancelled(let info): .cancelled(info)
        case .CodeDeliveryFailed(let info): .codeDeliveryFailed(info)
        case .CodeExpired(let info): .codeExpired(info)
        case .CodeMismatch(let info): .codeMismatch(info)
        case .Configuration(let info): .configuration(info)
        case .Internal(let info): .internal(info)
        case .InvalidPassword(let info): .invalidPassword(info)
        case .InvalidState(let info): .invalidState(info)
        case .LambdaRejected(let info): .lambdaRejected(info)
        case .LimitExceeded(let info): .limitExceeded(info)
        case .Network(let info): .network(info)
        case .NotAuthorized(let info): .notAuthorized(info)
        case .NotSignedIn(let info): .notSignedIn(info)
        case .Passkey(let info): .passkey(info)
        case .PasswordResetRequired(let info): .passwordResetRequired(info)
        case .Service(let info): .service(info)
        case .SessionExpired(let info): .sessionExpired(info)
        case .Storage(let info): .storage(info)
        case .UnsupportedChallenge(let info): .unsupportedChallenge(info)
        case .UserNotConfirmed(let info): .userNotConfirmed(info)
        case .UserNotFound(let info): .userNotFound(info)
        case .UsernameExists(let info): .usernameExists(info)
        case .Validation(let info): .validation(info)
        // end of their names in the core
        }
    }

    /// The bridge itself failed, for example because of a panic. Its text is dropped: nobody has checked what it holds.
    private static var unexpected: AuthError { AuthError(code: .internal) }

    /// The error of that code, with the sentences that the core has for it: what calls throw, for previews and tests of an
    /// app. A code that is not known gives ``internal(_:)``.
    public init(code: AuthErrorCode) {
        self.init(errorOf(code: code.rawValue, text: nil, field: nil))
    }
}
