import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Several accounts in one app: side by side, one after the other, or only one.
@Suite struct AccountsStory {
    private static let revoke = "RevokeToken"

    @Test func twoAccountsSideBySideInTheOrderOfTheirTurn() async throws {
        let two = try await Two()
        let (auth, ann, bob) = (two.auth, two.ann, two.bob)
        #expect(auth.accounts == [bob, ann])
        #expect(try await auth.getCurrentUser() == bob)
        var events = auth.events.makeAsyncIterator()
        #expect(await events.next() == .configured(state: .signedIn(user: bob)))

        try await auth.switchAccount(to: ann)
        #expect(await events.next() == .stateChanged(state: .signedIn(user: ann)))
        #expect(auth.accounts == [ann, bob])
        #expect(auth.state == .signedIn(user: ann))
        #expect(try await auth.fetchAuthSession().tokens.accessToken.claims().username == "ann")
        let renewed = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(try renewed.tokens.accessToken.claims().username == "ann")

        let restarted = try two.restarted()
        #expect(try await restarted.load() == .signedIn(user: ann))
        #expect(restarted.accounts == [ann, bob])
    }

    @Test func whoeverSignsOutLeavesTheOthersAsTheyAre() async throws {
        let two = try await Two()
        #expect(await two.auth.signOut(options: SignOutOptions(account: two.ann)).isComplete)
        #expect(two.auth.accounts == [two.bob])
        #expect(two.auth.state == .signedIn(user: two.bob))
        try await expectNotFound(two.ann, in: two.auth)
    }

    @Test func nobodyBecomesTheCurrentAccountByItself() async throws {
        let two = try await Two()
        #expect(await two.auth.signOut().isComplete)
        #expect(two.auth.state == .signedOut)
        #expect(two.auth.accounts == [two.ann])
        #expect(try await failure { try await two.auth.getCurrentUser() }.code == .notSignedIn)
        #expect(try await two.restarted().load() == .signedOut)

        try await two.auth.switchAccount(to: two.ann)
        #expect(try await two.auth.getCurrentUser() == two.ann)
        try await expectNotFound(two.bob, in: two.auth)
    }

    @Test func allSignOutAtOnceAndTheServiceIsToldOfEach() async throws {
        let two = try await Two()
        #expect(await two.auth.signOut(options: SignOutOptions(allAccounts: true)).isComplete)
        #expect(two.auth.accounts.isEmpty)
        #expect(two.auth.state == .signedOut)
        #expect(two.relay.count(Self.revoke) == 2)
        try await expectNotFound(two.ann, in: two.auth)
        let restarted = try two.restarted()
        #expect(try await restarted.load() == .signedOut)
        #expect(restarted.accounts.isEmpty)
    }

    @Test func aSignInCanRefuseToTakeAnotherUsersPlace() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        try await pool.add("bob")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        let refuse = SignInOptions(existingSession: .refuse)
        _ = try await auth.signIn(username: "ann", password: UserPool.password, options: refuse)

        let sent = relay.total
        let error = try await failure {
            try await auth.signIn(username: "bob", password: UserPool.password, options: refuse)
        }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .anotherUserSignedIn)
        #expect(relay.total == sent)
        #expect(try await auth.getCurrentUser().username == "ann")
        #expect(try await auth.signIn(username: "ann", password: UserPool.password, options: refuse).isSignedIn)
        await auth.signOut()
        #expect(try await auth.signIn(username: "bob", password: UserPool.password, options: refuse).isSignedIn)
    }

    @Test func unlessItIsToldOtherwiseASignInEndsAnotherUsersSessionAtTheServiceToo() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        try await pool.add("bob")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let ann = try await auth.getCurrentUser()
        _ = try await auth.signIn(username: "bob", password: UserPool.password)
        #expect(auth.accounts.map(\.username) == ["bob"])
        try await eventually { relay.count(Self.revoke) == 1 }
        try await expectNotFound(ann, in: auth)
    }

    private func expectNotFound(_ user: AuthUser, in auth: AuthClient) async throws {
        let state = auth.state
        let error = try await failure { try await auth.switchAccount(to: user) }
        guard case .invalidState = error else { throw error }
        #expect(error.code == .accountNotFound)
        #expect(auth.state == state)
    }
}

/// Ann is signed in, then bob beside her.
private struct Two {
    let pool: UserPool
    let folder: URL
    let relay: Relay
    let auth: AuthClient
    let ann: AuthUser
    let bob: AuthUser

    init() async throws {
        pool = try await UserPool()
        try await pool.add("ann")
        try await pool.add("bob")
        folder = try temporaryFolder()
        relay = try Relay(to: pool.server.endpoint)
        auth = try pool.client(through: relay, storage: .files(directory: folder))
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        ann = try await auth.getCurrentUser()
        let keep = SignInOptions(existingSession: .keep)
        _ = try await auth.signIn(username: "bob", password: UserPool.password, options: keep)
        bob = try await auth.getCurrentUser()
    }

    func restarted() throws -> AuthClient {
        try pool.client(storage: .files(directory: folder))
    }
}
