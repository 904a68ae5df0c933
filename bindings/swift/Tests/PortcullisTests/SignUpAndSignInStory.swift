import Foundation
import Portcullis
import Testing

/// A person makes an account, signs in, stays signed in, signs out.
@Suite struct SignUpAndSignInStory {
    @Test func signUpConfirmSignInRefreshSignOut() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()

        let signUp = try await auth.signUp(
            username: "ann",
            password: UserPool.password,
            options: SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "ann@example.com")])
        )
        #expect(!signUp.isSignUpComplete)
        guard case .confirmUser(let delivery, let userId) = signUp.nextStep else {
            throw Unexpected("\(signUp.nextStep)")
        }
        #expect(delivery?.medium == .email)
        #expect(delivery?.attributeName == "email")
        #expect(delivery?.destination?.contains("ann@example.com") == false)

        let confirmed = try await auth.confirmSignUp(
            for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        #expect(confirmed.isSignUpComplete)
        #expect(confirmed.nextStep == .done)

        let signIn = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(signIn == SignInResult(isSignedIn: true, nextStep: .done))
        let user = try await auth.getCurrentUser()
        #expect(user.username == "ann")
        #expect(user.userId == userId)
        #expect(auth.state == .signedIn(user: user))
        #expect(auth.state.user == user)
        #expect(auth.pendingSignIn == nil)

        let session = try await auth.fetchAuthSession()
        #expect(session.isSignedIn)
        #expect(session.user == user)
        let tokens = try session.tokens
        #expect(tokens.expiresAt > Date())
        let claims = try #require(try tokens.idToken?.claims())
        #expect(claims.subject == userId)
        #expect(claims.username == "ann")
        #expect(claims.tokenUse == "id")
        #expect(claims.clientId == pool.clientId)
        #expect(claims.email == "ann@example.com")
        #expect(claims.text("email") == "ann@example.com")
        #expect(claims["email_verified"] == .flag(value: true))
        let signedInAt = try #require(claims.authenticatedAt)
        #expect(claims["auth_time"] == .integer(value: Int64(signedInAt.timeIntervalSince1970)))
        #expect(try tokens.accessToken.claims().scopes == ["aws.cognito.signin.user.admin"])

        let again = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(try again.tokens.accessToken != tokens.accessToken)
        #expect(try again.tokens.accessToken.claims().authenticatedAt == claims.authenticatedAt)
        #expect(try await auth.fetchAuthSession() == again)

        let signOut = await auth.signOut()
        #expect(signOut.isComplete)
        #expect(auth.state == .signedOut)
        let signedOut = try await auth.fetchAuthSession()
        #expect(!signedOut.isSignedIn)
        guard case .unavailable(.notSignedIn) = signedOut.tokensOutcome else {
            throw Unexpected("\(signedOut)")
        }
    }

    @Test func aCodeCanBeSentAgain() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "ben@example.com")])
        try await auth.signUp(username: "ben", password: UserPool.password, options: options)
        let delivery = try await auth.resendSignUpCode(for: "ben")
        #expect(delivery.medium == .email)
        let code = try await pool.code(sentTo: "ben", kind: "resend")
        #expect(try await auth.confirmSignUp(for: "ben", confirmationCode: code).isSignUpComplete)
    }

    @Test func anUnconfirmedUserIsTheNextStep() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "cy@example.com")])
        try await auth.signUp(username: "cy", password: UserPool.password, options: options)

        let result = try await auth.signIn(username: "cy", password: UserPool.password)
        #expect(result == SignInResult(isSignedIn: false, nextStep: .confirmSignUp))
        #expect(auth.state == .signedOut)

        try await auth.confirmSignUp(for: "cy", confirmationCode: pool.code(sentTo: "cy"))
        #expect(try await auth.signIn(username: "cy", password: UserPool.password).isSignedIn)
    }

    @Test(arguments: [AuthFlow.userSRP, .userPassword])
    func bothPasswordFlowsWork(flow: AuthFlow) async throws {
        let pool = try await UserPool()
        try await pool.add("dee")
        let auth = try pool.client()
        let options = SignInOptions(authFlow: flow)
        #expect(try await auth.signIn(username: "dee", password: UserPool.password, options: options).isSignedIn)
    }

    @Test func anAppClientMayHaveASecret() async throws {
        let pool = try await UserPool(client: ["GenerateSecret": true])
        #expect(pool.clientSecret != nil)
        try await pool.add("eve")
        let auth = try pool.client()
        #expect(try await auth.signIn(username: "eve", password: UserPool.password).isSignedIn)
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(try session.tokens.idToken != nil)
    }

    @Test func signingInAsSomebodyElseReplacesTheSession() async throws {
        let pool = try await UserPool()
        try await pool.add("fay")
        try await pool.add("gus")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "fay", password: UserPool.password)
        _ = try await auth.signIn(username: "gus", password: UserPool.password)
        #expect(auth.state.user?.username == "gus")
        #expect(try await auth.fetchAuthSession().tokens.idToken?.claims().username == "gus")
    }

    @Test func signingOutEverywhereEndsTheOtherDevicesSession() async throws {
        let pool = try await UserPool()
        try await pool.add("hal")
        let (phone, tablet) = (try pool.client(), try pool.client())
        for device in [phone, tablet] {
            _ = try await device.signIn(username: "hal", password: UserPool.password)
        }
        #expect(await phone.signOut(options: SignOutOptions(global: true)).isComplete)

        let session = try await tablet.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        guard case .unavailable(.sessionExpired(let info)) = session.tokensOutcome else {
            throw Unexpected("\(session)")
        }
        #expect(info.is(.sessionExpired))
        guard case .sessionExpired(let user, _) = tablet.state else { throw Unexpected("\(tablet.state)") }
        #expect(user.username == "hal")
        // No sign-out is needed before.
        #expect(try await tablet.signIn(username: "hal", password: UserPool.password).isSignedIn)
    }

    @Test func signingOutOfflineSignsOutHereAndSaysWhatIsLeft() async throws {
        let pool = try await UserPool()
        try await pool.add("ida")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ida", password: UserPool.password)
        relay.stop()

        let result = await auth.signOut()
        #expect(!result.isComplete)
        #expect(result.revokeTokenError?.code == "network")
        #expect(result.storageError == nil)
        #expect(auth.state == .signedOut)
    }
}
