import Foundation
import Portcullis
import Testing

/// Whatever prints, nothing secret is in it.
@Suite struct SecretsStory {
    @Test func tokensNeverPrint() async throws {
        let pool = try await UserPool()
        try await pool.add("ann", attributes: ["email": "canary@example.com"])
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let session = try await auth.fetchAuthSession()
        let tokens = try session.tokens
        let idToken = try #require(tokens.idToken)
        let claims = try idToken.claims()

        let secrets = [tokens.accessToken.rawValue, idToken.rawValue].flatMap { $0.split(separator: ".") }.map(String.init)
            + ["canary@example.com", UserPool.password]
        let values: [Any] = [session, session.tokensOutcome, tokens, tokens.accessToken, idToken, claims, auth, auth.state]
        for value in values {
            for text in ["\(value)", String(reflecting: value), dumped(value), "\(Optional(value) as Any)"] {
                for secret in secrets {
                    #expect(!text.contains(secret), "\(type(of: value)) shows a secret")
                }
            }
        }
        #expect("\(idToken)" == "Token(redacted)")
        #expect("\(claims)".contains("email"))
    }

    @Test func theClientSecretAndAttributesNeverPrint() throws {
        let configuration = try AuthConfiguration(
            userPoolId: "eu-west-1_AbCdEfGh1", clientId: "client", clientSecret: "canary-secret")
        let attribute = UserAttribute(name: "email", value: "canary@example.com")
        let options = SignUpOptions(userAttributes: [attribute])
        for value in [configuration, attribute, options] as [Any] {
            for text in ["\(value)", String(reflecting: value), dumped(value)] {
                #expect(!text.contains("canary"), "\(text)")
            }
        }
    }

    @Test func metadataAndWhatAStepSaysOfTheUserNeverPrint() {
        let (data, name) = (["key": "canary"], UserAttribute(name: "name", value: "canary"))
        let automatic = AutoSignInOptions(validationData: data, clientMetadata: data)
        let steps: [SignInStep] = [
            .confirmSignInWithCustomChallenge(parameters: data),
            .confirmSignInWithNewPassword(parameters: data, missingAttributes: ["email"]),
            .confirmSignInWithPasskey(request: "canary"),
            .continueSignInWithTOTPSetup(details: TOTPSetupDetails(sharedSecret: "canary", username: "ann")),
        ]
        let values: [Any] = steps + steps.map { SignInResult(isSignedIn: false, nextStep: $0) } + [
            SignInOptions(clientMetadata: data, validationData: data),
            ConfirmSignInOptions(clientMetadata: data, userAttributes: [name], friendlyDeviceName: "canary"),
            SignUpOptions(
                userAttributes: [name], validationData: data, clientMetadata: data, autoSignIn: automatic),
            automatic,
        ]
        for value in values {
            for text in ["\(value)", String(reflecting: value), dumped(value), "\([value])"] {
                #expect(!text.contains("canary"), "\(text)")
            }
        }
        #expect("\(steps[0])" == #"ConfirmSignInWithCustomChallenge { parameters: ["key"] }"#)
        #expect("\(SignInStep.done)" == "Done")
        #expect("\(SignInStep.confirmSignInWithPasskey(request: "canary"))" == "ConfirmSignInWithPasskey")
        #expect("\(SignInOptions(authFlow: .customWithSRP))".contains("CustomWithSrp"))
    }

    @Test func aTextThatIsNoTokenIsNotShownEither() async throws {
        let error = try await failure { try Token(rawValue: "canary").claims() }
        guard case .validation(let info) = error else { throw error }
        #expect(info.field == "token")
        #expect(!"\(error)".contains("canary"))
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
