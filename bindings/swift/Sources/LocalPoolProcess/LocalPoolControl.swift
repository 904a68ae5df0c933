import Foundation

/// What an app's tests do to a running local-pool: faults, its clock, what happens to users. Over HTTP, so from a
/// simulator too, where no process can be started.
///
/// Faults, clock and counters are the whole server's: tests that use them at the same time need a server each.
public struct LocalPoolControl: Sendable {
    /// `http://127.0.0.1:PORT`
    public let endpoint: URL

    public init(endpoint: URL) {
        self.endpoint = endpoint
    }

    /// What goes wrong with requests.
    public var faults: PoolFaults { PoolFaults(routes: routes) }
    /// The time that the service has.
    public var clock: PoolClock { PoolClock(routes: routes) }
    /// The users of the first pool of the configuration, or of the only one.
    public var users: PoolUsers { PoolUsers(routes: routes, pool: nil) }

    /// The users of a pool, by its id.
    public func users(in pool: String) -> PoolUsers {
        PoolUsers(routes: routes, pool: pool)
    }

    /// How many requests of each operation came in, those with a fault too.
    public func requests() async throws -> [String: Int] {
        try JSONDecoder().decode(Counts.self, from: await routes.send("GET", "requests")).requests
    }

    /// Starts counting anew.
    public func resetRequests() async throws {
        try await routes.send("DELETE", "requests")
    }

    private var routes: LocalRoutes { LocalRoutes(endpoint: endpoint) }
}

private struct Counts: Decodable {
    let requests: [String: Int]
}
