import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Calls that must end in time, whatever the service does. Its answers come an hour late here, if a story says so; faults
/// are a whole server's, so each test has its own.
@Suite struct DeadlinesStory {
    @Test func aCallEndsInTimeAndTheSessionIsWhatItWas() async throws {
        let (server, auth) = try await signedIn()
        try await server.faults.set("*", .delay(seconds: 3600))
        let quick = auth.withTimeout(1)
        let (error, waited) = try await timed { try await failure { try await quick.fetchUserAttributes() } }
        guard case .network(let info) = error else { throw error }
        #expect(info.code == "timeout")
        #expect(info.isRetryable)
        #expect((0.5..<4).contains(waited))

        let session = try await quick.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        guard case .stale(_, .network(let reason)) = session.tokenOutcome else { throw Unexpected("\(session)") }
        #expect(reason.code == "timeout")
        #expect(auth.state.user?.username == "ann")

        try await server.faults.clearAll()
        #expect(try await !quick.withTimeout(30).fetchUserAttributes().isEmpty)
    }

    @Test func signingOutIntoABlackHoleTakesFiveSecondsAndSaysWhatTheServiceWasNotTold() async throws {
        let (server, auth) = try await signedIn()
        try await server.faults.set("*", .delay(seconds: 3600))
        let (result, waited) = await timed { await auth.signOut() }
        #expect(!result.isComplete)
        #expect(result.revokeTokenError?.code == "timeout")
        #expect(result.storageError == nil)
        #expect((3..<9).contains(waited))
        #expect(auth.state == .signedOut)
    }

    @Test func aSignOutCanHaveLessTime() async throws {
        let (server, auth) = try await signedIn()
        try await server.faults.set("*", .delay(seconds: 3600))
        let options = SignOutOptions(global: true)
        let (result, waited) = await timed { await auth.withTimeout(1).signOut(options: options) }
        #expect(result.globalSignOutError?.code == "timeout")
        #expect(waited < 4)
        #expect(auth.state == .signedOut)
    }

    @Test func clientsThatDifferInTheirTimeoutHaveEverythingElseInCommon() async throws {
        let (_, auth) = try await signedIn()
        let other = auth.withTimeout(20)
        var events = other.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: auth.state))
        #expect(other.accounts == auth.accounts)
        #expect(try await other.fetchAuthSession().tokens == auth.fetchAuthSession().tokens)
        await auth.signOut()
        #expect(await events.next()?.hubName == "signOut")
        #expect(other.state == .signedOut)
        other.close()
        #expect(try await failure { try await auth.load() }.code == "client_closed")
    }

    @Test(arguments: [TimeInterval.infinity, 1e12])
    func aTimeoutThatIsTooLongIsTheLongest(seconds: TimeInterval) async throws {
        let (_, auth) = try await signedIn()
        #expect(try await !auth.withTimeout(seconds).fetchUserAttributes().isEmpty)
    }

    @Test(arguments: [0, -1, -TimeInterval.infinity, .nan])
    func aTimeoutThatIsTooShortIsTheShortest(seconds: TimeInterval) async throws {
        let (_, auth) = try await signedIn()
        let error = try await failure { try await auth.withTimeout(seconds).fetchUserAttributes() }
        #expect(error.code == "timeout")
    }

    private func signedIn() async throws -> (LocalPool, AuthClient) {
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
        return (server, auth)
    }

    /// What a call gives, and after how many seconds.
    private func timed<Value>(_ call: () async throws -> Value) async rethrows -> (Value, TimeInterval) {
        let begun = ProcessInfo.processInfo.systemUptime
        let value = try await call()
        return (value, ProcessInfo.processInfo.systemUptime - begun)
    }
}
