import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Calls that must end in time, whatever the service does. Its answers come an hour late here, if a story says so; faults
/// are a whole server's, so each test has its own. Without its deadline a call would take two minutes; the other tests run
/// at the same time, hence the generous bounds.
@Suite struct DeadlinesStory {
    @Test func aCallEndsInTimeAndTheSessionIsWhatItWas() async throws {
        let (pool, auth) = try await signedIn()
        let faults = pool.server.faults
        try await faults.set("*", .delay(seconds: 3600))
        let (error, waited) = try await timed {
            try await failure { try await auth.withTimeout(1).fetchUserAttributes() }
        }
        guard case .network(let info) = error else { throw error }
        #expect(info.is(.timeout))
        #expect(info.isRetryable)
        #expect((0.5..<20).contains(waited))

        let forced = FetchSessionOptions(forceRefresh: true)
        let session = try await auth.withTimeout(5).fetchAuthSession(options: forced)
        guard case .stale(_, .network(let reason)) = session.tokensOutcome else { throw Unexpected("\(session)") }
        #expect(reason.is(.timeout))
        #expect(auth.state.user?.username == "ann")

        try await faults.clearAll()
        #expect(try await !auth.withTimeout(5).withTimeout(60).fetchUserAttributes().isEmpty)
    }

    @Test func signingOutIntoABlackHoleTakesFiveSecondsAndSaysWhatTheServiceWasNotTold() async throws {
        let (pool, auth) = try await signedIn()
        try await pool.server.faults.set("*", .delay(seconds: 3600))
        let (result, waited) = await timed { await auth.signOut() }
        #expect(!result.isComplete)
        #expect(result.revokeTokenError?.code == "timeout")
        #expect(result.storageError == nil)
        #expect((3..<20).contains(waited))
        #expect(auth.state == .signedOut)
        withExtendedLifetime(pool) {}
    }

    @Test func clientsThatDifferInTheirTimeoutHaveEverythingElseInCommon() async throws {
        let (pool, auth) = try await signedIn()
        let other = auth.withTimeout(20)
        var events = other.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: auth.state))
        #expect(other.accounts == auth.accounts)
        #expect(try await other.fetchAuthSession().tokens == auth.fetchAuthSession().tokens)
        await auth.signOut()
        #expect(await events.next()?.hubName == "signOut")
        #expect(other.state == .signedOut)
        other.close()
        #expect(try await failure { try await auth.load() }.code == .clientClosed)
        #expect(try await pool.server.control.requests()["RevokeToken"] == 1)
    }

    @Test func aTimeoutThatIsNoneIsTheNearestOneThereIs() async throws {
        let (pool, auth) = try await signedIn()
        for seconds in [TimeInterval.infinity, 1e12] {
            #expect(try await !auth.withTimeout(seconds).fetchUserAttributes().isEmpty)
        }
        try await pool.server.faults.set("GetUser", .delay(seconds: 3600)) // a machine may answer within a millisecond
        for seconds in [0, -1, -TimeInterval.infinity, .nan] {
            let error = try await failure { try await auth.withTimeout(seconds).fetchUserAttributes() }
            #expect(error.code == .timeout)
        }
        withExtendedLifetime(pool) {}
    }

    private func signedIn() async throws -> (UserPool, AuthClient) {
        let server = try LocalPool(configuration: """
            [[pools]]
            id = "eu-west-1_Slow"

            [[pools.clients]]
            id = "slow"
            """)
        let pool = UserPool(server: server, id: "eu-west-1_Slow", clientId: "slow")
        try await pool.users.create("ann", password: UserPool.password, attributes: ["email": "ann@example.com"])
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (pool, auth)
    }

    /// What a call gives, and after how many seconds.
    private func timed<Value>(_ call: () async throws -> Value) async rethrows -> (Value, TimeInterval) {
        let begun = ProcessInfo.processInfo.systemUptime
        let value = try await call()
        return (value, ProcessInfo.processInfo.systemUptime - begun)
    }
}
