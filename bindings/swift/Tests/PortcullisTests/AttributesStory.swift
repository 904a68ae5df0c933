import Foundation
import Portcullis
import Testing

/// What the service knows about the user, and ending that.
@Suite struct AttributesStory {
    @Test func fetchUpdateAndDelete() async throws {
        let (pool, auth) = try await annSignedIn()
        #expect(try await values(auth)["email"] == "ann@example.com")

        let result = try await auth.updateUserAttribute(UserAttribute(name: "nickname", value: "Annie"))
        #expect(result == UpdateUserAttributeResult(name: "nickname", isUpdated: true, nextStep: .done))
        try await auth.updateUserAttributes([
            UserAttribute(name: "given_name", value: "Ann"), UserAttribute(name: "custom:team", value: "blue"),
        ])
        let all = try await values(auth)
        #expect(all["nickname"] == "Annie")
        #expect(all["given_name"] == "Ann")
        #expect(all["custom:team"] == "blue")

        try await auth.deleteUserAttributes(["nickname", "custom:team"])
        let left = try await values(auth)
        #expect(left["nickname"] == nil)
        #expect(left["given_name"] == "Ann")
        // New tokens know it too.
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(try session.tokens.idToken?.claims().text("given_name") == "Ann")
        _ = pool
    }

    @Test func aNewAddressIsConfirmedWithACode() async throws {
        let (pool, auth) = try await annSignedIn()
        let email = UserAttribute(name: "email", value: "new@example.org")
        let result = try await auth.updateUserAttribute(email)
        #expect(result.name == "email")
        #expect(!result.isUpdated)
        guard case .confirmAttributeWithCode(let delivery) = result.nextStep else { throw Unexpected("\(result)") }
        #expect(delivery.attributeName == "email")
        #expect(try await auth.fetchVerifiedContacts() == VerifiedContacts(verified: [], unverified: [email]))

        let code = try await pool.code(sentTo: "ann", kind: "attr")
        for _ in 1...2 {
            let error = try await failure {
                try await auth.confirmUserAttribute("email", confirmationCode: wrong(code))
            }
            guard case .codeMismatch = error else { throw error }
        }
        try await auth.confirmUserAttribute("email", confirmationCode: code)
        #expect(try await auth.fetchVerifiedContacts() == VerifiedContacts(verified: [email], unverified: []))
    }

    @Test func aCodeCanBeSentLater() async throws {
        let (pool, auth) = try await annSignedIn()
        let delivery = try await auth.sendVerificationCode(forAttribute: "email")
        #expect(delivery.medium == .email)
        let code = try await pool.code(sentTo: "ann", kind: "attr")
        try await auth.confirmUserAttribute("email", confirmationCode: code)
        #expect(try await auth.fetchVerifiedContacts().verified.map(\.name) == ["email"])

        let error = try await failure { try await auth.sendVerificationCode(forAttribute: "phone_number") }
        guard case .validation = error else { throw error }
    }

    @Test func whatThePoolDoesNotKnowIsRefused() async throws {
        let (_, auth) = try await annSignedIn()
        let unknown = try await failure {
            try await auth.updateUserAttribute(UserAttribute(name: "custom:shoe", value: "42"))
        }
        #expect(unknown.code == .invalidParameter)
        let none = try await failure { try await auth.updateUserAttributes([]) }
        guard case .validation = none else { throw none }
    }

    @Test func deletingTheUserEndsTheSession() async throws {
        let (pool, auth) = try await annSignedIn()
        let user = try await auth.getCurrentUser()
        let events = auth.events
        try await auth.deleteUser()
        #expect(auth.state == .signedOut)
        auth.close()
        #expect(await events.contains { $0 == .userDeleted(user: user) })

        let other = try pool.client()
        let gone = try await failure { try await other.signIn(username: "ann", password: UserPool.password) }
        guard case .userNotFound = gone else { throw gone }
        let signedOut = try await failure { try await other.deleteUser() }
        guard case .notSignedIn = signedOut else { throw signedOut }
    }

    @Test func offlineTheUserIsNotDeleted() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        relay.stop()
        let error = try await failure { try await auth.deleteUser() }
        guard case .network = error else { throw error }
        #expect(auth.state.user?.username == "ann")
    }

    private func annSignedIn() async throws -> (UserPool, AuthClient) {
        let team: [String: any Sendable] = ["Name": "team", "AttributeDataType": "String", "Mutable": true]
        let pool = try await UserPool(settings: ["Schema": [team]])
        try await pool.add("ann")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (pool, auth)
    }

    private func values(_ auth: AuthClient) async throws -> [String: String] {
        let pairs = try await auth.fetchUserAttributes().map { ($0.name, $0.value) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
