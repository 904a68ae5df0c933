import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// What listeners hear, in which order, and what they may do.
@Suite struct EventsStory {
    @Test func theStreamTellsTheWholeStoryInOrder() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        try await auth.load()
        let stream = auth.events
        let listening = Task { await stream.reduce(into: [AuthEvent]()) { $0.append($1) } }

        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "ann@example.com")])
        try await auth.signUp(username: "ann", password: UserPool.password, options: options)
        try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann"))
        let wrong = try await failure { try await auth.signIn(username: "ann", password: "Wrong-Horse-9") }
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let user = try await auth.getCurrentUser()
        _ = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        await auth.signOut()
        auth.close()

        let events = await listening.value
        #expect(events == [
            .configured(state: .signedOut),
            .signedUp(username: "ann", needsConfirmation: true),
            .signUpConfirmed(username: "ann"),
            .signInFailed(error: wrong.info),
            .signedIn(user: user),
            .tokensRefreshed(user: user),
            .signedOut(user: user),
        ])
        #expect(events.map(\.hubName) == [
            "configured", "signUp", "confirmSignUp", "signIn_failure", "signIn", "tokenRefresh", "signOut",
        ])
    }

    @Test func aLateStreamBeginsWithTheState() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        let state = auth.state
        for await event in auth.events {
            #expect(event == .configured(state: state))
            break
        }
        #expect(state.user?.username == "ben")
    }

    @Test func cancellingTheTaskEndsItsLoop() async throws {
        let auth = try await UserPool().client()
        let (heard, hear) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in auth.events { hear.yield() }
            return Task.isCancelled
        }
        var first = heard.makeAsyncIterator()
        await first.next()
        task.cancel()
        #expect(await task.value)
    }

    @Test func aClosedClientEndsItsStreamsAndRefusesCalls() async throws {
        let pool = try await UserPool()
        try await pool.add("fay")
        let folder = try temporaryFolder()
        let auth = try pool.client(storage: .files(directory: folder))
        _ = try await auth.signIn(username: "fay", password: UserPool.password)
        let stream = auth.events
        auth.close()
        #expect(await stream.reduce(into: []) { $0.append($1.hubName) } == ["configured"])

        let error = try await failure { try await auth.signIn(username: "fay", password: UserPool.password) }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .clientClosed)
        // Nobody was signed out.
        #expect(try await pool.client(storage: .files(directory: folder)).load().user?.username == "fay")
    }

    @Test func twoStreamsHearTheSame() async throws {
        let pool = try await UserPool()
        try await pool.add("cy")
        let auth = try pool.client()
        try await auth.load()
        let streams = [auth.events, auth.events]
        let tasks = streams.map { stream in Task { await stream.reduce(into: [AuthEvent]()) { $0.append($1) } } }
        _ = try await auth.signIn(username: "cy", password: UserPool.password)
        auth.close()
        let (first, second) = (await tasks[0].value, await tasks[1].value)
        #expect(first == second)
        #expect(first.map(\.hubName) == ["configured", "signIn"])
    }

    @Test func aListenerMayBlockAndCallTheClient() async throws {
        let pool = try await UserPool()
        try await pool.add("dee")
        let auth = try pool.client()
        try await auth.load()
        let heard = Log()
        let subscription = try auth.listen { [weak auth] event in
            Thread.sleep(forTimeInterval: 0.2)
            heard.add("\(event.hubName) while \(auth?.state.user?.username ?? "nobody")")
            _ = auth?.pendingSignIn
        }
        _ = try await auth.signIn(username: "dee", password: UserPool.password)
        _ = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        try await eventually { heard.lines.count == 3 }
        #expect(heard.lines.suffix(2) == ["signIn while dee", "tokenRefresh while dee"])
        subscription.cancel()
    }

    @Test func aListenerMayDropTheClient() async throws {
        let pool = try await UserPool()
        let kept = Kept(try pool.client())
        let subscription = try kept.client.map { auth in
            try auth.listen { _ in kept.client = nil }
        }
        try await eventually { kept.client == nil }
        subscription?.cancel()
        #expect(try await pool.client().load() == .signedOut)
    }

    @Test func aListenerThatIsCancelledOrDroppedHearsNoMore() async throws {
        let pool = try await UserPool()
        try await pool.add("eve")
        let auth = try pool.client()
        try await auth.load()
        let (cancelled, dropped, kept) = (Log(), Log(), Log())
        let subscription = try auth.listen { cancelled.add($0.hubName) }
        var forgotten: EventSubscription? = try auth.listen { dropped.add($0.hubName) }
        let last = try auth.listen { kept.add($0.hubName) }
        try await eventually { !cancelled.lines.isEmpty && !dropped.lines.isEmpty }
        subscription.cancel()
        withExtendedLifetime(forgotten) {}
        forgotten = nil

        _ = try await auth.signIn(username: "eve", password: UserPool.password)
        try await eventually { kept.lines == ["configured", "signIn"] }
        #expect(cancelled.lines == ["configured"])
        #expect(dropped.lines == ["configured"])
        last.cancel()
    }
}

/// Lines from several threads.
private final class Log: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [String] = []

    var lines: [String] { lock.withLock { all } }

    func add(_ line: String) {
        lock.withLock { all.append(line) }
    }
}

/// The only reference to a client.
private final class Kept: @unchecked Sendable {
    private let lock = NSLock()
    private var held: AuthClient?

    init(_ client: AuthClient) {
        held = client
    }

    var client: AuthClient? {
        get { lock.withLock { held } }
        set {
            // What is dropped is dropped outside the lock.
            let old = lock.withLock {
                defer { held = newValue }
                return held
            }
            _ = old
        }
    }
}
