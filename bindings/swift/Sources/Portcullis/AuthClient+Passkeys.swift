import PortcullisCore

/// A passkey that the service knows.
public typealias Passkey = PortcullisCore.Passkey
/// A page of the list of passkeys.
public typealias PasskeyPage = PortcullisCore.PasskeyPage
/// Options of ``AuthClient/listPasskeys(options:)``.
public typealias ListPasskeysOptions = PortcullisCore.ListPasskeysOptions

extension AuthClient {
    /// Registers a passkey for the signed-in user: asks the service for the options, has the presenter show the
    /// platform's dialog, and gives what that made to the service.
    /// - Throws: ``AuthError/passkey(_:)``, whose code says whether the user closed the dialog (`passkey_cancelled`), the
    ///   device has none (`passkey_unsupported`) or one already (`passkey_already_registered`), or what is wrong with the
    ///   pool or the app; ``AuthError/limitExceeded(_:)``, ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func associatePasskey(presenter: any PasskeyPresenter) async throws {
        let request = try await beginPasskeyRegistration()
        let credential = try await presenting { try await presenter.create(requestJSON: request) }
        try await completePasskeyRegistration(credentialJSON: credential)
    }

    /// Answers the passkey step of the unfinished sign-in (``SignInStep/confirmSignInWithPasskey(request:)``): has the
    /// presenter show the platform's dialog and gives what that made to the service. After the user closed the dialog,
    /// the step can be answered again.
    /// - Throws: ``AuthError/passkey(_:)``, ``AuthError/invalidState(_:)`` if the unfinished sign-in does not wait for a
    ///   passkey, and what ``confirmSignIn(challengeResponse:options:)`` throws.
    public func confirmSignIn(
        presenter: any PasskeyPresenter,
        options: ConfirmSignInOptions = ConfirmSignInOptions()
    ) async throws -> SignInResult {
        guard case .confirmSignInWithPasskey(let request)? = pendingSignIn?.step else { throw AuthError(code: .noSignInInProgress) }
        let assertion = try await presenting { try await presenter.get(requestJSON: request) }
        return try await confirmSignIn(challengeResponse: assertion, options: options)
    }

    /// Begins a sign-in (``AuthFlow/userAuth(preferredFirstFactor:)``) with a passkey and has the presenter show the
    /// platform's dialog. Where the user has no passkey, the result is the choice among the other factors.
    /// - Throws: ``AuthError/passkey(_:)`` if the dialog gave no passkey; the sign-in then still waits for one, see
    ///   ``pendingSignIn``. Else what ``signIn(username:password:options:)`` throws.
    public func signInWithPasskey(
        username: String,
        presenter: any PasskeyPresenter,
        options: SignInOptions = SignInOptions()
    ) async throws -> SignInResult {
        var options = options
        options.authFlow = .userAuth(preferredFirstFactor: .webAuthn)
        let result = try await signIn(username: username, options: options)
        guard case .confirmSignInWithPasskey = result.nextStep else { return result }
        return try await confirmSignIn(presenter: presenter)
    }

    /// Begins to register a passkey (Cognito's `StartWebAuthnRegistration`), for those who show the dialog themselves.
    /// - Returns: the options for the dialog, as JSON (W3C's `PublicKeyCredentialCreationOptionsJSON`).
    /// - Throws: ``AuthError/passkey(_:)`` with the code `passkey_not_enabled` or `passkey_configuration_missing`,
    ///   ``AuthError/limitExceeded(_:)``, ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every
    ///   call may throw.
    public func beginPasskeyRegistration() async throws -> String {
        try await cancellable { [core] in try await core.beginPasskeyRegistration(cancel: $0) }
    }

    /// Registers the passkey that the platform's dialog made (Cognito's `CompleteWebAuthnRegistration`).
    /// - Parameter credentialJSON: what it gave, as JSON (W3C's `RegistrationResponseJSON`).
    /// - Throws: ``AuthError/validation(_:)`` (the text is none of these), ``AuthError/passkey(_:)``,
    ///   ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func completePasskeyRegistration(credentialJSON: String) async throws {
        try await cancellable { [core] in
            try await core.completePasskeyRegistration(credentialJson: credentialJSON, cancel: $0)
        }
    }

    /// A page of the signed-in user's passkeys (Cognito's `ListWebAuthnCredentials`).
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func listPasskeys(options: ListPasskeysOptions = ListPasskeysOptions()) async throws -> PasskeyPage {
        try await cancellable { [core] in try await core.listPasskeys(options: options, cancel: $0) }
    }

    /// Deletes a passkey at the service (Cognito's `DeleteWebAuthnCredential`). The device keeps its part until the user
    /// removes it there.
    /// - Parameter credentialId: the ``Passkey/credentialId`` of the passkey.
    /// - Throws: ``AuthError/configuration(_:)`` with the code `resource_not_found` (there is no such passkey),
    ///   ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func deletePasskey(credentialId: String) async throws {
        try await cancellable { [core] in try await core.deletePasskey(credentialId: credentialId, cancel: $0) }
    }
}

/// Has a presenter show its dialog; every way in which that can fail becomes an error of this module.
private func presenting(_ show: () async throws -> String) async throws -> String {
    do {
        return try await show()
    } catch let error as PasskeyPresentationError {
        throw AuthError(error)
    } catch is CancellationError where Task.isCancelled {
        throw CancellationError()
    } catch let error as AuthError {
        throw error
    } catch {
        // Nobody has checked what its text holds.
        throw AuthError(PasskeyPresentationError.failed("the presenter threw a \(type(of: error))"))
    }
}
