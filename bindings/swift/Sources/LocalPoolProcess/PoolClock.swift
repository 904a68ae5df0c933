import Foundation

/// The time that the service has. Codes, sessions, tokens and locks age with it, and nothing waits. A client learns of it
/// from the next answer's `Date`.
public struct PoolClock: Sendable {
    let routes: LocalRoutes

    public func now() async throws -> Date {
        try shown(await routes.send("GET", "clock"))
    }

    /// Moves the clock forward.
    @discardableResult
    public func advance(by seconds: TimeInterval) async throws -> Date {
        try shown(await routes.send("POST", "clock/advance", body: json(["seconds": seconds])))
    }

    /// Moves the clock back.
    @discardableResult
    public func turnBack(by seconds: TimeInterval) async throws -> Date {
        try shown(await routes.send("POST", "clock/turn-back", body: json(["seconds": seconds])))
    }

    /// Stops the clock at a time, or without one where it is.
    @discardableResult
    public func freeze(at time: Date? = nil) async throws -> Date {
        let body = try time.map { try json(["at": $0.timeIntervalSince1970]) }
        return try shown(await routes.send("POST", "clock/freeze", body: body))
    }

    /// Lets the clock run on from the time it shows.
    @discardableResult
    public func resume() async throws -> Date {
        try shown(await routes.send("POST", "clock/resume"))
    }

    private func shown(_ answer: Data) throws -> Date {
        Date(timeIntervalSince1970: try JSONDecoder().decode(Shown.self, from: answer).now)
    }
}

private struct Shown: Decodable {
    /// Seconds since 1970.
    let now: TimeInterval
}
