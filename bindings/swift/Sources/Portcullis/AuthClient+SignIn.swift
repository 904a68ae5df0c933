import PortcullisCore

/// How to sign in: which flow the first request starts.
public typealias AuthFlow = PortcullisCore.AuthFlow
/// Options of ``AuthClient/signIn(username:password:options:)``.
public typealias SignInOptions = PortcullisCore.SignInOptions
/// What becomes of the session of another user who is signed in when somebody signs in.
public typealias ExistingSession = PortcullisCore.ExistingSession
/// Options of ``AuthClient/confirmSignIn(challengeResponse:options:)``.
public typealias ConfirmSignInOptions = PortcullisCore.ConfirmSignInOptions
/// The result of a sign-in call.
public typealias SignInResult = PortcullisCore.SignInResult
/// What comes after a sign-in call. Each step says what ``AuthClient/confirmSignIn(challengeResponse:options:)`` wants as
/// `challengeResponse`; after `confirmSignUp` and `resetPassword` it is the call of that name, then `signIn` again.
public typealias SignInStep = PortcullisCore.SignInStep
/// A sign-in that waits for an answer, and since when. The service forgets one after some minutes (3 unless the app client
/// says otherwise).
public typealias PendingSignIn = PortcullisCore.PendingSignIn

extension AuthClient {
    /// Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is
    /// signed in stays until the new one is complete. What becomes of it then is an option
    /// (``SignInOptions/existingSession``); by default it ends.
    ///
    /// An account that is not confirmed and a password that must be reset are next steps, not errors.
    /// - Parameter password: `nil` for a flow that needs none (``AuthFlow/customWithoutSRP``) or asks for it later
    ///   (``AuthFlow/userAuth(preferredFirstFactor:)``).
    /// - Throws: ``AuthError/notAuthorized(_:)``, ``AuthError/userNotFound(_:)``, ``AuthError/limitExceeded(_:)``,
    ///   ``AuthError/unsupportedChallenge(_:)``, ``AuthError/invalidState(_:)`` with the code `another_user_signed_in` (only
    ///   with ``ExistingSession/refuse``), and what every call may throw.
    public func signIn(
        username: String,
        password: String? = nil,
        options: SignInOptions = SignInOptions()
    ) async throws -> SignInResult {
        try await cancellable { [core] in
            try await core.signIn(username: username, password: password, options: options, cancel: $0)
        }
    }

    /// Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no
    /// network) the same challenge can be answered again.
    /// - Parameter challengeResponse: what the ``SignInStep`` asks for.
    /// - Throws: ``AuthError/invalidState(_:)`` without an unfinished sign-in, ``AuthError/codeMismatch(_:)``,
    ///   ``AuthError/codeExpired(_:)``, ``AuthError/notAuthorized(_:)`` (failed for good, or it took too long),
    ///   ``AuthError/validation(_:)`` (the answer is none of those that were offered), and what every call may throw.
    public func confirmSignIn(
        challengeResponse: String,
        options: ConfirmSignInOptions = ConfirmSignInOptions()
    ) async throws -> SignInResult {
        try await cancellable { [core] in
            try await core.confirmSignIn(challengeResponse: challengeResponse, options: options, cancel: $0)
        }
    }

    /// Has the one-time code of the unfinished sign-in sent once more, where it is the first factor of a choice-based
    /// sign-in. The older code no longer counts. The code of a second factor comes only with a new `signIn`.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `no_sign_in_in_progress` or `no_code_to_resend`,
    ///   ``AuthError/limitExceeded(_:)``, and what every call may throw.
    @discardableResult
    public func resendSignInCode() async throws -> SignInResult {
        try await cancellable { [core] in try await core.resendSignInCode(cancel: $0) }
    }

    /// The sign-in that waits for an answer, if there is one: what a screen shows after it was rebuilt.
    public var pendingSignIn: PendingSignIn? {
        core.pendingSignIn()
    }

    /// Abandons the unfinished sign-in, if there is one, and an automatic one that would come.
    public func cancelSignIn() {
        core.cancelSignIn()
    }
}
