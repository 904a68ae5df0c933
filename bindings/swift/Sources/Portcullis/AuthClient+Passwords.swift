import PortcullisCore

/// Options of ``AuthClient/resetPassword(for:options:)``.
public typealias ResetPasswordOptions = PortcullisCore.ResetPasswordOptions
/// The result of ``AuthClient/resetPassword(for:options:)``.
public typealias ResetPasswordResult = PortcullisCore.ResetPasswordResult
/// What comes after ``AuthClient/resetPassword(for:options:)``.
public typealias ResetPasswordStep = PortcullisCore.ResetPasswordStep
/// Options of ``AuthClient/confirmResetPassword(for:newPassword:confirmationCode:options:)``.
public typealias ConfirmResetPasswordOptions = PortcullisCore.ConfirmResetPasswordOptions

extension AuthClient {
    /// Sends a code with which a forgotten password can be replaced (Cognito's `ForgotPassword`). Nobody needs to be
    /// signed in.
    /// - Throws: ``AuthError/userNotFound(_:)``, ``AuthError/limitExceeded(_:)``, ``AuthError/codeDeliveryFailed(_:)``,
    ///   ``AuthError/validation(_:)`` with the code `invalid_parameter` (the user has no verified address to send a code
    ///   to), ``AuthError/lambdaRejected(_:)``, and what every call may throw.
    public func resetPassword(
        for username: String,
        options: ResetPasswordOptions = ResetPasswordOptions()
    ) async throws -> ResetPasswordResult {
        try await cancellable { [core] in
            try await core.resetPassword(username: username, options: options, cancel: $0)
        }
    }

    /// Replaces a forgotten password, with the code that ``resetPassword(for:options:)`` sent (Cognito's
    /// `ConfirmForgotPassword`). Nobody is signed in by it.
    /// - Throws: ``AuthError/codeMismatch(_:)`` (ask again), ``AuthError/codeExpired(_:)``,
    ///   ``AuthError/invalidPassword(_:)``, ``AuthError/limitExceeded(_:)``, ``AuthError/userNotConfirmed(_:)``, and what
    ///   every call may throw.
    public func confirmResetPassword(
        for username: String,
        newPassword: String,
        confirmationCode: String,
        options: ConfirmResetPasswordOptions = ConfirmResetPasswordOptions()
    ) async throws {
        try await cancellable { [core] in
            try await core.confirmResetPassword(
                username: username, newPassword: newPassword, confirmationCode: confirmationCode, options: options,
                cancel: $0)
        }
    }

    /// Changes the signed-in user's password (Cognito's `ChangePassword`). Tokens that have been given out stay valid.
    /// - Parameter oldPassword: `nil` only for a user who has no password yet (sign-in without passwords).
    /// - Throws: ``AuthError/notAuthorized(_:)`` (the old password is wrong), ``AuthError/invalidPassword(_:)``,
    ///   ``AuthError/limitExceeded(_:)``, ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every
    ///   call may throw.
    public func updatePassword(oldPassword: String?, newPassword: String) async throws {
        try await cancellable { [core] in
            try await core.updatePassword(oldPassword: oldPassword, newPassword: newPassword, cancel: $0)
        }
    }
}
