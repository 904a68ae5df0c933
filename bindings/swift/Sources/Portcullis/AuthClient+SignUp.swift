import PortcullisCore

/// Options of ``AuthClient/signUp(username:password:options:)``.
public typealias SignUpOptions = PortcullisCore.SignUpOptions
/// How the sign-in that follows a sign-up by itself goes.
public typealias AutoSignInOptions = PortcullisCore.AutoSignInOptions
/// Options of ``AuthClient/confirmSignUp(for:confirmationCode:options:)``.
public typealias ConfirmSignUpOptions = PortcullisCore.ConfirmSignUpOptions
/// Options of ``AuthClient/resendSignUpCode(for:options:)``.
public typealias ResendSignUpCodeOptions = PortcullisCore.ResendSignUpCodeOptions
/// The result of a sign-up call.
public typealias SignUpResult = PortcullisCore.SignUpResult
/// What comes after a sign-up call.
public typealias SignUpStep = PortcullisCore.SignUpStep

extension AuthClient {
    /// Creates an account (Cognito's `SignUp`).
    /// - Parameter password: `nil` only for pools that allow sign-in without passwords.
    /// - Throws: ``AuthError/usernameExists(_:)``, ``AuthError/invalidPassword(_:)``, ``AuthError/lambdaRejected(_:)``,
    ///   ``AuthError/codeDeliveryFailed(_:)``, and what every call may throw.
    @discardableResult
    public func signUp(
        username: String,
        password: String? = nil,
        options: SignUpOptions = SignUpOptions()
    ) async throws -> SignUpResult {
        try await cancellable { [core] in
            try await core.signUp(username: username, password: password, options: options, cancel: $0)
        }
    }

    /// Confirms an account with the code that was sent (Cognito's `ConfirmSignUp`).
    /// - Throws: ``AuthError/codeMismatch(_:)`` (ask again), ``AuthError/codeExpired(_:)``,
    ///   ``AuthError/usernameExists(_:)``, ``AuthError/limitExceeded(_:)``, and what every call may throw.
    @discardableResult
    public func confirmSignUp(
        for username: String,
        confirmationCode: String,
        options: ConfirmSignUpOptions = ConfirmSignUpOptions()
    ) async throws -> SignUpResult {
        try await cancellable { [core] in
            try await core.confirmSignUp(
                username: username, confirmationCode: confirmationCode, options: options, cancel: $0)
        }
    }

    /// Sends the code of a sign-up again (Cognito's `ResendConfirmationCode`); the older code no longer counts.
    /// - Returns: where it was sent.
    /// - Throws: ``AuthError/userNotFound(_:)``, ``AuthError/limitExceeded(_:)``, ``AuthError/codeDeliveryFailed(_:)``,
    ///   and what every call may throw.
    @discardableResult
    public func resendSignUpCode(
        for username: String,
        options: ResendSignUpCodeOptions = ResendSignUpCodeOptions()
    ) async throws -> CodeDeliveryDetails {
        try await cancellable { [core] in
            try await core.resendSignUpCode(username: username, options: options, cancel: $0)
        }
    }

    /// Signs in the user who has just signed up and was confirmed, without asking them anything again: with the session
    /// that the sign-up gave (`USER_AUTH`), or with the password if ``SignUpOptions/autoSignIn`` had it kept.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `no_auto_sign_in`, ``AuthError/notAuthorized(_:)`` (it took
    ///   too long), and what ``signIn(username:password:options:)`` throws.
    public func autoSignIn() async throws -> SignInResult {
        try await cancellable { [core] in try await core.autoSignIn(cancel: $0) }
    }
}
