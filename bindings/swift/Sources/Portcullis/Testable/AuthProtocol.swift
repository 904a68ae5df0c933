import Foundation

/// All calls of ``AuthClient``, for code that is tested without one: screens and models take an `any AuthProtocol`, the app
/// gives them its client, and tests and previews the `FakeAuth` of PortcullisTesting. A later release may add calls, so only
/// fakes that follow the releases conform to it.
public protocol AuthProtocol: AnyObject, Sendable {
    var state: AuthState { get }
    var accounts: [AuthUser] { get }
    var pendingSignIn: PendingSignIn? { get }
    var federatedInfo: FederatedInfo? { get }
    var events: AsyncStream<AuthEvent> { get }
    var states: AsyncStream<AuthState> { get }

    @discardableResult func load() async throws -> AuthState
    func getCurrentUser() async throws -> AuthUser
    func switchAccount(to user: AuthUser) async throws
    func fetchAuthSession(options: FetchSessionOptions) async throws -> AuthSession
    @discardableResult func verifySession() async throws -> AuthUser
    func setRefreshMetadataProvider(_ clientMetadata: (@Sendable () throws -> [String: String])?)
    @discardableResult func signOut(options: SignOutOptions) async -> SignOutResult
    func close()

    @discardableResult
    func signUp(username: String, password: String?, options: SignUpOptions) async throws -> SignUpResult
    @discardableResult
    func confirmSignUp(
        for username: String, confirmationCode: String, options: ConfirmSignUpOptions
    ) async throws -> SignUpResult
    @discardableResult
    func resendSignUpCode(for username: String, options: ResendSignUpCodeOptions) async throws -> CodeDeliveryDetails
    func autoSignIn() async throws -> SignInResult

    func signIn(username: String, password: String?, options: SignInOptions) async throws -> SignInResult
    func confirmSignIn(challengeResponse: String, options: ConfirmSignInOptions) async throws -> SignInResult
    func confirmSignIn(presenter: any PasskeyPresenter, options: ConfirmSignInOptions) async throws -> SignInResult
    func signInWithPasskey(
        username: String, presenter: any PasskeyPresenter, options: SignInOptions
    ) async throws -> SignInResult
    @discardableResult func resendSignInCode() async throws -> SignInResult
    func cancelSignIn()

    @discardableResult
    func signInWithWebUI(presenter: any WebUIPresenter, options: WebUISignInOptions) async throws -> SignInResult
    @discardableResult
    func signOutWithWebUI(presenter: any WebUIPresenter, options: SignOutOptions) async -> WebUISignOutResult
    func beginWebUISignIn(options: WebUISignInOptions) async throws -> WebUIRequest
    @discardableResult func completeWebUISignIn(callbackURL: String) async throws -> SignInResult
    func cancelWebUISignIn()
    func webUISignOut(redirectURI: String?) throws -> WebUIRequest

    func resetPassword(for username: String, options: ResetPasswordOptions) async throws -> ResetPasswordResult
    func confirmResetPassword(
        for username: String, newPassword: String, confirmationCode: String, options: ConfirmResetPasswordOptions
    ) async throws
    func updatePassword(oldPassword: String?, newPassword: String) async throws

    func fetchUserAttributes() async throws -> [UserAttribute]
    func fetchVerifiedContacts() async throws -> VerifiedContacts
    @discardableResult
    func updateUserAttributes(
        _ attributes: [UserAttribute], options: UpdateUserAttributesOptions
    ) async throws -> [UpdateUserAttributeResult]
    @discardableResult
    func updateUserAttribute(
        _ attribute: UserAttribute, options: UpdateUserAttributesOptions
    ) async throws -> UpdateUserAttributeResult
    func deleteUserAttributes(_ names: [String]) async throws
    @discardableResult
    func sendVerificationCode(
        forAttribute name: String, options: SendVerificationCodeOptions
    ) async throws -> CodeDeliveryDetails
    func confirmUserAttribute(_ name: String, confirmationCode: String) async throws
    func deleteUser() async throws

    func setUpTOTP() async throws -> TOTPSetupDetails
    func verifyTOTPSetup(code: String, options: VerifyTOTPSetupOptions) async throws
    func fetchMFAPreference() async throws -> MFAPreference
    func updateMFAPreference(sms: MFASetting?, totp: MFASetting?, email: MFASetting?) async throws

    func associatePasskey(presenter: any PasskeyPresenter) async throws
    func beginPasskeyRegistration() async throws -> String
    func completePasskeyRegistration(credentialJSON: String) async throws
    func listPasskeys(options: ListPasskeysOptions) async throws -> PasskeyPage
    func deletePasskey(credentialId: String) async throws

    func rememberDevice() async throws
    func forgetDevice(id: String?) async throws
    func fetchDevices() async throws -> [AuthDevice]

    func fetchAWSCredentials(options: AWSCredentialsOptions) async throws -> AWSCredentials
    func signAWSRequest(_ request: AWSRequest) async throws -> [String: String]
    func fetchIdentityId() async throws -> String
    func fetchOpenIdToken() async throws -> Token
    func clearIdentity() async throws
    @discardableResult
    func federateToIdentityPool(
        provider: FederatedProvider, token: String, options: FederateOptions
    ) async throws -> AWSCredentials
    func clearFederation() async throws
    func setTokenProvider(for provider: FederatedProvider, _ fetchToken: (@Sendable () async throws -> FederatedToken)?)
}

extension AuthClient: AuthProtocol {}
