import PortcullisCore

// Names that Amplify Swift has for what is called otherwise here, so that the compiler says so and Xcode offers to put it
// right. None can be used, and no body runs. `docs/coming-from-amplify.md` lists them; a test compares the two.

// The calls

extension AuthClient {
    @available(*, unavailable, renamed: "updatePassword(oldPassword:newPassword:)")
    public func update(oldPassword: String, to newPassword: String) async throws {}

    @available(*, unavailable, renamed: "confirmResetPassword(for:newPassword:confirmationCode:)")
    public func confirmResetPassword(
        for username: String, with newPassword: String, confirmationCode: String
    ) async throws {}

    @available(*, unavailable, renamed: "updateUserAttribute(_:)")
    public func update(userAttribute: UserAttribute) async throws {}

    @available(*, unavailable, renamed: "updateUserAttributes(_:)")
    public func update(userAttributes: [UserAttribute]) async throws {}

    @available(*, unavailable, renamed: "confirmUserAttribute(_:confirmationCode:)")
    public func confirm(userAttribute: String, confirmationCode: String) async throws {}

    @available(*, unavailable, renamed: "sendVerificationCode(forAttribute:)")
    public func sendVerificationCode(forUserAttributeKey key: String) async throws {}

    @available(*, unavailable, renamed: "sendVerificationCode(forAttribute:)")
    public func resendConfirmationCode(forUserAttributeKey key: String) async throws {}

    @available(*, unavailable, renamed: "forgetDevice(id:)", message: "It takes the device's id.")
    public func forgetDevice(_ device: AuthDevice) async throws {}

    @available(*, unavailable, renamed: "associatePasskey(presenter:)")
    public func associateWebAuthnCredential(presentationAnchor: Any? = nil) async throws {}

    @available(*, unavailable, renamed: "listPasskeys()")
    public func listWebAuthnCredentials() async throws {}

    @available(*, unavailable, renamed: "deletePasskey(credentialId:)")
    public func deleteWebAuthnCredential(credentialId: String) async throws {}
}

extension AuthSession {
    @available(*, unavailable, renamed: "tokensOutcome")
    public var userPoolTokensResult: TokensOutcome { tokensOutcome }
}

extension TOTPSetupDetails {
    @available(*, unavailable, renamed: "setupURI(appName:accountName:)")
    public func getSetupURI(appName: String, accountName: String? = nil) throws -> String { "" }
}

// The types

@available(*, unavailable, renamed: "SignUpResult")
public typealias AuthSignUpResult = SignUpResult
@available(*, unavailable, renamed: "SignUpStep")
public typealias AuthSignUpStep = SignUpStep
@available(*, unavailable, renamed: "SignInResult")
public typealias AuthSignInResult = SignInResult
@available(*, unavailable, renamed: "SignInStep")
public typealias AuthSignInStep = SignInStep
@available(*, unavailable, renamed: "SignOutResult")
public typealias AuthSignOutResult = SignOutResult
@available(*, unavailable, renamed: "ResetPasswordResult")
public typealias AuthResetPasswordResult = ResetPasswordResult
@available(*, unavailable, renamed: "ResetPasswordStep")
public typealias AuthResetPasswordStep = ResetPasswordStep
@available(*, unavailable, renamed: "UpdateUserAttributeResult")
public typealias AuthUpdateAttributeResult = UpdateUserAttributeResult
@available(*, unavailable, renamed: "UpdateUserAttributeStep")
public typealias AuthUpdateAttributeStep = UpdateUserAttributeStep
@available(*, unavailable, renamed: "CodeDeliveryDetails")
public typealias AuthCodeDeliveryDetails = CodeDeliveryDetails
@available(*, unavailable, renamed: "DeliveryMedium")
public typealias DeliveryDestination = DeliveryMedium
@available(*, unavailable, renamed: "UserAttribute")
public typealias AuthUserAttribute = UserAttribute
@available(*, unavailable, renamed: "AuthFlow")
public typealias AuthFlowType = AuthFlow
@available(*, unavailable, renamed: "FirstFactor")
public typealias AuthFactorType = FirstFactor
@available(*, unavailable, renamed: "MFAPreference")
public typealias UserMFAPreference = MFAPreference
@available(*, unavailable, renamed: "Passkey")
public typealias AuthWebAuthnCredential = Passkey
@available(*, unavailable, renamed: "AuthSession")
public typealias AWSAuthCognitoSession = AuthSession
@available(*, unavailable, renamed: "AuthTokens")
public typealias AuthCognitoTokens = AuthTokens
@available(*, unavailable, renamed: "AuthDevice")
public typealias AWSAuthDevice = AuthDevice
@available(*, unavailable, renamed: "SignOutResult")
public typealias AWSCognitoSignOutResult = SignOutResult

// Options: what Amplify's `pluginOptions` carries, too

@available(*, unavailable, renamed: "SignUpOptions")
public typealias AWSAuthSignUpOptions = SignUpOptions
@available(*, unavailable, renamed: "ConfirmSignUpOptions")
public typealias AWSAuthConfirmSignUpOptions = ConfirmSignUpOptions
@available(*, unavailable, renamed: "ResendSignUpCodeOptions")
public typealias AWSAuthResendSignUpCodeOptions = ResendSignUpCodeOptions
@available(*, unavailable, renamed: "SignInOptions")
public typealias AWSAuthSignInOptions = SignInOptions
@available(*, unavailable, renamed: "ConfirmSignInOptions")
public typealias AWSAuthConfirmSignInOptions = ConfirmSignInOptions
@available(*, unavailable, renamed: "ResetPasswordOptions")
public typealias AWSAuthResetPasswordOptions = ResetPasswordOptions
@available(*, unavailable, renamed: "ConfirmResetPasswordOptions")
public typealias AWSAuthConfirmResetPasswordOptions = ConfirmResetPasswordOptions
@available(*, unavailable, renamed: "UpdateUserAttributesOptions")
public typealias AWSAuthUpdateUserAttributesOptions = UpdateUserAttributesOptions
@available(*, unavailable, renamed: "SendVerificationCodeOptions")
public typealias AWSSendUserAttributeVerificationCodeOptions = SendVerificationCodeOptions
