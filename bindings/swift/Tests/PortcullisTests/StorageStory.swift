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
            let auth = try pool.client(through: relay, storage: .files(directory: folder))
            _ = try await auth.signIn(username: "ann", password: UserPool.password)
            tokens = try await auth.fetchAuthSession().tokens
        }
        relay.stop()

        let auth = try pool.client(through: relay, storage: .files(directory: folder))
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
        #expect(error.code == .storageLocked)
        #expect(error.isRetryable)
        #expect(auth.state == .unknown(reason: .storageLocked))

        store.set(nil)
        #expect(try await auth.fetchAuthSession().user?.username == "cy")
        #expect(auth.state.user?.username == "cy")
    }

    @Test(arguments: [
        (MapStore.Trouble.throwing, AuthErrorCode.storageFailed, UnknownReason.storageFailed),
        (.failing, .storageFailed, .storageFailed),
        (.corrupt, .storageCorrupt, .storageCorrupt),
    ])
    func aStoreThatCannotBeRead(trouble: MapStore.Trouble, code: AuthErrorCode, reason: UnknownReason) async throws {
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
        #expect(try await loading.code == .storageFailed)
        #expect(blocked.state == .unknown(reason: .storageFailed))
        store.set(nil)
        #expect(try await blocked.load() == .signedOut)
    }

    @Test func aStoreWithALockIsAskedForItBeforeItIsChangedAndGetsItBack() async throws {
        let pool = try await UserPool()
        try await pool.add("fay")
        let store = LockingStore()
        let auth = try AuthClient(configuration: pool.configuration(), store: store)
        _ = try await auth.signIn(username: "fay", password: UserPool.password)
        let asked = store.count(.held)
        #expect(asked > 0)
        _ = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(store.count(.held) > asked)
        try await eventually { store.held.isEmpty }
    }

    @Test func whileAnotherProcessHasTheLockNothingIsChanged() async throws {
        let pool = try await UserPool()
        try await pool.add("gus")
        try await pool.add("hal")
        let store = LockingStore()
        let auth = try AuthClient(configuration: pool.configuration(), store: store)
        _ = try await auth.signIn(username: "gus", password: UserPool.password)
        let gus = try await auth.getCurrentUser()
        let keep = SignInOptions(existingSession: .keep)
        _ = try await auth.signIn(username: "hal", password: UserPool.password, options: keep)
        try await eventually { store.held.isEmpty }

        store.lockOut()
        // It is waited for, for ten seconds.
        let error = try await failure { try await auth.switchAccount(to: gus) }
        guard case .storage = error else { throw error }
        #expect(error.code == .storageBusy)
        #expect(error.isRetryable)
        #expect(store.count(.busy) > 0)
        #expect(auth.state.user?.username == "hal")

        store.letIn()
        try await auth.switchAccount(to: gus)
        #expect(try await auth.getCurrentUser() == gus)
    }

    @Test func twoClientsOnOneFolderSeeWhatTheOtherDoes() async throws {
        let pool = try await UserPool()
        try await pool.add("ida")
        let folder = try temporaryFolder()
        let app = try pool.client(storage: .files(directory: folder))
        let other = try pool.client(storage: .files(directory: folder))
        #expect(try await app.load() == .signedOut)
        #expect(try await other.load() == .signedOut)
        _ = try await app.signIn(username: "ida", password: UserPool.password)
        #expect(try await other.getCurrentUser().username == "ida")
        #expect(other.state == app.state)
        #expect(other.accounts == app.accounts)

        var events = app.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: app.state))
        #expect(await other.signOut().isComplete)
        #expect(try await failure { try await app.getCurrentUser() }.code == .notSignedIn)
        #expect(app.state == .signedOut)
        #expect(await events.next()?.hubName == "signOut")
    }

    #if !canImport(Security)
    @Test func thereIsNoKeychainHere() async throws {
        let pool = try await UserPool()
        let error = try await failure { try pool.client(storage: .keychain(accessGroup: "new", previousAccessGroup: "old")) }
        guard case .configuration(let info) = error else { throw error }
        #expect(info.field == "storage")
        #expect(AuthClient.Storage.platformDefault == .memory)
    }
    #endif
}
