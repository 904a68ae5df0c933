import Portcullis

extension FakeAuth {
    public func resetPassword(for username: String, options: ResetPasswordOptions) async throws -> ResetPasswordResult {
        try begin(.resetPassword)
        tell(.passwordResetRequested(username: username))
        let step = ResetPasswordStep.confirmResetPasswordWithCode(deliveryDetails: given.codeDelivery)
        return ResetPasswordResult(isPasswordReset: false, nextStep: step)
    }

    public func confirmResetPassword(
        for username: String, newPassword: String, confirmationCode: String, options: ConfirmResetPasswordOptions
    ) async throws {
        try begin(.confirmResetPassword)
        tell(.passwordReset(username: username))
    }

    public func updatePassword(oldPassword: String?, newPassword: String) async throws {
        _ = try beginSignedIn(.updatePassword)
    }

    // MARK: - Attributes

    public func fetchUserAttributes() async throws -> [UserAttribute] {
        _ = try beginSignedIn(.fetchUserAttributes)
        return given.attributes
    }

    public func fetchVerifiedContacts() async throws -> VerifiedContacts {
        _ = try beginSignedIn(.fetchVerifiedContacts)
        let contacts = given.attributes.filter { ["email", "phone_number"].contains($0.name) }
        let (verified, unverified) = (contacts.filter(isVerified), contacts.filter { !isVerified($0) })
        return VerifiedContacts(verified: verified, unverified: unverified)
    }

    private func isVerified(_ contact: UserAttribute) -> Bool {
        given.attributes.contains { $0.name == "\(contact.name)_verified" && $0.value == "true" }
    }

    @discardableResult
    public func updateUserAttributes(
        _ attributes: [UserAttribute], options: UpdateUserAttributesOptions
    ) async throws -> [UpdateUserAttributeResult] {
        _ = try beginSignedIn(.updateUserAttributes)
        return set(attributes)
    }

    @discardableResult
    public func updateUserAttribute(
        _ attribute: UserAttribute, options: UpdateUserAttributesOptions
    ) async throws -> UpdateUserAttributeResult {
        _ = try beginSignedIn(.updateUserAttribute)
        _ = set([attribute])
        return UpdateUserAttributeResult(name: attribute.name, isUpdated: true, nextStep: .done)
    }

    private func set(_ attributes: [UserAttribute]) -> [UpdateUserAttributeResult] {
        let names = attributes.map(\.name)
        locked { inside in
            inside.given.attributes.removeAll { names.contains($0.name) }
            inside.given.attributes += attributes
        }
        tell(.userAttributesUpdated(attributeNames: names))
        return names.map { UpdateUserAttributeResult(name: $0, isUpdated: true, nextStep: .done) }
    }

    public func deleteUserAttributes(_ names: [String]) async throws {
        _ = try beginSignedIn(.deleteUserAttributes)
        locked { $0.given.attributes.removeAll { names.contains($0.name) } }
    }

    @discardableResult
    public func sendVerificationCode(
        forAttribute name: String, options: SendVerificationCodeOptions
    ) async throws -> CodeDeliveryDetails {
        _ = try beginSignedIn(.sendVerificationCode)
        return given.codeDelivery
    }

    public func confirmUserAttribute(_ name: String, confirmationCode: String) async throws {
        _ = try beginSignedIn(.confirmUserAttribute)
        _ = set([UserAttribute(name: "\(name)_verified", value: "true")])
    }

    public func deleteUser() async throws {
        let user = try beginSignedIn(.deleteUser)
        tell(.userDeleted(user: user), becoming: .signedOut)
    }

    // MARK: - Second factors

    public func setUpTOTP() async throws -> TOTPSetupDetails {
        _ = try beginSignedIn(.setUpTOTP)
        return given.totpSetup
    }

    public func verifyTOTPSetup(code: String, options: VerifyTOTPSetupOptions) async throws {
        _ = try beginSignedIn(.verifyTOTPSetup)
        tell(.totpVerified)
    }

    public func fetchMFAPreference() async throws -> MFAPreference {
        _ = try beginSignedIn(.fetchMFAPreference)
        return given.mfaPreference
    }

