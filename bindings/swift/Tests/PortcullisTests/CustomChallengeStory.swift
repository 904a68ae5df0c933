import Foundation
import Portcullis
import Testing

/// Amplify's guide "Sign-in with custom flow", followed by a developer: its handlers in a folder, its calls in Swift.
@Suite struct CustomChallengeStory {
    @Test func aCodeByMailInsteadOfAPassword() async throws {
        let pool = try await UserPool(in: Triggers.oneTimeCode.get())
        let auth = try pool.client()
        let attributes = [UserAttribute(name: "email", value: "ann@example.com")]
        try await auth.signUp(
            username: "ann", password: "Aa1!" + UUID().uuidString, options: SignUpOptions(userAttributes: attributes))
        try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))

        let result = try await auth.signIn(
            username: "ann", options: SignInOptions(authFlow: .customWithoutSRP))
        #expect(!result.isSignedIn)
        guard case .confirmSignInWithCustomChallenge = result.nextStep else { throw Unexpected("\(result)") }
        #expect(auth.pendingSignIn?.step == result.nextStep)
        #expect(auth.state == .signedOut)

        let done = try await auth.confirmSignIn(challengeResponse: printedCode(pool, "ann@example.com"))
        #expect(done == SignInResult(isSignedIn: true, nextStep: .done))
        #expect(auth.pendingSignIn == nil)
        #expect(try await auth.getCurrentUser().username == "ann")
        #expect(try await auth.fetchAuthSession().tokens.idToken?.claims().email == "ann@example.com")
    }

    @Test func aWrongCodeEndsTheSignInAsTheHandlersSay() async throws {
        let pool = try await UserPool(in: Triggers.oneTimeCode.get())
        try await pool.add("ben")
        let auth = try pool.client()
        let options = SignInOptions(authFlow: .customWithoutSRP)
        _ = try await auth.signIn(username: "ben", options: options)
        let code = try printedCode(pool, "ben@example.com")
        let wrong = String(code.map { $0 == "9" ? "0" : "9" })
        let error = try await failure { try await auth.confirmSignIn(challengeResponse: wrong) }
        guard case .notAuthorized = error else { throw error }
        #expect(error.code == .incorrectUsernameOrPassword)
        #expect(auth.pendingSignIn == nil)
        #expect(auth.state == .signedOut)

        _ = try await auth.signIn(username: "ben", options: options)
        #expect(try await auth.confirmSignIn(challengeResponse: printedCode(pool, "ben@example.com")).isSignedIn)
    }

    @Test func aCodeAfterThePassword() async throws {
        let pool = try await UserPool(in: Triggers.oneTimeCodeAfterSRP.get())
        try await pool.add("cy")
        let auth = try AuthClient(configuration: pool.configuration(authFlow: .customWithSRP), storage: .memory)

        let error = try await failure { try await auth.signIn(username: "cy", password: "Wrong-Horse-9") }
        #expect(error.code == .incorrectUsernameOrPassword)

        let result = try await auth.signIn(username: "cy", password: UserPool.password)
        guard case .confirmSignInWithCustomChallenge = result.nextStep else { throw Unexpected("\(result)") }
        let done = try await auth.confirmSignIn(challengeResponse: printedCode(pool, "cy@example.com"))
        #expect(done.isSignedIn)
        #expect(auth.state.user?.username == "cy")
    }

    @Test func aPictureToRead() async throws {
        let pool = try await UserPool(in: Triggers.captcha.get())
        try await pool.add("dee")
        let auth = try pool.client()

        let result = try await auth.signIn(username: "dee", options: SignInOptions(authFlow: .customWithoutSRP))
        guard case .confirmSignInWithCustomChallenge(let parameters) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(parameters["captchaUrl"] == "https://captcha.example.org/1.png")
        #expect(parameters["answer"] == nil)
        #expect(try await auth.confirmSignIn(challengeResponse: "twelve").isSignedIn)
    }

    @Test func aSignInCanBeAbandoned() async throws {
        let pool = try await UserPool(in: Triggers.captcha.get())
        try await pool.add("eve")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "eve", options: SignInOptions(authFlow: .customWithoutSRP))
        let pending = try #require(auth.pendingSignIn)
        #expect(abs(pending.askedAt.timeIntervalSinceNow) < 60)

        auth.cancelSignIn()
        #expect(auth.pendingSignIn == nil)
        let error = try await failure { try await auth.confirmSignIn(challengeResponse: "twelve") }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .noSignInInProgress)
    }

    @Test func aTriggersRefusalIsInTheAppsOwnWords() async throws {
        let pool = try await UserPool(in: Triggers.refusal.get())
        let auth = try pool.client()
        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "fay@example.com")])
        let error = try await failure {
            try await auth.signUp(username: "fay", password: UserPool.password, options: options)
        }
        guard case .lambdaRejected(let info) = error else { throw error }
        #expect(info.text.contains("Only members may sign up."))
        #expect(error.code == .lambdaRejected)
        #expect(!error.isRetryable)
    }

    /// The code that the handler printed where an app's would send a message.
    private func printedCode(_ pool: UserPool, _ email: String) throws -> String {
        let line = try pool.server.printed("code for \(email): ")
        guard let code = line.components(separatedBy: ": ").last else { throw Unexpected(line) }
        return code
    }
}
