import Foundation
import Portcullis
import Testing

/// The user chooses how to sign in.
@Suite struct UserAuthStory {
    @Test func theServiceOffersWhatTheUserHas() async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        let result = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        guard case .continueSignInWithFirstFactorSelection(let factors) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(Set(factors) == [.password, .passwordSRP, .emailOTP, .smsOTP])
        let notOffered = try await failure {
            try await auth.confirmSignIn(challengeResponse: FirstFactor.webAuthn.challengeResponse)
        }
        guard case .validation = notOffered else { throw notOffered }
        #expect(auth.pendingSignIn?.step == result.nextStep)
    }

    @Test(arguments: [FirstFactor.password, .passwordSRP])
    func choosingThePassword(factor: FirstFactor) async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        let chosen = try await auth.confirmSignIn(challengeResponse: factor.challengeResponse)
        #expect(chosen.nextStep == .confirmSignInWithPassword)
        #expect(try await auth.confirmSignIn(challengeResponse: UserPool.password).isSignedIn)
    }

    @Test(arguments: [(FirstFactor.emailOTP, "email"), (.smsOTP, "sms")])
    func choosingACode(factor: FirstFactor, kind: String) async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        let chosen = try await auth.confirmSignIn(challengeResponse: factor.challengeResponse)
        guard case .confirmSignInWithOTP(let delivery) = chosen.nextStep else { throw Unexpected("\(chosen)") }
        #expect(delivery.medium == (factor == .smsOTP ? .sms : .email))
        let code = try await pool.code(sentTo: "ann", kind: kind)
        for _ in 1...2 {
            let error = try await failure { try await auth.confirmSignIn(challengeResponse: wrong(code)) }
            guard case .codeMismatch = error else { throw error }
        }
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)
    }

    @Test(arguments: [FirstFactor.password, .passwordSRP])
    func thePreferredPasswordIsNotAskedForAgain(factor: FirstFactor) async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        let options = SignInOptions(authFlow: .userAuth(preferredFirstFactor: factor))
        let error = try await failure {
            try await auth.signIn(username: "ann", password: "Wrong-Horse-9", options: options)
        }
        #expect(error.code == .incorrectUsernameOrPassword)
        #expect(try await auth.signIn(username: "ann", password: UserPool.password, options: options).isSignedIn)
    }

    @Test func aPreferredCodeComesAtOnceAndCanBeSentAgain() async throws {
        let pool = try await poolWithAnn()
        let auth = try AuthClient(
            configuration: pool.configuration(authFlow: .userAuth(preferredFirstFactor: .emailOTP)), storage: .memory)
        let result = try await auth.signIn(username: "ann")
        guard case .confirmSignInWithOTP(let delivery) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(delivery.medium == .email)

        let first = try await pool.code(sentTo: "ann", kind: "email")
        let again = try await auth.resendSignInCode()
        guard case .confirmSignInWithOTP = again.nextStep else { throw Unexpected("\(again)") }
        let second = try await pool.code(sentTo: "ann", kind: "email")
        if first != second {
            let old = try await failure { try await auth.confirmSignIn(challengeResponse: first) }
            guard case .codeMismatch = old else { throw old }
        }
        #expect(try await auth.confirmSignIn(challengeResponse: second).isSignedIn)
    }

    @Test func whatTheUserDoesNotHaveIsNotTakenForIt() async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        let options = SignInOptions(authFlow: .userAuth(preferredFirstFactor: .webAuthn))
        let result = try await auth.signIn(username: "ann", options: options)
        guard case .continueSignInWithFirstFactorSelection(let factors) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(!factors.contains(.webAuthn))
    }

    @Test func theServicesNamesAreKnown() {
        let all: [FirstFactor] = [.password, .passwordSRP, .emailOTP, .smsOTP, .webAuthn, .other(name: "PALM_PRINT")]
        #expect(all.map(\.challengeResponse) == [
            "PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PALM_PRINT",
        ])
        #expect(all.map(\.challengeResponse).map(FirstFactor.init(name:)) == all)
    }

    private func poolWithAnn() async throws -> UserPool {
        let factors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]
        let pool = try await UserPool(settings: [
            "Policies": ["SignInPolicy": ["AllowedFirstAuthFactors": factors]],
        ])
        try await pool.add("ann", attributes: [
            "email_verified": "true", "phone_number": "+15551234567", "phone_number_verified": "true",
        ])
        return pool
    }
}
