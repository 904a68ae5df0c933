import Foundation
import LocalPoolProcess
import Portcullis
import Testing
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// Where a person with a real browser waits (`tests/browser/person.mjs`), if one does.
private let person = ProcessInfo.processInfo.environment["PORTCULLIS_PERSON"].flatMap(URL.init(string:))

/// Asks that person in place of `ASWebAuthenticationSession`.
private struct BrowserPresenter: WebUIPresenter {
    let username: String

    func present(_ request: WebUIRequest) async throws -> String {
        var asked = URLRequest(url: try #require(person))
        asked.httpMethod = "POST"
        asked.timeoutInterval = 90
        asked.httpBody = try JSONSerialization.data(withJSONObject: [
            "url": request.url,
            "username": username,
            "password": UserPool.password,
            "redirect": request.redirectURI,
        ])
        let (answer, _) = try await URLSession.shared.data(for: asked)
        let members = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
        return try #require(members?["callback"] as? String, "\(String(decoding: answer, as: UTF8.self))")
    }
}

/// Signing in on the pool's hosted pages in Chromium.
@Suite(.enabled(if: person != nil, "There is no browser: `cargo xtask browser-test` runs this."))
struct BrowserStory {
    private static let back = "myapp://signed-in/"

    private func pool() async throws -> UserPool {
        let pool = try await UserPool(client: [
            "CallbackURLs": [Self.back],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
            "AllowedOAuthFlowsUserPoolClient": true,
            "SupportedIdentityProviders": ["COGNITO"],
        ])
        try await pool.add("ann")
        return pool
    }

    private func client(of pool: UserPool) throws -> AuthClient {
        try AuthClient(
            configuration: AuthConfiguration(
                userPoolId: pool.id,
                clientId: pool.clientId,
                endpoint: pool.server.endpoint,
                hostedUIDomain: pool.server.endpoint.absoluteString,
                signInRedirectURIs: [Self.back],
                totalTimeout: 120
            ),
            storage: .memory
        )
    }

    @Test func annSignsInInABrowserAndHerSessionIsGood() async throws {
        let auth = try client(of: try await pool())
        #expect(try await auth.signInWithWebUI(presenter: BrowserPresenter(username: "ann")).isSignedIn)
        #expect(try await auth.getCurrentUser().username == "ann")
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        guard case .available = session.tokensOutcome else {
            Issue.record("no tokens: \(session.tokensOutcome)")
            return
        }
    }

    @Test func whatTheBrowserBroughtBackToOneClientIsNothingToAnother() async throws {
        let pool = try await pool()
        let (auth, other) = (try client(of: pool), try client(of: pool))
        let callback = try await BrowserPresenter(username: "ann").present(try await auth.beginWebUISignIn())
        let refused = try await failure { _ = try await other.completeWebUISignIn(callbackURL: callback) }
        #expect(refused.code == .noWebUISignIn)
        #expect(try await auth.completeWebUISignIn(callbackURL: callback).isSignedIn)
    }
}
