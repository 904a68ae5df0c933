import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Tokens for the app's own requests.
@Suite struct FreshTokensStory {
    private static let refresh = "GetTokensFromRefreshToken"

    @Test func tokensThatDoNotLastAsLongAsAnUploadAreRenewedBeforeIt() async throws {
        let (pool, auth) = try await signedIn(tokenSeconds: 20)
        let first = try await auth.fetchAuthSession().tokens.accessToken
        try await Task.sleep(nanoseconds: 5_000_000_000)
        #expect(try await auth.fetchAuthSession().tokens.accessToken == first)
        let upload = FetchSessionOptions(minimumValidity: 600)
        #expect(try await auth.fetchAuthSession(options: upload).tokens.accessToken != first)
        // No token lives for ten minutes here, which costs no request a call.
        for _ in 0..<5 { _ = try await auth.fetchAuthSession(options: upload).tokens }
        #expect(try await pool.server.control.requests()[Self.refresh] == 1)
    }

    @Test func tokensThatCouldNotBeRenewedForAnUploadComeWithTheReason() async throws {
        let (pool, auth) = try await signedIn(tokenSeconds: 20)
        try await Task.sleep(nanoseconds: 5_000_000_000)
        try await pool.server.faults.set(Self.refresh, .reset)
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(minimumValidity: 600))
        guard case .stale(_, .network(let info)) = session.tokensOutcome else { throw Unexpected("\(session)") }
        #expect(info.code == "network")
        #expect(session.isSignedIn)
        guard case .available = try await auth.fetchAuthSession().tokensOutcome else { throw Unexpected("they work") }
    }

    @Test func theAppIsAskedForTheMetadataOfARefreshThatNobodyGaveAnyFor() async throws {
        let (pool, auth) = try await signedIn()
        let asked = Counter()
        auth.setRefreshMetadataProvider {
            asked.increment()
            return ["tenant": "a"]
        }
        let forced = FetchSessionOptions(forceRefresh: true)
        _ = try await auth.fetchAuthSession(options: forced).tokens
        #expect(asked.count == 1)
        auth.setRefreshMetadataProvider {
            asked.increment()
            throw Unexpected("the app's fault")
        }
        _ = try await auth.fetchAuthSession(options: forced).tokens
        #expect(asked.count == 2)
        auth.setRefreshMetadataProvider(nil)
        _ = try await auth.fetchAuthSession(options: forced).tokens
        #expect(asked.count == 2)
        #expect(try await pool.server.control.requests()[Self.refresh] == 3)
    }

    @Test func theServiceSaysWhetherTheUserIsStillWelcome() async throws {
        let (pool, auth) = try await signedIn()
        #expect(try await auth.verifySession().username == "ann")

        // Offline ends nothing.
        try await pool.server.faults.set("*", .reset)
        guard case .network = try await failure(of: { try await auth.verifySession() }) else { throw Unexpected("offline") }
        #expect(auth.state.user?.username == "ann")
        try await pool.server.faults.clearAll()

        try await pool.users.disable("ann")
        let error = try await failure { try await auth.verifySession() }
        guard case .sessionExpired(let info) = error else { throw Unexpected("\(error)") }
        // Whoever is disabled is signed out everywhere: the refresh token is what the service speaks of.
        #expect(info.reason == "session_expired")
        guard case .sessionExpired = auth.state else { throw Unexpected("\(auth.state)") }

        await auth.signOut()
        guard case .notSignedIn = try await failure(of: { try await auth.verifySession() }) else {
            throw Unexpected("nobody is signed in")
        }
    }

    /// A server of its own, for its faults, with a pool whose tokens live so long, and ann signed in.
    private func signedIn(tokenSeconds: Int = 3600) async throws -> (UserPool, AuthClient) {
        let server = try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Fresh"

            [[pools.clients]]
            id = "fresh"
            access_token_seconds = \(tokenSeconds)
            id_token_seconds = \(tokenSeconds)
            """)
        let pool = UserPool(server: server, id: "eu-west-1_Fresh", clientId: "fresh")
        try await pool.users.create("ann", password: UserPool.password)
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (pool, auth)
    }
}

private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    var count: Int { lock.withLock { value } }

    func increment() { lock.withLock { value += 1 } }
}
