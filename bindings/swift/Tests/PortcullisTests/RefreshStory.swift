import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Tokens that expired, and many who want new ones at once.
@Suite struct RefreshStory {
    private static let refresh = "GetTokensFromRefreshToken"

    @Test func twoHundredTasksHalfOfThemCancelledMakeOneRefresh() async throws {
        let pool = try await shortLived(seconds: 5)
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens.accessToken
        try await Task.sleep(nanoseconds: 5_000_000_000)
        let before = relay.count(Self.refresh)

        relay.hold(Self.refresh)
        let tasks = (0..<200).map { _ in Task { try await auth.fetchAuthSession() } }
        try await eventually { relay.count(Self.refresh) == before + 1 }
        // Those that are given up stop waiting although the one refresh is still on its way.
        for (number, task) in tasks.enumerated() where number.isMultiple(of: 2) {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        relay.release()

        var tokens: Set<String> = []
        for (number, task) in tasks.enumerated() where !number.isMultiple(of: 2) {
            tokens.insert(try await task.value.tokens.accessToken.rawValue)
        }
        #expect(tokens.count == 1)
        #expect(tokens.first != old.rawValue)
        #expect(relay.count(Self.refresh) == before + 1)
        #expect(auth.state.user?.username == "ann")
    }

    @Test func theRefreshOfACancelledTaskIsNotLost() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens.accessToken
        var events = auth.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: auth.state))

        relay.hold(Self.refresh)
        let task = Task { try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true)) }
        try await eventually { relay.count(Self.refresh) == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        relay.release()

        guard case .tokensRefreshed(let user) = await events.next() else { throw Unexpected("no refresh") }
        #expect(user.username == "ben")
        #expect(try await auth.fetchAuthSession().tokens.accessToken != old)
        #expect(relay.count(Self.refresh) == 1)
    }

    @Test func offlineTheOldTokensComeWithTheReason() async throws {
        let pool = try await shortLived(seconds: 3)
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens
        relay.stop()
        try await Task.sleep(nanoseconds: 3_000_000_000)

        let session = try await auth.fetchAuthSession()
        #expect(session.isSignedIn)
        guard case .stale(let tokens, .network(let info)) = session.tokensOutcome else { throw Unexpected("\(session)") }
        #expect(tokens == old)
        #expect(info.code == "network")
        #expect(throws: AuthError.network(info)) { try session.tokens }
        #expect(auth.state.user?.username == "ann")
        #expect(try await auth.getCurrentUser().username == "ann")
    }

    /// Tokens that really end, after five seconds; they are renewed after four.
    @Test func tokensThatEndAreRenewed() async throws {
        let pool = try await shortLived(seconds: 5)
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens
        try await Task.sleep(nanoseconds: 5_000_000_000)
        let new = try await auth.fetchAuthSession().tokens
        #expect(new.expiresAt > old.expiresAt)
        #expect(new.accessToken != old.accessToken)
    }

    /// A pool whose tokens live shorter than the service's API allows, with ann in it.
    private func shortLived(seconds: Int) async throws -> UserPool {
        let server = try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Short"

            [[pools.clients]]
            id = "shortlived"
            access_token_seconds = \(seconds)
            id_token_seconds = \(seconds)
            """)
        let pool = UserPool(server: server, id: "eu-west-1_Short", clientId: "shortlived")
        try await pool.users.create("ann", password: UserPool.password)
        return pool
    }
}
