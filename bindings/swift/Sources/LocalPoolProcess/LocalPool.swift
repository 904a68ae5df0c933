#if os(macOS) || os(Linux)
import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// local-pool as a child process: to all that these programs can tell, the real service. It ends with this object, or
/// with the program.
public final class LocalPool: @unchecked Sendable {
    public typealias Failure = LocalPoolFailure

    /// `http://127.0.0.1:PORT`
    public let endpoint: URL
    /// The configuration of the pools that it was started with, if there are any.
    public let amplifyOutputs: Data?

    private let process: Process
    private let output: Output
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the program that the environment variable `PORTCULLIS_LOCAL_POOL` names.
    /// - Parameters:
    ///   - configuration: the text of a `pool.toml`; `nil`: no pools.
    ///   - triggers: a folder of Node.js Lambda functions.
    public init(configuration: String? = nil, triggers: URL? = nil) throws {
        guard let program = ProcessInfo.processInfo.environment["PORTCULLIS_LOCAL_POOL"] else {
            throw Failure(description: "set PORTCULLIS_LOCAL_POOL to the path of the local-pool program")
        }
        var arguments = ["serve", "--listen", "127.0.0.1:0"]
        if let configuration {
            let file = try temporaryFolder().appendingPathComponent("pool.toml")
            try Data(configuration.utf8).write(to: file)
            arguments += ["--config", file.path]
        }
        if let triggers {
            arguments += ["--triggers", triggers.path]
        }
        let pipe = Pipe()
        let process = Process()
        self.process = process
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = pipe
        process.terminationHandler = { [ended] _ in ended.signal() }
        try withSignals { try process.run() }
        endAtExit(process.processIdentifier)
        output = Output(pipe.fileHandleForReading)
        let listening = "local-pool listening on "
        let line = try output.line(containing: listening, within: 30)
        guard let address = line.components(separatedBy: listening).last, let url = URL(string: address) else {
            throw Failure(description: "local-pool said: \(line)")
        }
        endpoint = url
        amplifyOutputs = configuration == nil ? nil : try output.json(after: "amplify_outputs.json:", within: 30)
    }

    deinit {
        stop()
    }

    /// Ends the process and waits for that.
    public func stop() {
        guard process.isRunning else { return }
        process.terminate()
        // Process.waitUntilExit needs the run loop of a thread that lives on, which tasks do not have.
        _ = ended.wait(timeout: .now() + 10)
        hasEnded(process.processIdentifier)
    }

    /// An operation of the user pools' service, as an administrator would call it.
    public func call(_ operation: String, _ members: [String: Any]) async throws -> [String: Any] {
        try await call("AWSCognitoIdentityProviderService.\(operation)", members, operation)
    }

    /// An operation of the identity pools' service, as an administrator would call it.
    public func callIdentityPools(_ operation: String, _ members: [String: Any]) async throws -> [String: Any] {
        try await call("AWSCognitoIdentityService.\(operation)", members, operation)
    }

    /// A token of a provider that this server plays (`google`, `apple`, `tenant.eu.auth0.com`).
    /// - Parameter wrong: what is wrong with it, for example `expired`.
    public func token(of provider: String, subject: String, wrong: String? = nil) async throws -> String {
        var order = ["subject": subject]
        order["wrong"] = wrong
        let body = try json(order)
        let answer = try await routes.send("POST", "idp/\(routes.encoded(provider))/token", body: body)
        let members = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
        guard let token = members?["token"] as? String else { throw Failure(description: "no token of \(provider)") }
        return token
    }

    /// Opens a page of the hosted pages as a fresh browser would, and signs in there.
    /// - Returns: the URL that the browser comes back with.
    public func callback(of url: String, username: String, password: String) async throws -> String {
        let body = try json(["url": url, "username": username, "password": password])
        let answer = try await routes.send("POST", "authorize", body: body)
        let members = try JSONSerialization.jsonObject(with: answer) as? [String: Any]
        guard let callback = members?["callback"] as? String else { throw Failure(description: "no callback") }
        return callback
    }

    private func call(
        _ target: String, _ members: [String: Any], _ operation: String
    ) async throws -> [String: Any] {
        var request = URLRequest(url: endpoint)
        request.httpMethod = "POST"
        request.setValue("application/x-amz-json-1.1", forHTTPHeaderField: "Content-Type")
        request.setValue(target, forHTTPHeaderField: "X-Amz-Target")
        request.httpBody = try JSONSerialization.data(withJSONObject: members)
        let (body, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw Failure(description: "\(operation): \(String(decoding: body, as: UTF8.self))")
        }
        return body.isEmpty ? [:] : try JSONSerialization.jsonObject(with: body) as? [String: Any] ?? [:]
    }

    /// Faults, the clock and users of this server.
    public var control: LocalPoolControl { LocalPoolControl(endpoint: endpoint) }
    /// What goes wrong with requests: `pool.faults.queue("GetTokensFromRefreshToken", .dropAfterCommit)`.
    public var faults: PoolFaults { control.faults }
    /// The time that the service has: `pool.clock.advance(by: 3600)`.
    public var clock: PoolClock { control.clock }
    /// The users of the first pool: `pool.users.revokeTokens("ann")`.
    public var users: PoolUsers { control.users }

    /// The newest code that was sent to a user.
    /// - Parameter kind: `signup`, `resend` and so on.
    public func code(sentTo user: String, kind: String, pool: String? = nil) async throws -> String {
        var query = [URLQueryItem(name: "user", value: user), URLQueryItem(name: "kind", value: kind)]
        pool.map { query.append(URLQueryItem(name: "pool", value: $0)) }
        let body = try await routes.send("GET", "outbox", query: query)
        let messages = try JSONSerialization.jsonObject(with: body) as? [[String: Any]] ?? []
        guard let code = messages.last?["code"] as? String else {
            throw Failure(description: "no \(kind) message was sent to \(user)")
        }
        return code
    }

    /// What an authenticator app with this secret (in Base32) shows now.
    public func totpCode(secret: String) async throws -> String {
        let code = try await routes.send("GET", "totp", query: [URLQueryItem(name: "secret", value: secret)])
        return String(decoding: code, as: UTF8.self)
    }

    /// Has an authenticator make a passkey, as the platform's dialog would.
    /// - Parameter options: WebAuthn's creation options, as JSON.
    /// - Returns: the registration response, as JSON.
    public func createPasskey(options: String) async throws -> String {
        try await authenticator("create", options)
    }

    /// Has the authenticator use one of the passkeys that it made.
    /// - Parameter options: WebAuthn's request options, as JSON.
    /// - Returns: the assertion, as JSON.
    public func getPasskey(options: String) async throws -> String {
        try await authenticator("get", options)
    }

    /// The newest line that the program or a trigger's `console.log` printed with this text in it, if it was not given
    /// before; waits for one.
    public func printed(_ text: String, within seconds: TimeInterval = 10) throws -> String {
        try output.line(containing: text, within: seconds)
    }

    private func authenticator(_ call: String, _ options: String) async throws -> String {
        let credential = try await routes.send("POST", "authenticator/\(call)", body: Data(options.utf8))
        return String(decoding: credential, as: UTF8.self)
    }

    private var routes: LocalRoutes { LocalRoutes(endpoint: endpoint) }
}

/// A new folder for temporary files.
public func temporaryFolder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("portcullis-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
}
#endif
