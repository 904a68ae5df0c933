import Foundation
import Portcullis
import PortcullisTesting
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// The app's own server, which takes tokens or not.
@Suite struct AuthorizedRequestStory {
    /// Answers 401 to every token but those that were fetched after the first `refused` answers.
    private func server(refusing refused: Int) throws -> (TinyServer, Seen) {
        let seen = Seen()
        let server = try TinyServer { request in
            let text = String(decoding: request.bytes, as: UTF8.self)
            let line = text.split(separator: "\r\n").first { $0.lowercased().hasPrefix("authorization:") }
            let number = seen.add(line.map { String($0.dropFirst("authorization: ".count)) } ?? "none")
            let status = number <= refused ? "401 Unauthorized" : "200 OK"
            return Data("HTTP/1.1 \(status)\r\nContent-Length: 2\r\n\r\nok".utf8)
        }
        return (server, seen)
    }

    @Test func aTokenThatIsTakenIsSentOnce() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let (server, seen) = try server(refusing: 0)
        let request = try await URLRequest(url: server.endpoint).authorized(by: auth)
        let token = try await auth.fetchAuthSession().tokens.accessToken
        #expect(request.value(forHTTPHeaderField: "Authorization") == "Bearer \(token.rawValue)")
        let (data, _) = try await auth.data(for: URLRequest(url: server.endpoint))
        #expect(data == Data("ok".utf8))
        #expect(seen.all == ["Bearer \(token.rawValue)"])
        server.stop()
    }

    @Test func aRefusedTokenIsReplacedOnce() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let before = try await auth.fetchAuthSession().tokens.accessToken
        let (server, seen) = try server(refusing: 1)
        let (_, answer) = try await auth.data(for: URLRequest(url: server.endpoint))
        #expect((answer as? HTTPURLResponse)?.statusCode == 200)
        let after = try await auth.fetchAuthSession().tokens.accessToken
        #expect(before != after && seen.all == ["Bearer \(before.rawValue)", "Bearer \(after.rawValue)"])
        server.stop()
    }

    @Test func aServerThatRefusesEveryTokenIsAskedTwice() async throws {
        let auth = FakeAuth.signedIn()
        let (server, seen) = try server(refusing: .max)
        let (_, answer) = try await auth.data(for: URLRequest(url: server.endpoint))
        #expect((answer as? HTTPURLResponse)?.statusCode == 401)
        #expect(seen.all.count == 2)
        server.stop()
    }

    @Test func nobodySignedInMeansNothingIsSent() async throws {
        let (server, seen) = try server(refusing: 0)
        let url = server.endpoint
        await #expect(throws: AuthError(code: .notSignedIn)) { _ = try await FakeAuth().data(for: URLRequest(url: url)) }
        #expect(seen.all.isEmpty)
        server.stop()
    }

    @Test(arguments: ["http://api.example/x", "http://localhost.evil.example/", "ftp://127.0.0.1/", "file:///etc/hosts"])
    func aTokenGoesToNobodyWhoCanBeListenedTo(address: String) async throws {
        let request = URLRequest(url: try #require(URL(string: address)))
        let auth = FakeAuth.signedIn()
        await #expect(throws: AuthError(code: .validationFailed)) { _ = try await request.authorized(by: auth) }
        await #expect(throws: AuthError(code: .validationFailed)) { _ = try await auth.data(for: request) }
        #expect(auth.calls.isEmpty)
    }
}

private final class Seen: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }

    func add(_ line: String) -> Int {
        lock.withLock {
            lines.append(line)
            return lines.count
        }
    }
}