    public func updateMFAPreference(sms: MFASetting?, totp: MFASetting?, email: MFASetting?) async throws {
        _ = try beginSignedIn(.updateMFAPreference)
        let settings: [(MFAType, MFASetting?)] = [(.sms, sms), (.totp, totp), (.email, email)]
        locked { inside in
            var (enabled, preferred) = (inside.given.mfaPreference.enabled, inside.given.mfaPreference.preferred)
            for case (let type, let setting?) in settings {
                enabled.removeAll { $0 == type }
                if preferred == type, setting != .enabled { preferred = nil }
                if setting != .disabled { enabled.append(type) }
                if setting == .preferred { preferred = type }
            }
            inside.given.mfaPreference = MFAPreference(enabled: enabled, preferred: preferred)
        }
    }

    // MARK: - Passkeys and devices

    public func associatePasskey(presenter: any PasskeyPresenter) async throws {
        _ = try beginSignedIn(.associatePasskey)
        let credential = try await presenter.create(requestJSON: "{}")
        try await completePasskeyRegistration(credentialJSON: credential)
    }

    public func beginPasskeyRegistration() async throws -> String {
        _ = try beginSignedIn(.beginPasskeyRegistration)
        return "{}"
    }

    public func completePasskeyRegistration(credentialJSON: String) async throws {
        _ = try beginSignedIn(.completePasskeyRegistration)
        locked { inside in
            inside.given.passkeys.append(
                Passkey(
                    credentialId: "passkey-\(inside.given.passkeys.count + 1)", friendlyName: nil, relyingPartyId: nil,
                    authenticatorAttachment: "platform", transports: [], createdAt: nil))
        }
    }

    public func listPasskeys(options: ListPasskeysOptions) async throws -> PasskeyPage {
        _ = try beginSignedIn(.listPasskeys)
        return PasskeyPage(passkeys: given.passkeys, nextToken: nil)
    }

    public func deletePasskey(credentialId: String) async throws {
        _ = try beginSignedIn(.deletePasskey)
        let isThere = given.passkeys.contains { $0.credentialId == credentialId }
        guard isThere else { throw AuthError(code: .resourceNotFound) }
        locked { $0.given.passkeys.removeAll { $0.credentialId == credentialId } }
    }

    public func rememberDevice() async throws {
        _ = try beginSignedIn(.rememberDevice)
    }

    public func forgetDevice(id: String?) async throws {
        _ = try beginSignedIn(.forgetDevice)
        locked { $0.given.devices.removeAll { id == nil ? $0.isCurrent : $0.id == id } }
    }

    public func fetchDevices() async throws -> [AuthDevice] {
        _ = try beginSignedIn(.fetchDevices)
        return given.devices
    }

    // MARK: - Credentials

    /// What was given, or `unsupported`.
    var awsCredentials: Result<AWSCredentials, AuthError> {
        given.awsCredentials.map(Result.success) ?? .failure(AuthError(code: .unsupported))
    }

    public func fetchAWSCredentials(options: AWSCredentialsOptions) async throws -> AWSCredentials {
        try begin(.fetchAWSCredentials)
        return try awsCredentials.get()
    }

    public func signAWSRequest(_ request: AWSRequest) async throws -> [String: String] {
        try begin(.signAWSRequest)
        return ["Authorization": "AWS4-HMAC-SHA256 Credential=\(try awsCredentials.get().accessKeyId)"]
    }

    public func fetchIdentityId() async throws -> String {
        try begin(.fetchIdentityId)
        return try awsCredentials.get().identityId
    }

    public func fetchOpenIdToken() async throws -> Token {
        try begin(.fetchOpenIdToken)
        return given.tokens.idToken ?? given.tokens.accessToken
    }

    public func clearIdentity() async throws {
        try begin(.clearIdentity)
        locked { $0.given.awsCredentials = nil }
    }

    @discardableResult
    public func federateToIdentityPool(
        provider: FederatedProvider, token: String, options: FederateOptions
    ) async throws -> AWSCredentials {
        try begin(.federateToIdentityPool)
        let credentials = try awsCredentials.get()
        let info = FederatedInfo(
            provider: provider, token: token, identityId: credentials.identityId, expiresAt: options.expiresAt,
            user: options.user)
        locked { $0.given.federatedInfo = info }
        let state = AuthState.federated(identityId: credentials.identityId)
        tell(.federated(identityId: credentials.identityId), becoming: state)
        return credentials
    }

    public func clearFederation() async throws {
        try begin(.clearFederation)
        guard case .federated(let identityId) = state else { return }
        locked { $0.given.federatedInfo = nil }
        tell(.federationCleared(identityId: identityId), becoming: .signedOut)
    }

    public func setTokenProvider(
        for provider: FederatedProvider, _ fetchToken: (@Sendable () async throws -> FederatedToken)?
    ) {
        locked { $0.calls.append(.setTokenProvider) }
    }
}
