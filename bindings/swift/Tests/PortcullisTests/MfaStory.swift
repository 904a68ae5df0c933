import Foundation
import Portcullis
import Testing

/// Second factors at sign-in: codes by message, authenticator apps, the choice between them, and setting one up.
@Suite struct MfaStory {
    @Test(arguments: [AuthFlow.userSRP, .userPassword])
    func aCodeByTextMessage(flow: AuthFlow) async throws {
        let pool = try await poolWithAnn(enabling: .sms)
        let auth = try pool.client()
        let result = try await auth.signIn(
            username: "ann", password: UserPool.password, options: SignInOptions(authFlow: flow))
        guard case .confirmSignInWithSMSMFACode(let delivery) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(delivery.medium == .sms)
        #expect(delivery.destination == "+*******4567")

        let right = try await pool.code(sentTo: "ann", kind: "sms")
        try await wrongTwice(auth, right)
        #expect(try await auth.confirmSignIn(challengeResponse: right).isSignedIn)
        #expect(auth.pendingSignIn == nil)
    }

    @Test func aCodeByMail() async throws {
        let pool = try await poolWithAnn(enabling: .email)
        let auth = try pool.client()
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .confirmSignInWithOTP(let delivery) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(delivery.medium == .email)

        let right = try await pool.code(sentTo: "ann", kind: "email")
        try await wrongTwice(auth, right)
        // As a second factor it comes again only with a new sign-in.
        let error = try await failure { try await auth.resendSignInCode() }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .noCodeToResend)
        #expect(try await auth.confirmSignIn(challengeResponse: right).isSignedIn)
    }

    @Test func tooLateIsNotWrong() async throws {
        let pool = try await poolWithAnn(enabling: .sms)
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        relay.refuseNext(
            "RespondToAuthChallenge", with: "NotAuthorizedException", "Invalid session for the user, session is expired.")
        let late = try await failure { try await auth.confirmSignIn(challengeResponse: "123456") }
        guard case .notAuthorized = late else { throw late }
        #expect(late.code == .invalidSession)
        #expect(auth.pendingSignIn == nil)
        let none = try await failure { try await auth.confirmSignIn(challengeResponse: "123456") }
        #expect(none.code == .noSignInInProgress)
    }

    @Test func fetchingAndFailingInBetweenDisturbsNothing() async throws {
        let pool = try await poolWithAnn(enabling: .sms)
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(try await auth.fetchAuthSession().isSignedIn == false)
        _ = try await failure { try await auth.getCurrentUser() }
        let code = try await pool.code(sentTo: "ann", kind: "sms")
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)
    }

    @Test func settingAnAppUpAndBeingAskedForIt() async throws {
        let pool = try await UserPool(mfa: .on(.totp))
        try await pool.add("ann")
        let auth = try pool.client()
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .continueSignInWithTOTPSetup(let details) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(details.username == "ann")
        let address = details.setupURI(appName: "My App")
        #expect(address.hasPrefix("otpauth://totp/My%20App:ann?secret=\(details.sharedSecret)&"))
        #expect(URL(string: address) != nil)
        #expect(details.setupURI(appName: "My App", accountName: "a@b").contains("/My%20App:a%40b?"))

        // Wrong, wrong, right: the same secret all the time.
        let code = try await pool.server.totpCode(secret: details.sharedSecret)
        for _ in 1...2 {
            let error = try await failure { try await auth.confirmSignIn(challengeResponse: wrong(code)) }
            guard case .codeMismatch = error else { throw error }
            #expect(error.code == .totpCodeMismatch)
            #expect(auth.pendingSignIn?.step == result.nextStep)
        }
        let short = try await failure { try await auth.confirmSignIn(challengeResponse: "12") }
        guard case .validation = short else { throw short }
        let options = ConfirmSignInOptions(friendlyDeviceName: "Ann's phone")
        #expect(try await auth.confirmSignIn(challengeResponse: code, options: options).isSignedIn)

        let again = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(again.nextStep == .confirmSignInWithTOTPCode(friendlyDeviceName: "Ann's phone"))
        let mistyped = try await failure { try await auth.confirmSignIn(challengeResponse: wrong(code)) }
        #expect(mistyped.code == .codeMismatch)
        // A code works once.
        let used = try await failure { try await auth.confirmSignIn(challengeResponse: code) }
        guard case .codeExpired = used else { throw used }
        let next = try await nextCode(pool, details.sharedSecret, after: code)
        #expect(try await auth.confirmSignIn(challengeResponse: next).isSignedIn)
    }

    @Test func choosingAmongSeveral() async throws {
        let pool = try await poolWithAnn(enabling: .sms, .email)
        let auth = try pool.client()
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .continueSignInWithMFASelection(let types) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(Set(types) == [.sms, .email])
        let notOffered = try await failure {
            try await auth.confirmSignIn(challengeResponse: MFAType.totp.challengeResponse)
        }
        guard case .validation = notOffered else { throw notOffered }

        let bySMS = try await auth.confirmSignIn(challengeResponse: MFAType.sms.challengeResponse)
        guard case .confirmSignInWithSMSMFACode = bySMS.nextStep else { throw Unexpected("\(bySMS)") }
        let code = try await pool.code(sentTo: "ann", kind: "sms")
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)

        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let byMail = try await auth.confirmSignIn(challengeResponse: MFAType.email.challengeResponse)
        guard case .confirmSignInWithOTP = byMail.nextStep else { throw Unexpected("\(byMail)") }
        let mailed = try await pool.code(sentTo: "ann", kind: "email")
        #expect(try await auth.confirmSignIn(challengeResponse: mailed).isSignedIn)
    }

    @Test func choosingToSetUpAnAddress() async throws {
        let pool = try await poolWithNobodysFactor()
        let auth = try pool.client()
        try await beginToSetUp(auth)
        let notOffered = try await failure {
            try await auth.confirmSignIn(challengeResponse: MFAType.sms.challengeResponse)
        }
        guard case .validation = notOffered else { throw notOffered }
        let chosen = try await auth.confirmSignIn(challengeResponse: MFAType.email.challengeResponse)
        #expect(chosen.nextStep == .continueSignInWithEmailMFASetup)
        let noAddress = try await failure { try await auth.confirmSignIn(challengeResponse: "nobody") }
        guard case .validation = noAddress else { throw noAddress }

        let asked = try await auth.confirmSignIn(challengeResponse: "bob@example.org")
        guard case .confirmSignInWithOTP(let delivery) = asked.nextStep else { throw Unexpected("\(asked)") }
        #expect(delivery.medium == .email)
        let code = try await pool.code(sentTo: "bob@example.org", kind: "email")
        let error = try await failure { try await auth.confirmSignIn(challengeResponse: wrong(code)) }
        guard case .codeMismatch = error else { throw error }
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)
    }

    @Test func choosingToSetUpAnApp() async throws {
        let pool = try await poolWithNobodysFactor()
        let auth = try pool.client()
        try await beginToSetUp(auth)
        let chosen = try await auth.confirmSignIn(challengeResponse: MFAType.totp.challengeResponse)
        guard case .continueSignInWithTOTPSetup(let details) = chosen.nextStep else { throw Unexpected("\(chosen)") }
        let code = try await pool.server.totpCode(secret: details.sharedSecret)
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)
    }

    @Test func theSecretOfAnAppNeverPrints() async throws {
        let pool = try await UserPool(mfa: .on(.totp))
        try await pool.add("ann")
        let auth = try pool.client()
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .continueSignInWithTOTPSetup(let details) = result.nextStep else { throw Unexpected("\(result)") }
        var dumped = ""
        dump(result, to: &dumped)
        for text in ["\(details)", "\(result)", String(reflecting: result), "\(auth.pendingSignIn as Any)", dumped] {
            #expect(!text.contains(details.sharedSecret))
        }
    }

    // MARK: - Whom these are about

    /// Ann has an address, a number, and these second factors.
    private func poolWithAnn(enabling factors: MFAType...) async throws -> UserPool {
        let pool = try await UserPool(mfa: .optional(.sms, .totp, .email))
        try await pool.add("ann", attributes: [
            "email_verified": "true", "phone_number": "+15551234567", "phone_number_verified": "true",
        ])
        try await pool.enable(factors, preferred: factors.count == 1 ? factors[0] : nil, for: "ann")
        return pool
    }

    /// Bob has neither address nor app, in a pool that wants a second factor by app or mail.
    private func poolWithNobodysFactor() async throws -> UserPool {
        let mechanism: [String: any Sendable] = ["Name": "verified_phone_number", "Priority": 1]
        let recovery = ["RecoveryMechanisms": [mechanism]]
        let pool = try await UserPool(settings: ["AccountRecoverySetting": recovery], mfa: .on(.totp, .email))
        _ = try await pool.server.call("AdminCreateUser", [
            "UserPoolId": pool.id, "Username": "bob", "MessageAction": "SUPPRESS",
        ])
        _ = try await pool.server.call("AdminSetUserPassword", [
            "UserPoolId": pool.id, "Username": "bob", "Password": UserPool.password, "Permanent": true,
        ])
        return pool
    }

    private func beginToSetUp(_ auth: AuthClient) async throws {
        let result = try await auth.signIn(username: "bob", password: UserPool.password)
        guard case .continueSignInWithMFASetupSelection(let types) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(Set(types) == [.totp, .email])
    }

    private func wrongTwice(_ auth: AuthClient, _ right: String) async throws {
        for _ in 1...2 {
            let error = try await failure { try await auth.confirmSignIn(challengeResponse: wrong(right)) }
            guard case .codeMismatch = error else { throw error }
            #expect(auth.pendingSignIn != nil)
        }
    }
}
