import Foundation
import Portcullis
import Testing

/// What can go wrong, and what the caller is told: the case, the code, what to do; and that nobody is signed out by it.
@Suite struct ErrorsStory {
    @Test func aWrongPassword() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let auth = try await signedIn(pool, as: "ann")
        let before = auth.state
        let error = try await failure { try await auth.signIn(username: "ann", password: "Wrong-Horse-9") }
        guard case .notAuthorized(let info) = error else { throw error }
        #expect(error.code == .incorrectUsernameOrPassword)
        #expect(!error.isRetryable)
        #expect(info.serviceCode == "NotAuthorizedException")
        #expect(info.httpStatus == 400)
        #expect(error.requestId != nil)
        #expect(info.operation == "RespondToAuthChallenge")
        #expect(auth.state == before)
        #expect(!"\(error) \(error.localizedDescription)".contains("Wrong-Horse-9"))
    }

    @Test func aWrongCodeAndThenTheRightOne() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        try await auth.load()
        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "ben@example.com")])
        try await auth.signUp(username: "ben", password: UserPool.password, options: options)
        let code = try await pool.code(sentTo: "ben")
        let wrong = String(code.map { $0 == "9" ? "0" : "9" })

        let error = try await failure { try await auth.confirmSignUp(for: "ben", confirmationCode: wrong) }
        guard case .codeMismatch = error else { throw error }
        #expect(error.code == .codeMismatch)
        #expect(!error.isRetryable)
        #expect(auth.state == .signedOut)
        #expect(try await auth.confirmSignUp(for: "ben", confirmationCode: code).isSignUpComplete)
    }

    @Test func anUnknownUser() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let error = try await failure { try await auth.signIn(username: "nobody", password: UserPool.password) }
        guard case .userNotFound = error else { throw error }
        #expect(error.code == .userNotFound)
        #expect(auth.state == .signedOut)
    }

    @Test func anUnknownUserOfAPoolThatHidesWhoHasAnAccount() async throws {
        let pool = try await UserPool(client: ["PreventUserExistenceErrors": "ENABLED"])
        let auth = try pool.client()
        let error = try await failure { try await auth.signIn(username: "nobody", password: UserPool.password) }
        guard case .notAuthorized = error else { throw error }
        #expect(error.code == .incorrectUsernameOrPassword)
        #expect(auth.state == .signedOut)
    }

    @Test func aUserNameThatIsTaken() async throws {
        let pool = try await UserPool()
        try await pool.add("cy")
        let auth = try pool.client()
        let error = try await failure { try await auth.signUp(username: "cy", password: UserPool.password) }
        guard case .usernameExists = error else { throw error }
        #expect(error.code == .usernameExists)
    }

    @Test func aPasswordThatThePolicyRefuses() async throws {
        let pool = try await UserPool()
        let auth = try pool.client()
        let error = try await failure { try await auth.signUp(username: "dee", password: "short") }
        guard case .invalidPassword = error else { throw error }
        #expect(error.code == .invalidPassword)
    }

    @Test func anArgumentThatIsNone() async throws {
        let pool = try await UserPool()
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        let error = try await failure { try await auth.signIn(username: "", password: UserPool.password) }
        guard case .validation(let info) = error else { throw error }
        #expect(error.code == .validationFailed)
        #expect(info.field == "username")
        #expect(relay.total == 0)
    }

    @Test func nobodyIsSignedIn() async throws {
        let auth = try await UserPool().client()
        let error = try await failure { try await auth.getCurrentUser() }
        guard case .notSignedIn = error else { throw error }
        #expect(error.code == .notSignedIn)
    }

    @Test func theServerIsDown() async throws {
        let pool = try await UserPool()
        try await pool.add("eve")
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try await signedIn(pool, as: "eve", through: relay)
        let before = auth.state
        relay.stop()

        let error = try await failure { try await auth.signIn(username: "eve", password: UserPool.password) }
        guard case .network(let info) = error else { throw error }
        #expect(error.code == .network)
        #expect(error.isRetryable)
        #expect(info.httpStatus == nil)
        #expect(info.operation == "InitiateAuth")
        #expect(auth.state == before)

        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(session.isSignedIn)
        #expect(auth.state == before)
    }

    @Test(arguments: ["200 OK", "503 Service Unavailable"])
    func theServerAnswersHTML(status: String) async throws {
        let pool = try await UserPool()
        let portal = try TinyServer.html(status: status)
        defer { portal.stop() }
        let auth = try AuthClient(configuration: pool.configuration(endpoint: portal.endpoint), storage: .memory)
        let error = try await failure { try await auth.signIn(username: "fay", password: UserPool.password) }
        guard case .network(let info) = error else { throw error }
        #expect(error.code == .badResponse)
        #expect(error.isRetryable)
        #expect(info.httpStatus.map(String.init).map(status.hasPrefix) == true)
        #expect(!error.description.contains("hotel"))
        #expect(auth.state == .signedOut)
    }

    @Test func theServerTakesTooLong() async throws {
        let pool = try await UserPool()
        let relay = try Relay(to: pool.server.endpoint)
        relay.hold("SignUp")
        let auth = try AuthClient(
            configuration: pool.configuration(endpoint: relay.endpoint, totalTimeout: 0.5), storage: .memory)
        let error = try await failure { try await auth.signUp(username: "gus", password: UserPool.password) }
        guard case .network = error else { throw error }
        #expect(error.code == .timeout)
        #expect(error.isRetryable)
    }

    private func signedIn(_ pool: UserPool, as name: String, through relay: Relay? = nil) async throws -> AuthClient {
        let auth = try pool.client(through: relay)
        _ = try await auth.signIn(username: name, password: UserPool.password)
        return auth
    }
}
