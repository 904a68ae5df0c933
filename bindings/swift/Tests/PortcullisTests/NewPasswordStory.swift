import Foundation
import Portcullis
import Testing

/// The first sign-in with a password that an administrator gave.
@Suite struct NewPasswordStory {
    @Test(arguments: [AuthFlow.userSRP, .userPassword])
    func aNewPasswordAndWhatWasMissing(flow: AuthFlow) async throws {
        let temporary = "Temporary-Horse-9"
        let pool = try await UserPool(settings: ["Schema": [["Name": "given_name", "Required": true] as [String: any Sendable]]])
        _ = try await pool.server.call("AdminCreateUser", [
            "UserPoolId": pool.id, "Username": "ann", "TemporaryPassword": temporary, "MessageAction": "SUPPRESS",
            "UserAttributes": [["Name": "email", "Value": "ann@example.org"]],
        ])
        let auth = try pool.client()
        let result = try await auth.signIn(
            username: "ann", password: temporary, options: SignInOptions(authFlow: flow))
        guard case .confirmSignInWithNewPassword(let parameters, let missing) = result.nextStep else {
            throw Unexpected("\(result)")
        }
        #expect(missing == ["given_name"])
        #expect(parameters["userAttributes"]?.contains("ann@example.org") == true)

        // Too weak, and without the attribute: both can be made good.
        let named = ConfirmSignInOptions(userAttributes: [UserAttribute(name: "given_name", value: "Ann")])
        let weak = try await failure { try await auth.confirmSignIn(challengeResponse: "weak", options: named) }
        guard case .invalidPassword = weak else { throw weak }
        let without = try await failure { try await auth.confirmSignIn(challengeResponse: UserPool.password) }
        #expect(without.code == .invalidParameter)
        #expect(try await auth.confirmSignIn(challengeResponse: UserPool.password, options: named).isSignedIn)
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
        #expect(try await auth.fetchAuthSession().tokens.idToken?.claims().text("given_name") == "Ann")
    }
}
