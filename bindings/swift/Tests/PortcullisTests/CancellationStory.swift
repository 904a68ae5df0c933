import Foundation
import Portcullis
import Testing

/// Tasks that are cancelled stop waiting at once; what they have sent is not lost.
@Suite struct CancellationStory {
    @Test func aCancelledSignUpStopsWaitingAndTheAccountIsThere() async throws {
        let pool = try await UserPool()
        let relay = try Relay(to: pool.server.endpoint)
        relay.hold("SignUp")
        let auth = try pool.client(through: relay)
        let options = SignUpOptions(userAttributes: [UserAttribute(name: "email", value: "ann@example.com")])
        let task = Task { try await auth.signUp(username: "ann", password: UserPool.password, options: options) }
        try await eventually { relay.count("SignUp") == 1 }

        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        relay.release()

        try await eventually { (try? await pool.code(sentTo: "ann")) != nil }
        #expect(try await auth.confirmSignUp(for: "ann", confirmationCode: pool.code(sentTo: "ann")).isSignUpComplete)
    }

    @Test func aTaskThatIsCancelledBeforeItBeginsSendsNothing() async throws {
        let pool = try await UserPool()
        let relay = try Relay(to: pool.server.endpoint)
        let auth = try pool.client(through: relay)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await auth.signUp(username: "ben", password: UserPool.password)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(relay.total == 0)
    }

    @Test func aCancelledTaskSignsOutAllTheSame() async throws {
        let pool = try await UserPool()
        try await pool.add("cy")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "cy", password: UserPool.password)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return await auth.signOut()
        }
        task.cancel()
        #expect(await task.value.isComplete)
        #expect(auth.state == .signedOut)
    }
}
