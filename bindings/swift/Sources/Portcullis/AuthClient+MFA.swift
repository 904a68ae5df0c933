import PortcullisCore

/// Options of ``AuthClient/verifyTOTPSetup(code:options:)``.
public typealias VerifyTOTPSetupOptions = PortcullisCore.VerifyTOTPSetupOptions
/// The second factors that sign-in asks a user for.
public typealias MFAPreference = PortcullisCore.MFAPreference
/// What is to become of a second factor.
public typealias MFASetting = PortcullisCore.MFASetting

extension AuthClient {
    /// Begins to set up an authenticator app for the signed-in user (Cognito's `AssociateSoftwareToken`): a new secret to
    /// show. An app that was set up before counts until the new one is verified.
    /// - Throws: ``AuthError/service(_:)`` with the code `unsupported` or `totp_not_set_up` (the pool has no authenticator
    ///   apps), ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func setUpTOTP() async throws -> TOTPSetupDetails {
        try await cancellable { [core] in try await core.setUpTotp(cancel: $0) }
    }

    /// Ends setting up an authenticator app, with a code that it shows (Cognito's `VerifySoftwareToken`). A wrong code can
    /// be typed again. Sign-in asks for codes once ``updateMFAPreference(sms:totp:email:)`` has enabled them.
    /// - Throws: ``AuthError/codeMismatch(_:)`` (ask again), ``AuthError/service(_:)`` with the code `totp_not_set_up`
    ///   (call ``setUpTOTP()`` before), ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every
    ///   call may throw.
    public func verifyTOTPSetup(
        code: String,
        options: VerifyTOTPSetupOptions = VerifyTOTPSetupOptions()
    ) async throws {
        try await cancellable { [core] in try await core.verifyTotpSetup(code: code, options: options, cancel: $0) }
    }

    /// The second factors that sign-in asks the signed-in user for (Cognito's `GetUser`).
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func fetchMFAPreference() async throws -> MFAPreference {
        try await cancellable { [core] in try await core.fetchMfaPreference(cancel: $0) }
    }

    /// Changes the second factors that sign-in asks the signed-in user for (Cognito's `SetUserMFAPreference`). A factor
    /// that is not given stays as it is; all three disabled is no second factor. The preferred one stays that unless
    /// another one becomes it.
    /// - Throws: ``AuthError/validation(_:)`` (nothing is given, two are to be preferred, the user cannot use the factor,
    ///   or the pool requires one), ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call
    ///   may throw.
    public func updateMFAPreference(
        sms: MFASetting? = nil,
        totp: MFASetting? = nil,
        email: MFASetting? = nil
    ) async throws {
        try await cancellable { [core] in
            try await core.updateMfaPreference(sms: sms, totp: totp, email: email, cancel: $0)
        }
    }
}
