import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Sessions that outlive the process, and stores that have trouble. Trouble never signs anybody out.
@Suite struct StorageStory {
    @Test func aSessionInFilesIsThereAfterARestart() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let folder = try temporaryFolder()
        let relay = try Relay(to: pool.server.endpoint)
        let tokens: AuthTokens
        do {
            let auth = try pool.client(through: relay, storage: .file(directory: folder))
            _ = try await auth.signIn(username: "ann", password: UserPool.password)
            tokens = try await auth.fetchAuthSession().tokens
        }
        relay.stop()

        let auth = try pool.client(through: relay, storage: .file(directory: folder))
        let state = try await auth.load()
        #expect(state.user?.username == "ann")
        #expect(auth.state == state)
        #expect(try await auth.fetchAuthSession().tokens == tokens)
    }

    @Test func aSessionInTheAppsOwnStoreIsThereAfterARestart() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let store = MapStore()
        let first = try AuthClient(configuration: pool.configuration(), store: store)
        _ = try await first.signIn(username: "ben", password: UserPool.password)
        #expect(!store.contents.isEmpty)
        #expect(store.contents.keys.allSatisfy { $0.contains(pool.id) })

        let second = try AuthClient(configuration: pool.configuration(), store: store)
        #expect(try await second.getCurrentUser().username == "ben")
        await second.signOut()
        let third = try AuthClient(configuration: pool.configuration(), store: store)
        #expect(try await third.load() == .signedOut)
    }

    @Test func aLockedStoreMakesTheStateUnknownUntilItOpens() async throws {
        let pool = try await UserPool()
        try await pool.add("cy")
        let store = MapStore()
        let first = try AuthClient(configuration: pool.configuration(), store: store)
        _ = try await first.signIn(username: "cy", password: UserPool.password)

        store.set(.locked)
        let auth = try AuthClient(configuration: pool.configuration(), store: store)
        let error = try await failure { try await auth.fetchAuthSession() }
        guard case .storage = error else { throw error }
        #expect(error.code == "storage_locked")
        #expect(error.isRetryable)
        #expect(auth.state == .unknown(reason: .storageLocked))

        store.set(nil)
        #expect(try await auth.fetchAuthSession().user?.username == "cy")
        #expect(auth.state.user?.username == "cy")
    }

    @Test(arguments: [
        (MapStore.Trouble.throwing, "storage_failed", UnknownReason.storageFailed),
        (.failing, "storage_failed", .storageFailed),
        (.corrupt, "storage_corrupt", .storageCorrupt),
    ])
    func aStoreThatCannotBeRead(trouble: MapStore.Trouble, code: String, reason: UnknownReason) async throws {
        let pool = try await UserPool()
        let auth = try AuthClient(configuration: pool.configuration(), store: MapStore(trouble))
        let error = try await failure { try await auth.load() }
        guard case .storage = error else { throw error }
        #expect(error.code == code)
        #expect(!error.description.contains("stack trace"))
        #expect(auth.state == .unknown(reason: reason))
    }

    @Test func aFullStoreDoesNotCostTheSession() async throws {
        let pool = try await UserPool()
        try await pool.add("dee")
        let store = MapStore(.full)
        let auth = try AuthClient(configuration: pool.configuration(), store: store)
        try await auth.load()
        var events = auth.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: .signedOut))

        #expect(try await auth.signIn(username: "dee", password: UserPool.password).isSignedIn)
        var heard: [AuthEvent] = []
        while heard.count < 2, let event = await events.next() { heard.append(event) }
        #expect(Set(heard.map(\.hubName)) == ["storage_failure", "signIn"])
        #expect(try await auth.fetchAuthSession().tokens.idToken != nil)
        #expect(store.contents.isEmpty)

        store.set(nil)
        _ = try await auth.getCurrentUser()
        try await eventually { !store.contents.isEmpty }
    }

    @Test func aStoreThatBlocksHoldsUpNothingElseAndHasADeadline() async throws {
        let pool = try await UserPool()
        try await pool.add("eve")
        let store = MapStore(.blocking)
        let blocked = try AuthClient(configuration: pool.configuration(), store: store)
        async let loading = failure { try await blocked.load() }

        let other = try pool.client()
        #expect(try await other.signIn(username: "eve", password: UserPool.password).isSignedIn)
        #expect(blocked.state.user == nil)

        // The store still blocks when this comes.
        #expect(try await loading.code == "storage_failed")
        #expect(blocked.state == .unknown(reason: .storageFailed))
        store.set(nil)
        #expect(try await blocked.load() == .signedOut)
    }

    #if !canImport(Security)
    @Test func thereIsNoKeychainHere() async throws {
        let pool = try await UserPool()
        let error = try await failure { try pool.client(storage: .keychain()) }
        guard case .configuration(let info) = error else { throw error }
        #expect(info.field == "storage")
        #expect(AuthClient.Storage.platformDefault == .memory)
    }
    #endif
}
