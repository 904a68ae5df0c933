import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Shows nothing, and does what a test says.
private struct Person: WebUIPresenter {
    let act: @Sendable (WebUIRequest) async throws -> String

    func present(_ request: WebUIRequest) async throws -> String { try await act(request) }
}

/// A user pool with hosted pages, and a person who fills them in.
private struct Pages {
    static let back = "myapp://signed-in/"
    static let out = "myapp://signed-out/"

    let pool: UserPool
    let auth: AuthClient

    init() async throws {
        pool = try await UserPool(client: [
            "CallbackURLs": [Self.back],
            "LogoutURLs": [Self.out],
            "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "aws.cognito.signin.user.admin"],
            "AllowedOAuthFlowsUserPoolClient": true,
            "SupportedIdentityProviders": ["COGNITO"],
        ])
        try await pool.add("ann")
        auth = try AuthClient(
            configuration: AuthConfiguration(
                userPoolId: pool.id,
                clientId: pool.clientId,
                endpoint: pool.server.endpoint,
                hostedUIDomain: pool.server.endpoint.absoluteString,
                signInRedirectURIs: [Self.back],
                signOutRedirectURIs: [Self.out],
                totalTimeout: 120
            ),
            storage: .memory
        )
    }

    /// Signs in on the page as that user.
    func person(_ name: String) -> Person {
        Person { [server = pool.server] in
            try await server.callback(of: $0.url, username: name, password: UserPool.password)
        }
    }
}

/// Signing in and out on the pool's hosted pages.
@Suite struct WebUIStory {
    @Test func annSignsInOnTheHostedPagesAndIsSignedOutOfTheBrowserToo() async throws {
        let pages = try await Pages()
        let auth = pages.auth
        var options = WebUISignInOptions()
        options.provider = .cognito
        options.customState = "cart 7"
        let events = auth.events
        #expect(try await auth.signInWithWebUI(presenter: pages.person("ann"), options: options).isSignedIn)
        #expect(try await auth.getCurrentUser().username == "ann")
        for await event in events {
            if case .customState(let customState) = event {
                #expect(customState == "cart 7")
                break
            }
        }
        let result = await auth.signOutWithWebUI(presenter: Person { request in
            guard request.redirectURI == Pages.out, request.url.contains("/logout?client_id=") else {
                throw WebUIPresentationError.failed
            }
            return Pages.out
        })
        #expect(result.result.isComplete && result.result.webUISession && result.webUIError == nil)
        #expect(auth.state == .signedOut)
    }

    @Test func aClosedBrowserIsToldAndItsLateReturnStillCounts() async throws {
        let pages = try await Pages()
        let auth = pages.auth
        let closed = try await failure {
            _ = try await auth.signInWithWebUI(presenter: Person { _ in throw WebUIPresentationError.cancelled })
        }
        #expect(closed.code == .webUICancelled)
        let request = try await auth.beginWebUISignIn()
        auth.cancelWebUISignIn()
        let late = try await pages.person("ann").present(request)
        #expect(try await auth.completeWebUISignIn(callbackURL: late).isSignedIn)
        #expect(try await auth.completeWebUISignIn(callbackURL: late).isSignedIn, "twice is once")
    }

    @Test func aBrowserThatFailsAndAForeignCallback() async throws {
        struct NoBrowser: Error {}
        let pages = try await Pages()
        let auth = pages.auth
        let broken = Person { _ in throw NoBrowser() }
        let failed = try await failure { _ = try await auth.signInWithWebUI(presenter: broken) }
        #expect(failed.code == .webUIFailed)
        let foreign = try await failure {
            _ = try await auth.signInWithWebUI(presenter: Person { _ in "\(Pages.back)?code=a&state=b" })
        }
        #expect(foreign.code == .noWebUISignIn)
        try await auth.signInWithWebUI(presenter: pages.person("ann"))
        let result = await auth.signOutWithWebUI(presenter: broken)
        #expect(result.result.isComplete && result.webUIError?.code == .webUIFailed)
    }

    @Test func aCancelledTaskIsCancelledAndAnotherSignInIsNotDisturbed() async throws {
        let pages = try await Pages()
        let auth = pages.auth
        let (shown, tell) = AsyncStream<Void>.makeStream()
        let waiting = Task {
            try await auth.signInWithWebUI(presenter: Person { _ in
                tell.yield()
                try await Task.sleep(nanoseconds: 60_000_000_000)
                return ""
            })
        }
        for await _ in shown { break }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(try await auth.signInWithWebUI(presenter: pages.person("ann")).isSignedIn)
    }

    @Test func withoutHostedPagesThereIsNothingToSignInOn() async throws {
        let auth = try await UserPool().client()
        #expect(auth.configuration.hostedUI == nil)
        let missing = try await failure { _ = try await auth.beginWebUISignIn() }
        #expect(missing.code == .configurationInvalid)
        #expect(await auth.signOut().webUISession == false)
    }
}
