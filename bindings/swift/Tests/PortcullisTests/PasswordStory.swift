import Foundation
import Portcullis
import Testing

/// A forgotten password is replaced, a known one changed.
@Suite struct PasswordStory {
    private let new = "Better-Horse-10"

    @Test func aForgottenPasswordIsReplacedWithACode() async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        let events = auth.events
        let result = try await auth.resetPassword(for: "ann")
        #expect(!result.isPasswordReset)
        guard case .confirmResetPasswordWithCode(let delivery) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(delivery.medium == .email)

        let code = try await pool.code(sentTo: "ann", kind: "forgot")
        for _ in 1...2 {
            let error = try await failure {
                try await auth.confirmResetPassword(for: "ann", newPassword: new, confirmationCode: wrong(code))
            }
            guard case .codeMismatch = error else { throw error }
        }
        let weak = try await failure {
            try await auth.confirmResetPassword(for: "ann", newPassword: "weak", confirmationCode: code)
        }
        guard case .invalidPassword = weak else { throw weak }
        try await auth.confirmResetPassword(for: "ann", newPassword: new, confirmationCode: code)
        #expect(auth.state == .signedOut)
        let used = try await failure {
            try await auth.confirmResetPassword(for: "ann", newPassword: new, confirmationCode: code)
        }
        guard case .codeExpired = used else { throw used }

        _ = try await failure { try await auth.signIn(username: "ann", password: UserPool.password) }
        #expect(try await auth.signIn(username: "ann", password: new).isSignedIn)
        auth.close()
        let names = await events.reduce(into: []) { $0.append($1.hubName) }
        #expect(names.filter { $0 == "forgotPasswordSubmit_failure" }.count == 4)
        #expect(names.filter { ["forgotPassword", "forgotPasswordSubmit"].contains($0) } == [
            "forgotPassword", "forgotPasswordSubmit",
        ])
    }

    @Test func whatAnAdministratorResetsIsANextStep() async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        _ = try await pool.server.call("AdminResetUserPassword", ["UserPoolId": pool.id, "Username": "ann"])
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(result == SignInResult(isSignedIn: false, nextStep: .resetPassword))
        let code = try await pool.code(sentTo: "ann", kind: "forgot")
        try await auth.confirmResetPassword(for: "ann", newPassword: new, confirmationCode: code)
        #expect(try await auth.signIn(username: "ann", password: new).isSignedIn)
    }

    @Test func whoIsNotThereGetsNoCode() async throws {
        let auth = try await UserPool().client()
        let error = try await failure { try await auth.resetPassword(for: "nobody") }
        guard case .userNotFound = error else { throw error }
        let empty = try await failure { try await auth.resetPassword(for: "") }
        guard case .validation = empty else { throw empty }
    }

    @Test func aKnownPasswordIsChanged() async throws {
        let pool = try await poolWithAnn()
        let auth = try pool.client()
        let signedOut = try await failure {
            try await auth.updatePassword(oldPassword: UserPool.password, newPassword: new)
        }
        guard case .notSignedIn = signedOut else { throw signedOut }

        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let error = try await failure {
            try await auth.updatePassword(oldPassword: "Wrong-Horse-9", newPassword: new)
        }
        guard case .notAuthorized = error else { throw error }
        let weak = try await failure {
            try await auth.updatePassword(oldPassword: UserPool.password, newPassword: "weak")
        }
        guard case .invalidPassword = weak else { throw weak }
        try await auth.updatePassword(oldPassword: UserPool.password, newPassword: new)
        #expect(auth.state.user?.username == "ann")
        await auth.signOut()
        #expect(try await auth.signIn(username: "ann", password: new).isSignedIn)
    }

    private func poolWithAnn() async throws -> UserPool {
        let pool = try await UserPool()
        try await pool.add("ann", attributes: ["email_verified": "true"])
        return pool
    }
}
