import LocalPoolProcess
import Portcullis
import Testing

/// What an app's tests have the service do: lose an answer, end a session, be hours later. Faults and the clock are a
/// whole server's, so each test has its own.
@Suite struct MisbehavingServiceStory {
    private static let refresh = "GetTokensFromRefreshToken"
    private static let forced = FetchSessionOptions(forceRefresh: true)

    @Test func aRefreshWhoseAnswerIsLostIsMadeUpFor() async throws {
        let (server, auth) = try await signedIn()
        let old = try await auth.fetchAuthSession().tokens.accessToken
        try await server.faults.queue(Self.refresh, .dropAfterCommit)

        // The service has rotated the token; it is asked again with the old one, which it takes in its grace period.
        #expect(try await auth.fetchAuthSession(options: Self.forced).tokens.accessToken != old)
        #expect(try await server.control.requests()[Self.refresh] == 2)
        #expect(auth.state.user?.username == "ann")
    }

    @Test func aBusyServiceSignsNobodyOut() async throws {
        let (server, auth) = try await signedIn()
        try await server.faults.set(Self.refresh, .answer(status: 503, body: "<html>busy</html>"))
        #expect(try await auth.fetchAuthSession(options: Self.forced).isSignedIn)
        try await server.faults.clearAll()
        #expect(try await auth.fetchAuthSession(options: Self.forced).tokens.idToken != nil)
    }

    @Test func aSessionThatWasRevokedAtTheServiceIsOver() async throws {
        let (server, auth) = try await signedIn()
        try await server.users.revokeTokens("ann")
        let session = try await auth.fetchAuthSession(options: Self.forced)
        guard case .unavailable(.sessionExpired) = session.tokensOutcome else { throw Unexpected("\(session)") }
        guard case .sessionExpired(let user, _) = auth.state else { throw Unexpected("\(auth.state)") }
        #expect(user.username == "ann")
    }

    @Test func hoursLaterTokensAreRenewed() async throws {
        let (server, auth) = try await signedIn()
        let old = try await auth.fetchAuthSession().tokens
        try await server.clock.advance(by: 2 * 3600)
        // The service says that the token has expired; the call is made once more with a new one.
        _ = try await auth.fetchUserAttributes()
        let new = try await auth.fetchAuthSession().tokens
        #expect(new.accessToken != old.accessToken)
        #expect(new.expiresAt > old.expiresAt)
        #expect(try await server.control.requests()[Self.refresh] == 1)
    }

    private func signedIn() async throws -> (LocalPool, AuthClient) {
        let server = try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Faulty"

            [[pools.clients]]
            id = "rotating"
            rotation_grace_seconds = 60
            """)
        let pool = UserPool(server: server, id: "eu-west-1_Faulty", clientId: "rotating")
        try await pool.users.create("ann", password: UserPool.password)
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (server, auth)
    }
}
