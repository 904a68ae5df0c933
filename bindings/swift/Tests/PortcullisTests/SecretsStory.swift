import Foundation
import Portcullis
import Testing

/// Whatever a sign-in gives prints nothing secret; `PrintingTests` try every type.
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
            + ["canary@example.com", UserPool.password, try #require(session.user).userId]
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

    @Test func theClientSecretNeverPrints() throws {
        let configuration = try AuthConfiguration(
            userPoolId: "eu-west-1_AbCdEfGh1", clientId: "client", clientSecret: "canary-secret")
        for text in ["\(configuration)", String(reflecting: configuration), dumped(configuration)] {
            #expect(!text.contains("canary"), "\(text)")
        }
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
