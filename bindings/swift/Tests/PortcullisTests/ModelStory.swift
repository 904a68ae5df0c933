import Foundation
import Observation
import Portcullis
import Testing

/// What screens follow: the state as a stream, on the main actor, and as an observed model.
@Suite struct ModelStory {
    @Test func theStatesAreTheChangesAndNothingTwice() async throws {
        let pool = try await poolOfAnn()
        let auth = try pool.client()
        try await auth.load()
        var states = auth.states.makeAsyncIterator()
        #expect(await states.next() == .signedOut)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .signedIn(let user)? = await states.next() else { throw Unexpected("no signedIn") }
        #expect(user.username == "ann")
        await auth.signOut()
        #expect(await states.next() == .signedOut)
        auth.close()
        #expect(await states.next() == nil)
    }

    @MainActor @Test func aListenerOnTheMainActorHearsNothingAfterItsEnd() async throws {
        let pool = try await poolOfAnn()
        let auth = try pool.client()
        try await auth.load()
        var heard: [String] = []
        let subscription = auth.listenOnMainActor { heard.append("\($0.hubName)") }
        try await eventually { @MainActor in heard.first == "configured" }
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        try await eventually { @MainActor in heard.contains("signIn") }
        subscription.cancel()
        let before = heard
        await auth.signOut()
        // Whoever still listens has heard of it.
        var states = auth.states.makeAsyncIterator()
        #expect(await states.next() == .signedOut)
        #expect(heard == before)
    }

    @MainActor @Test func aModelTellsItsObserversOfEachChange() async throws {
        let pool = try await poolOfAnn()
        let auth = try pool.client()
        try await auth.load()
        let model = AuthModel(auth)
        #expect(model.user == nil && model.state == .signedOut)
        let changes = Changes()
        withObservationTracking { _ = model.user } onChange: { changes.count() }
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        try await eventually { @MainActor in model.user?.username == "ann" }
        #expect(changes.counted == 1)
    }

    @MainActor @Test func aModelThatIsNotHeldKeepsNothing() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        weak var gone: AuthModel?
        do {
            let model = AuthModel(auth)
            gone = model
            #expect(model.auth === auth)
        }
        #expect(gone == nil)
    }
}

private func poolOfAnn() async throws -> UserPool {
    let pool = try await UserPool()
    try await pool.add("ann")
    return pool
}

private final class Changes: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0

    var counted: Int {
        lock.lock()
        defer { lock.unlock() }
        return value
    }

    func count() {
        lock.lock()
        defer { lock.unlock() }
        value += 1
    }
}
