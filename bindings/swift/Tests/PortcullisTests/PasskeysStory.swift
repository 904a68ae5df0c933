import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Passkeys: registered by a signed-in user, used to sign in, listed, deleted.
@Suite struct PasskeysStory {
    @Test func closingTheDialogRegistersNothing() async throws {
        let (_, auth) = try await annSignedIn()
        let known = Refusing(.alreadyRegistered("there is one"))
        let error = try await failure { try await auth.associatePasskey(presenter: known) }
        #expect(error.code == "passkey_already_registered")
        #expect(try await auth.listPasskeys().passkeys.isEmpty)
    }

    @Test func whatAPresenterThrowsElseIsAFailureToo() async throws {
        struct Surprise: Error { let text = "canary" }
        let (_, auth) = try await annSignedIn()
        let error = try await failure { try await auth.associatePasskey(presenter: Refusing(unexpected: Surprise())) }
        #expect(error.code == "passkey_failed")
        #expect(error.info.text == "the presenter threw a Surprise")
        // Cancelling means that of the task; a presenter that says so by itself has failed.
        let presenter = Refusing(unexpected: CancellationError())
        let alone = try await failure { try await auth.associatePasskey(presenter: presenter) }
        #expect(alone.code == "passkey_failed")
    }

    @Test func withoutAPasskeyStepThereIsNothingToAnswer() async throws {
        let (pool, auth) = try await annSignedIn()
        let error = try await failure { try await auth.confirmSignIn(presenter: Presenter(pool.server)) }
        guard case .invalidState = error else { throw error }
        #expect(error.code == "no_sign_in_in_progress")
    }

    @Test func aPoolWithoutPasskeysSaysSo() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        let error = try await failure { try await auth.associatePasskey(presenter: Presenter(pool.server)) }
        guard case .passkey = error else { throw error }
        #expect(error.code == "passkey_not_enabled")
    }

    @Test func whatIsNoCredentialIsRefused() async throws {
        let (_, auth) = try await annSignedIn()
        let error = try await failure { try await auth.completePasskeyRegistration(credentialJSON: "{}") }
        guard case .validation = error else { throw error }
    }

    private func annSignedIn() async throws -> (UserPool, AuthClient) {
        let factors = ["PASSWORD", "WEB_AUTHN"]
        let pool = try await UserPool(
            settings: ["Policies": ["SignInPolicy": ["AllowedFirstAuthFactors": factors]]],
            mfa: .passkeys(of: "example.com")
        )
        try await pool.add("ann")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (pool, auth)
    }
}

/// The authenticator of local-pool in the place of the platform's.
private struct Presenter: PasskeyPresenter {
    let server: LocalPool

    init(_ server: LocalPool) {
        self.server = server
    }

    func create(requestJSON: String) async throws -> String {
        try await server.createPasskey(options: requestJSON)
    }

    func get(requestJSON: String) async throws -> String {
        try await server.getPasskey(options: requestJSON)
    }
}
