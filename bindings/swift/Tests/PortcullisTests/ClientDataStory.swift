import Foundation
import Portcullis
import Testing

/// What threat protection and analytics are told about the device.
@Suite struct ClientDataStory {
    @Test func theRequestsBeforeASignInCarryWhatIsWanted() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let requests = Requests()
        let server = try requests.server(before: pool)
        let auth = try AuthClient(
            configuration: pool.configuration(endpoint: server.endpoint).withClientData(
                threatProtection: true, analyticsEndpointId: "endpoint-1"),
            storage: .memory,
            deviceFacts: { ["DeviceName": "Ann's phone"] }
        )
        #expect(auth.configuration.threatProtection)
        let request = try await request(with: "UserContextData", among: requests, of: auth)
        #expect((request["AnalyticsMetadata"] as? [String: String])?["AnalyticsEndpointId"] == "endpoint-1")
        let facts = try contextData(of: request)
        #expect(facts["DeviceName"] == "Ann's phone")
        #expect(facts["DeviceId"]?.isEmpty == false)
    }

    @Test func theSystemSaysWhatItKnowsUnlessTheAppDoes() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let requests = Requests()
        let server = try requests.server(before: pool)
        let configuration = try pool.configuration(endpoint: server.endpoint).withClientData(threatProtection: true)
        let auth = try AuthClient(configuration: configuration, storage: .memory)
        let facts = try contextData(of: await request(with: "UserContextData", among: requests, of: auth))
        #expect(facts["ClientTimezone"]?.wholeMatch(of: /[+-]\d\d:\d\d/) != nil)
        #expect(facts["DeviceOsReleaseVersion"]?.isEmpty == false)
    }

    @Test func factsThatCannotBeHadFailNoCall() async throws {
        struct NoFacts: Error {}
        let pool = try await UserPool()
        try await pool.add("ann")
        let requests = Requests()
        let server = try requests.server(before: pool)
        let auth = try AuthClient(
            configuration: pool.configuration(endpoint: server.endpoint).withClientData(threatProtection: true),
            storage: .memory,
            deviceFacts: { throw NoFacts() }
        )
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
        #expect(try #require(requests.first("InitiateAuth"))["UserContextData"] == nil)
    }

    @Test func nothingIsToldUnlessItIsWanted() async throws {
        let pool = try await UserPool()
        try await pool.add("ann")
        let requests = Requests()
        let server = try requests.server(before: pool)
        let asked = Requests()
        let auth = try AuthClient(
            configuration: pool.configuration(endpoint: server.endpoint),
            storage: .memory,
            deviceFacts: {
                asked.add("facts", Data("{}".utf8))
                return [:]
            }
        )
        #expect(!auth.configuration.threatProtection)
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
        let request = try #require(requests.first("InitiateAuth"))
        #expect(request["UserContextData"] == nil)
        #expect(request["AnalyticsMetadata"] == nil)
        #expect(asked.first("facts") == nil)
    }

    /// The first request of a sign-in that has this member. Facts that take more than 250 ms are left out, which happens on
    /// a busy machine; the next sign-in has them.
    private func request(with member: String, among requests: Requests, of auth: AuthClient) async throws -> [String: Any] {
        for _ in 1...20 {
            #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
            if let request = requests.all("InitiateAuth").first(where: { $0[member] != nil }) { return request }
        }
        throw Unexpected("no request has \(member)")
    }

    /// The facts inside a request's `EncodedData`.
    private func contextData(of request: [String: Any]) throws -> [String: String] {
        let encoded = (request["UserContextData"] as? [String: String])?["EncodedData"]
        let bytes = try #require(encoded.flatMap { Data(base64Encoded: $0) })
        let outer = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        let payload = try #require(outer?["payload"] as? String)
        let inner = try JSONSerialization.jsonObject(with: Data(payload.utf8)) as? [String: Any]
        #expect(inner?["username"] as? String == "ann")
        return try #require(inner?["contextData"] as? [String: String])
    }
}

/// The bodies of requests on their way to a pool.
private final class Requests: @unchecked Sendable {
    private let lock = NSLock()
    private var bodies: [(operation: String, body: Data)] = []

    func server(before pool: UserPool) throws -> TinyServer {
        let port = UInt16(try #require(pool.server.endpoint.port))
        return try TinyServer { request in
            let parts = request.bytes.range(of: Data("\r\n\r\n".utf8))
            self.add(request.operation, parts.map { Data(request.bytes[$0.upperBound...]) } ?? Data())
            return (try? forward(request.bytes, toPort: port)).flatMap { $0 }
        }
    }

    func add(_ operation: String, _ body: Data) {
        lock.withLock { bodies.append((operation, body)) }
    }

    func all(_ operation: String) -> [[String: Any]] {
        let asked = lock.withLock { bodies.filter { $0.operation == operation }.map(\.body) }
        return asked.compactMap { try? JSONSerialization.jsonObject(with: $0) as? [String: Any] }
    }

    func first(_ operation: String) -> [String: Any]? {
        all(operation).first
    }
}
