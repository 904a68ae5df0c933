import Portcullis

extension FakeAuth {
    @discardableResult
    public func load() async throws -> AuthState {
        try begin(.load)
        return state
    }

    public func getCurrentUser() async throws -> AuthUser {
        try beginSignedIn(.getCurrentUser)
    }

    public func switchAccount(to user: AuthUser) async throws {
        try begin(.switchAccount)
        let before = accounts
        guard before.contains(user) else { throw AuthError(code: .accountNotFound) }
        locked { $0.given.otherAccounts = before.filter { $0 != user } }
        tell(.signedIn(user: user), becoming: .signedIn(user: user))
    }

    public func fetchAuthSession(options: FetchSessionOptions) async throws -> AuthSession {
        try begin(.fetchAuthSession)
        let credentials = options.awsCredentials ? awsCredentials : nil
        let identity = credentials.map { $0.map(\.identityId) }
        guard case .signedIn(let user) = state else {
            let isExpired = state.user != nil
            let error = AuthError(code: isExpired ? .sessionExpired : .notSignedIn)
            return AuthSession(
                isSignedIn: false, user: state.user, tokensOutcome: .unavailable(error), identityIdOutcome: identity,
                awsCredentialsOutcome: credentials)
        }
        return AuthSession(
            isSignedIn: true, user: user, tokensOutcome: .available(given.tokens), identityIdOutcome: identity,
            awsCredentialsOutcome: credentials)
    }

    @discardableResult
    public func verifySession() async throws -> AuthUser {
        try beginSignedIn(.verifySession)
    }

    public func setRefreshMetadataProvider(_ clientMetadata: (@Sendable () throws -> [String: String])?) {
        locked { $0.calls.append(.setRefreshMetadataProvider) }
    }

    /// The user is signed out whatever was scripted; a failure of `signOut` is that of its remote part.
    @discardableResult
    public func signOut(options: SignOutOptions) async -> SignOutResult {
        var failure: AuthErrorInfo?
        do {
            try begin(.signOut)
        } catch {
            failure = (error as? AuthError)?.info
        }
        if let user = state.user {
            locked { inside in
                inside.pending = nil
                if options.allAccounts { inside.given.otherAccounts = [] }
            }
            tell(.signedOut(user: user), becoming: .signedOut)
        }
        return SignOutResult(
            isComplete: failure == nil, revokeTokenError: failure, globalSignOutError: nil, storageError: nil,
            webUISession: false)
    }

    // MARK: - Sign-up and sign-in

    @discardableResult
    public func signUp(username: String, password: String?, options: SignUpOptions) async throws -> SignUpResult {
        try begin(.signUp)
        let step = given.signUpStep
        locked { $0.name = username }
        tell(.signedUp(username: username, needsConfirmation: step != .done))
        return SignUpResult(isSignUpComplete: step == .done, nextStep: step, userId: Self.user(username).userId)
    }

    @discardableResult
    public func confirmSignUp(
        for username: String, confirmationCode: String, options: ConfirmSignUpOptions
    ) async throws -> SignUpResult {
        try begin(.confirmSignUp)
        locked { $0.given.signUpStep = .done }
        tell(.signUpConfirmed(username: username))
        return SignUpResult(isSignUpComplete: true, nextStep: .done, userId: Self.user(username).userId)
    }

    @discardableResult
    public func resendSignUpCode(for username: String, options: ResendSignUpCodeOptions) async throws -> CodeDeliveryDetails {
        try begin(.resendSignUpCode)
        return given.codeDelivery
    }

    public func autoSignIn() async throws -> SignInResult {
        try begin(.autoSignIn)
        return advance()
    }

    public func signIn(username: String, password: String?, options: SignInOptions) async throws -> SignInResult {
        try beginSignIn(.signIn)
        return advance(as: username)
    }

    public func confirmSignIn(challengeResponse: String, options: ConfirmSignInOptions) async throws -> SignInResult {
        try beginSignIn(.confirmSignIn)
        guard pendingSignIn != nil else { throw AuthError(code: .noSignInInProgress) }
        return advance()
    }

    public func confirmSignIn(presenter: any PasskeyPresenter, options: ConfirmSignInOptions) async throws -> SignInResult {
        guard case .confirmSignInWithPasskey(let request)? = pendingSignIn?.step else {
            throw AuthError(code: .noSignInInProgress)
        }
        let assertion = try await presenter.get(requestJSON: request)
        return try await confirmSignIn(challengeResponse: assertion, options: options)
    }

    public func signInWithPasskey(
        username: String, presenter: any PasskeyPresenter, options: SignInOptions
    ) async throws -> SignInResult {
        try beginSignIn(.signInWithPasskey)
        _ = try await presenter.get(requestJSON: "{}")
        return advance(as: username)
    }

    @discardableResult
    public func resendSignInCode() async throws -> SignInResult {
        try begin(.resendSignInCode)
        guard let step = pendingSignIn?.step else { throw AuthError(code: .noSignInInProgress) }
        return SignInResult(isSignedIn: false, nextStep: step)
    }

    private func beginSignIn(_ call: FakeCall) throws {
        do {
            try begin(call)
        } catch let error as AuthError {
            tell(.signInFailed(error: error.info))
            throw error
        }
    }

    // MARK: - Hosted pages

    @discardableResult
    public func signInWithWebUI(presenter: any WebUIPresenter, options: WebUISignInOptions) async throws -> SignInResult {
        try beginSignIn(.signInWithWebUI)
        return try await completeWebUISignIn(callbackURL: try await presenter.present(given.webUIRequest))
    }

    @discardableResult
    public func signOutWithWebUI(presenter: any WebUIPresenter, options: SignOutOptions) async -> WebUISignOutResult {
        locked { $0.calls.append(.signOutWithWebUI) }
        return WebUISignOutResult(result: await signOut(options: options), webUIError: nil)
    }

    public func beginWebUISignIn(options: WebUISignInOptions) async throws -> WebUIRequest {
        try begin(.beginWebUISignIn)
        return given.webUIRequest
    }

    @discardableResult
    public func completeWebUISignIn(callbackURL: String) async throws -> SignInResult {
        try beginSignIn(.completeWebUISignIn)
        return advance()
    }

    public func cancelWebUISignIn() {
        locked { $0.calls.append(.cancelWebUISignIn) }
    }

    public func webUISignOut(redirectURI: String?) throws -> WebUIRequest {
        try begin(.webUISignOut)
        return given.webUIRequest
    }
}
