import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Tokens that expired, and many who want new ones at once.
@Suite struct RefreshStory {
    /// Tokens of this pool live for five seconds and are renewed after four.
    private static let server = Result {
        try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Short"

            [[pools.clients]]
            id = "shortlived"
            access_token_seconds = 5
            id_token_seconds = 5

            [[pools.users]]
            username = "ann"
            password = "\(UserPool.password)"

            [[pools.users]]
            username = "ben"
            password = "\(UserPool.password)"
            """)
    }

    private let pool: UserPool

    init() throws {
        pool = UserPool(server: try Self.server.get(), id: "eu-west-1_Short", clientId: "shortlived")
    }

    @Test func twoHundredTasksHalfOfThemCancelledMakeOneRefresh() async throws {
        let relay = try TinyServer.relay(
            to: pool.server.endpoint, delaying: ["InitiateAuth": 0.5, "GetTokensFromRefreshToken": 0.5])
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens.accessToken
        let before = refreshes(relay)
        try await Task.sleep(nanoseconds: 5_100_000_000)

        let tasks = (0..<200).map { number in
            let task = Task { try await auth.fetchAuthSession() }
            if number.isMultiple(of: 2) { task.cancel() }
            return task
        }
        // Those that wait for the one refresh are given up while it is on its way.
        try await Task.sleep(nanoseconds: 200_000_000)
        for (number, task) in tasks.enumerated() where number % 4 == 1 { task.cancel() }

        var tokens: [Token] = []
        var cancelled = 0
        for task in tasks {
            switch await task.result {
            case .success(let session): tokens.append(try session.tokens.accessToken)
            case .failure(is CancellationError): cancelled += 1
            case .failure(let error): throw error
            }
        }
        #expect(cancelled == 150)
        #expect(tokens.count == 50)
        #expect(Set(tokens.map(\.rawValue)).count == 1)
        #expect(tokens.first != old)
        #expect(refreshes(relay) - before == 1)
        #expect(auth.state.user?.username == "ann")
    }

    @Test func theRefreshOfACancelledTaskIsNotLost() async throws {
        let relay = try TinyServer.relay(
            to: pool.server.endpoint, delaying: ["InitiateAuth": 0.3, "GetTokensFromRefreshToken": 0.3])
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens.accessToken
        let before = refreshes(relay)
        var events = auth.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: auth.state))

        let task = Task { try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true)) }
        try await eventually { refreshes(relay) > before }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }

        guard case .tokensRefreshed(let user) = await events.next() else { throw Unexpected("no refresh") }
        #expect(user.username == "ben")
        #expect(try await auth.fetchAuthSession().tokens.accessToken != old)
        #expect(refreshes(relay) - before == 1)
    }

    @Test func offlineTheOldTokensComeWithTheReason() async throws {
        let relay = try TinyServer.relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let old = try await auth.fetchAuthSession().tokens
        relay.stop()

        try await Task.sleep(nanoseconds: 5_100_000_000)
        let session = try await auth.fetchAuthSession()
        #expect(session.isSignedIn)
        guard case .stale(let tokens, .network(let info)) = session.tokenOutcome else { throw Unexpected("\(session)") }
        #expect(tokens == old)
        #expect(info.code == "network")
        #expect(throws: AuthError.network(info)) { try session.tokens }
        #expect(auth.state.user?.username == "ann")
        #expect(try await auth.getCurrentUser().username == "ann")
    }

    /// Cognito has two operations that renew tokens; sign-in shares one of them.
    private func refreshes(_ relay: TinyServer) -> Int {
        relay.count("InitiateAuth") + relay.count("GetTokensFromRefreshToken")
    }
}
