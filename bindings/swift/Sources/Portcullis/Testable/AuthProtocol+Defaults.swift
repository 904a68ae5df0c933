// The calls of `AuthProtocol` with what they take by default: a protocol's requirements can have no default arguments.

extension AuthProtocol {
    public func fetchAuthSession() async throws -> AuthSession {
        try await fetchAuthSession(options: FetchSessionOptions())
    }

    @discardableResult
    public func signOut() async -> SignOutResult {
        await signOut(options: SignOutOptions())
    }

    @discardableResult
    public func signUp(username: String, password: String? = nil) async throws -> SignUpResult {
        try await signUp(username: username, password: password, options: SignUpOptions())
    }

    @discardableResult
    public func confirmSignUp(for username: String, confirmationCode: String) async throws -> SignUpResult {
        try await confirmSignUp(for: username, confirmationCode: confirmationCode, options: ConfirmSignUpOptions())
    }

    @discardableResult
    public func resendSignUpCode(for username: String) async throws -> CodeDeliveryDetails {
        try await resendSignUpCode(for: username, options: ResendSignUpCodeOptions())
    }

    public func signIn(username: String, password: String? = nil) async throws -> SignInResult {
        try await signIn(username: username, password: password, options: SignInOptions())
    }

    public func signIn(username: String, options: SignInOptions) async throws -> SignInResult {
        try await signIn(username: username, password: nil, options: options)
    }

    public func confirmSignIn(challengeResponse: String) async throws -> SignInResult {
        try await confirmSignIn(challengeResponse: challengeResponse, options: ConfirmSignInOptions())
    }

    public func confirmSignIn(presenter: any PasskeyPresenter) async throws -> SignInResult {
        try await confirmSignIn(presenter: presenter, options: ConfirmSignInOptions())
    }

    public func signInWithPasskey(username: String, presenter: any PasskeyPresenter) async throws -> SignInResult {
        try await signInWithPasskey(username: username, presenter: presenter, options: SignInOptions())
    }

    @discardableResult
    public func signInWithWebUI(presenter: any WebUIPresenter) async throws -> SignInResult {
        try await signInWithWebUI(presenter: presenter, options: WebUISignInOptions())
    }

    @discardableResult
    public func signOutWithWebUI(presenter: any WebUIPresenter) async -> WebUISignOutResult {
        await signOutWithWebUI(presenter: presenter, options: SignOutOptions())
    }

    public func beginWebUISignIn() async throws -> WebUIRequest {
        try await beginWebUISignIn(options: WebUISignInOptions())
    }

    public func webUISignOut() throws -> WebUIRequest {
        try webUISignOut(redirectURI: nil)
    }

    public func resetPassword(for username: String) async throws -> ResetPasswordResult {
        try await resetPassword(for: username, options: ResetPasswordOptions())
    }

    public func confirmResetPassword(for username: String, newPassword: String, confirmationCode: String) async throws {
        let options = ConfirmResetPasswordOptions()
        try await confirmResetPassword(
            for: username, newPassword: newPassword, confirmationCode: confirmationCode, options: options)
    }

    @discardableResult
    public func updateUserAttributes(_ attributes: [UserAttribute]) async throws -> [UpdateUserAttributeResult] {
        try await updateUserAttributes(attributes, options: UpdateUserAttributesOptions())
    }

    @discardableResult
    public func updateUserAttribute(_ attribute: UserAttribute) async throws -> UpdateUserAttributeResult {
        try await updateUserAttribute(attribute, options: UpdateUserAttributesOptions())
    }

    @discardableResult
    public func sendVerificationCode(forAttribute name: String) async throws -> CodeDeliveryDetails {
        try await sendVerificationCode(forAttribute: name, options: SendVerificationCodeOptions())
    }

    public func verifyTOTPSetup(code: String) async throws {
        try await verifyTOTPSetup(code: code, options: VerifyTOTPSetupOptions())
    }

    public func updateMFAPreference(sms: MFASetting? = nil, totp: MFASetting? = nil) async throws {
        try await updateMFAPreference(sms: sms, totp: totp, email: nil)
    }

    public func updateMFAPreference(email: MFASetting) async throws {
        try await updateMFAPreference(sms: nil, totp: nil, email: email)
    }

    public func listPasskeys() async throws -> PasskeyPage {
        try await listPasskeys(options: ListPasskeysOptions())
    }

    public func forgetDevice() async throws {
        try await forgetDevice(id: nil)
    }

    public func fetchAWSCredentials() async throws -> AWSCredentials {
        try await fetchAWSCredentials(options: AWSCredentialsOptions())
    }

    @discardableResult
    public func federateToIdentityPool(provider: FederatedProvider, token: String) async throws -> AWSCredentials {
        try await federateToIdentityPool(provider: provider, token: token, options: FederateOptions())
    }
}
