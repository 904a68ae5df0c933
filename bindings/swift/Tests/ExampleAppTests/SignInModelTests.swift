import Foundation
import LocalPoolProcess
import Portcullis
import PortcullisTesting
import Testing

/// What an app's own tests look like, written with nothing that an app does not have.
@MainActor
@Suite struct SignInModelTests {
    @Test func aWrongCodeCanBeTypedAgain() async {
        let auth = FakeAuth()
        auth.signInSteps = [.confirmSignInWithTOTPCode(friendlyDeviceName: nil)]
        auth.fail(.confirmSignIn, with: .codeMismatch)
        let model = SignInModel(auth)
        await model.signIn("ann", "Correct-Horse-9")
        #expect(model.screen == .code)
        await model.answer("000000")
        #expect(model.screen == .code)
        #expect(model.message == "This code is not correct. Check it and try again.")
        await model.answer("123456")
        #expect(model.screen == .home("ann") && model.message == nil)
        #expect(auth.calls == [.signIn, .confirmSignIn, .confirmSignIn, .getCurrentUser])
    }

    @Test func whoeverIsSignedInGoesHome() async {
        let auth = FakeAuth.signedIn(as: "ann")
        let model = SignInModel(auth)
        #expect(model.screen == .home("ann"))
        await model.signOut()
        #expect(auth.state == .signedOut && model.screen == .signIn)
    }

    @Test func theSameModelAgainstAPool() async throws {
        let pool = try LocalPool(configuration: """
            [[pools]]
            [[pools.users]]
            username = "ann"
            password = "Correct-Horse-9"
            """)
        let outputs = try #require(pool.amplifyOutputs)
        let auth = try AuthClient(configuration: .amplifyOutputs(outputs), storage: .memory)
        try await auth.load()
        let model = SignInModel(auth)
        await model.signIn("ann", "Wrong-Horse-9")
        #expect(model.message == "Incorrect username or password.")
        await model.signIn("ann", "Correct-Horse-9")
        #expect(model.screen == .home("ann"))
    }
}

@Suite struct FakeAuthTests {
    @Test func aStoryIsToldAsAClientTellsIt() async throws {
        let auth = FakeAuth()
        let stream = auth.events
        let events = Task { await stream.reduce(into: [AuthEvent]()) { $0.append($1) } }
        var states = auth.states.makeAsyncIterator()
        #expect(await states.next() == .signedOut)
        let wrong = AuthError(code: .incorrectUsernameOrPassword)
        auth.fail(.signIn, with: wrong)
        await #expect(throws: wrong) { _ = try await auth.signIn(username: "ann", password: "x") }
        let done = try await auth.signIn(username: "ann", password: "y")
        let user = FakeAuth.user("ann")
        #expect(done.isSignedIn)
        #expect(await states.next() == .signedIn(user: user))
        #expect(try await auth.fetchAuthSession().tokens == auth.given.tokens)
        auth.expireSession()
        #expect(await states.next()?.user == user)
        let session = try await auth.fetchAuthSession()
        #expect(!session.isSignedIn && session.user == user)
        await #expect(throws: AuthError(code: .notSignedIn)) { _ = try await auth.fetchUserAttributes() }
        auth.close()
        await #expect(throws: AuthError(code: .clientClosed)) { _ = try await auth.load() }
        let told = await events.value
        #expect(told.map(\.hubName).suffix(3) == ["signIn_failure", "signIn", "sessionExpired"])
    }

    @Test func whatWasNotGivenIsSaid() async throws {
        let auth = FakeAuth.signedIn()
        await #expect(throws: AuthError(code: .unsupported)) { _ = try await auth.fetchAWSCredentials() }
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(awsCredentials: true))
        #expect(throws: AuthError(code: .unsupported)) { try session.awsCredentials }
        await #expect(throws: AuthError(code: .noSignInInProgress)) {
            _ = try await auth.confirmSignIn(challengeResponse: "1")
        }
    }

    @Test func attributesFactorsAndAccountsAreKept() async throws {
        let auth = FakeAuth.signedIn(as: "ann")
        try await auth.updateUserAttribute(UserAttribute(name: "email", value: "ann@example.com"))
        #expect(try await auth.fetchVerifiedContacts().unverified.map(\.value) == ["ann@example.com"])
        try await auth.confirmUserAttribute("email", confirmationCode: "1")
        #expect(try await auth.fetchVerifiedContacts().verified.map(\.value) == ["ann@example.com"])
        try await auth.updateMFAPreference(sms: .enabled, totp: .preferred)
        #expect(try await auth.fetchMFAPreference() == MFAPreference(enabled: [.sms, .totp], preferred: .totp))
        try await auth.updateMFAPreference(totp: .disabled)
        #expect(try await auth.fetchMFAPreference() == MFAPreference(enabled: [.sms], preferred: nil))
        auth.given.otherAccounts = [FakeAuth.user("bob")]
        try await auth.switchAccount(to: FakeAuth.user("bob"))
        #expect(auth.accounts.map(\.username) == ["bob", "ann"])
        await #expect(throws: AuthError(code: .accountNotFound)) { try await auth.switchAccount(to: FakeAuth.user("eve")) }
    }
}
