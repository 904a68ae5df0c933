import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Passkeys: registered by a signed-in user, used to sign in, listed, deleted.
@Suite struct PasskeysStory {
    @Test func registerSignInListDelete() async throws {
        let (pool, auth) = try await annSignedIn()
        let presenter = Presenter(pool.server)
        #expect(try await auth.listPasskeys().passkeys.isEmpty)
        try await auth.associatePasskey(presenter: presenter)
        let page = try await auth.listPasskeys(options: ListPasskeysOptions(pageSize: 5))
        let passkey = try #require(page.passkeys.first)
        #expect(page.passkeys.count == 1)
        #expect(page.nextToken == nil)
        #expect(passkey.relyingPartyId == "example.com")
        #expect(passkey.createdAt.map { abs($0.timeIntervalSinceNow) < 300 } == true)

        await auth.signOut()
        let done = try await auth.signInWithPasskey(username: "ann", presenter: presenter)
        #expect(done == SignInResult(isSignedIn: true, nextStep: .done))
        #expect(try await auth.getCurrentUser().username == "ann")

        try await auth.deletePasskey(credentialId: passkey.credentialId)
        #expect(try await auth.listPasskeys().passkeys.isEmpty)
        let gone = try await failure { try await auth.deletePasskey(credentialId: passkey.credentialId) }
        #expect(gone.code == .resourceNotFound)
        await auth.signOut()
        let none = try await auth.signInWithPasskey(username: "ann", presenter: presenter)
        guard case .continueSignInWithFirstFactorSelection(let factors) = none.nextStep else {
            throw Unexpected("\(none)")
        }
        #expect(!factors.contains(.webAuthn))
    }

    @Test func aPasskeyCanBeChosen() async throws {
        let (pool, auth) = try await annSignedIn()
        let presenter = Presenter(pool.server)
        try await auth.associatePasskey(presenter: presenter)
        await auth.signOut()
        let result = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        guard case .continueSignInWithFirstFactorSelection(let factors) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(factors.contains(.webAuthn))
        let chosen = try await auth.confirmSignIn(challengeResponse: FirstFactor.webAuthn.challengeResponse)
        guard case .confirmSignInWithPasskey = chosen.nextStep else { throw Unexpected("\(chosen)") }
        #expect(try await auth.confirmSignIn(presenter: presenter).isSignedIn)
    }

    @Test func aClosedDialogLeavesTheQuestionOpen() async throws {
        let (pool, auth) = try await annSignedIn()
        let presenter = Presenter(pool.server)
        try await auth.associatePasskey(presenter: presenter)
        await auth.signOut()
        let closed = Refusing(.cancelled("closed by the user"))
        let error = try await failure { try await auth.signInWithPasskey(username: "ann", presenter: closed) }
        guard case .passkey(let info) = error else { throw error }
        #expect(error.code == .passkeyCancelled)
        #expect(info.text == "closed by the user")
        guard case .confirmSignInWithPasskey = auth.pendingSignIn?.step else {
            throw Unexpected("\(auth.pendingSignIn as Any)")
        }
        #expect(try await auth.confirmSignIn(presenter: presenter).isSignedIn)
    }

    @Test func closingTheDialogRegistersNothing() async throws {
        let (_, auth) = try await annSignedIn()
        let known = Refusing(.alreadyRegistered("there is one"))
        let error = try await failure { try await auth.associatePasskey(presenter: known) }
        #expect(error.code == .passkeyAlreadyRegistered)
        #expect(try await auth.listPasskeys().passkeys.isEmpty)
    }

    @Test func whatAPresenterThrowsElseIsAFailureToo() async throws {
        struct Surprise: Error { let text = "canary" }
        let (_, auth) = try await annSignedIn()
        let error = try await failure { try await auth.associatePasskey(presenter: Refusing(unexpected: Surprise())) }
        #expect(error.code == .passkeyFailed)
        #expect(error.info.text == "the presenter threw a Surprise")
        // Cancelling means that of the task; a presenter that says so by itself has failed.
        let presenter = Refusing(unexpected: CancellationError())
        let alone = try await failure { try await auth.associatePasskey(presenter: presenter) }
        #expect(alone.code == .passkeyFailed)
    }

    @Test func withoutAPasskeyStepThereIsNothingToAnswer() async throws {
        let (pool, auth) = try await annSignedIn()
        let error = try await failure { try await auth.confirmSignIn(presenter: Presenter(pool.server)) }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .noSignInInProgress)
    }

    @Test func aDeviceHoldsOnePasskeyForAnAccount() async throws {
        let (pool, auth) = try await annSignedIn()
        let presenter = Presenter(pool.server)
        try await auth.associatePasskey(presenter: presenter)
        let error = try await failure { try await auth.associatePasskey(presenter: presenter) }
        #expect(error.code == .passkeyAlreadyRegistered)
        #expect(try await auth.listPasskeys().passkeys.count == 1)
    }

    @Test func aPoolWithoutPasskeysSaysSo() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        let error = try await failure { try await auth.associatePasskey(presenter: Presenter(pool.server)) }
        guard case .passkey = error else { throw error }
        #expect(error.code == .passkeyNotEnabled)
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
        do {
            return try await server.createPasskey(options: requestJSON)
        } catch let failure as LocalPool.Failure where failure.description.contains("already_registered") {
            throw PasskeyPresentationError.alreadyRegistered("this authenticator has one")
        }
    }

    func get(requestJSON: String) async throws -> String {
        try await server.getPasskey(options: requestJSON)
    }
}
