import Foundation
import Portcullis
import Testing

/// Signed in right after the sign-up.
@Suite struct AutoSignInStory {
    private let address = [UserAttribute(name: "email", value: "ann@example.org")]

    @Test func withThePasswordOnceTheAccountIsConfirmed() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let heard = Task { await auth.events.first { $0 == .autoSignedIn } }
        try await auth.signUp(
            username: "ann",
            password: UserPool.password,
            options: SignUpOptions(userAttributes: address, autoSignIn: AutoSignInOptions())
        )
        let confirmed = try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        #expect(confirmed.isSignUpComplete)
        #expect(await heard.value?.hubName == "autoSignIn")
        #expect(try await auth.getCurrentUser().username == "ann")
    }

    @Test func withTheSessionOfTheSignUp() async throws {
        let pool = try await UserPool(settings: [
            "Policies": ["SignInPolicy": ["AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]]],
        ])
        let auth = try pool.client()
        try await auth.signUp(username: "ann", options: SignUpOptions(userAttributes: address))
        let confirmed = try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        #expect(confirmed.nextStep == .completeAutoSignIn)
        #expect(auth.state == .signedOut)
        #expect(try await auth.autoSignIn() == SignInResult(isSignedIn: true, nextStep: .done))
        #expect(auth.state.user?.username == "ann")
    }

    @Test func whoWasNotConfirmedIsAskedFirst() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let error = try await failure { try await auth.autoSignIn() }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .noAutoSignIn)
    }

    @Test func aSecondFactorWaitsForItsAnswer() async throws {
        let pool = try await UserPool(mfa: .on(.totp))
        let auth = try pool.client()
        let heard = Task { await auth.events.first { $0 == .autoSignInChallenged } }
        try await auth.signUp(
            username: "ann",
            password: UserPool.password,
            options: SignUpOptions(userAttributes: address, autoSignIn: AutoSignInOptions())
        )
        try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        #expect(await heard.value != nil)
        guard case .continueSignInWithTOTPSetup = auth.pendingSignIn?.step else {
            throw Unexpected("\(auth.pendingSignIn as Any)")
        }
    }

    @Test func anAbandonedOneDoesNotCome() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let options = SignUpOptions(userAttributes: address, autoSignIn: AutoSignInOptions())
        try await auth.signUp(username: "ann", password: UserPool.password, options: options)
        auth.cancelSignIn()
        let confirmed = try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        #expect(confirmed.nextStep == .done)
        #expect(auth.state == .signedOut)
    }
}
