import Foundation

/// Passes requests on to local-pool; counts them, holds them up and refuses them, as a test asks.
final class Relay: @unchecked Sendable {
    private let server: TinyServer
    private let switches = Switches()

    init(to upstream: URL) throws {
        guard let port = upstream.port else { throw Unexpected("\(upstream) has no port") }
        server = try TinyServer { [switches] request in
            switches.waitUntilReleased(request.operation)
            if let refusal = switches.refusal(of: request.operation) { return refusal }
            return (try? forward(request.bytes, toPort: UInt16(port))).flatMap { $0 }
        }
    }

    var endpoint: URL { server.endpoint }
    /// How often anything was asked for.
    var total: Int { server.total }

    /// How often an operation was asked for.
    func count(_ operation: String) -> Int {
        server.count(operation)
    }

    /// From now on requests for this operation are counted, but wait.
    func hold(_ operation: String) {
        switches.change { $0.held = operation }
    }

    /// What waits goes on.
    func release() {
        switches.change { $0.held = nil }
    }

    /// The next request for this operation gets the service's exception; nothing is done.
    func refuseNext(_ operation: String, with exception: String, _ text: String) {
        let body = #"{"__type":"\#(exception)","message":"\#(text)"}"#
        let head = [
            "HTTP/1.1 400 Bad Request", "Content-Type: application/x-amz-json-1.1", "x-amzn-errortype: \(exception):",
            "Content-Length: \(body.utf8.count)", "", body,
        ]
        switches.change { $0.refusals[operation] = Data(head.joined(separator: "\r\n").utf8) }
    }

    /// Goes down: nothing listens any more, and open connections close at their next request.
    func stop() {
        server.stop()
    }

    deinit {
        release()
    }
}

private final class Switches: @unchecked Sendable {
    struct Settings {
        var held: String?
        var refusals: [String: Data] = [:]
    }

    private let condition = NSCondition()
    private var settings = Settings()

    func change(_ change: (inout Settings) -> Void) {
        condition.lock()
        change(&settings)
        condition.broadcast()
        condition.unlock()
    }

    func waitUntilReleased(_ operation: String) {
        condition.lock()
        while settings.held == operation { condition.wait() }
        condition.unlock()
    }

    func refusal(of operation: String) -> Data? {
        var refusal: Data?
        change { refusal = $0.refusals.removeValue(forKey: operation) }
        return refusal
    }
}
