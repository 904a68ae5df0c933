import Foundation

/// What happens to the users of a pool at the service. They go by user name, alias or sub.
public struct PoolUsers: Sendable {
    let routes: LocalRoutes
    /// Its id.
    let pool: String?

    /// Adds a confirmed user; no trigger runs.
    public func create(_ username: String, password: String, attributes: [String: String] = [:]) async throws {
        let body = try json(["username": username, "password": password, "attributes": attributes])
        try await routes.send("POST", "users", query: query, body: body)
    }

    /// Revokes all tokens, as GlobalSignOut does.
    public func revokeTokens(_ username: String) async throws {
        try await send("POST", username, "/revoke-tokens")
    }

    /// Makes the refresh tokens expire now; access tokens live on.
    public func expireRefreshTokens(_ username: String) async throws {
        try await send("POST", username, "/expire-refresh-tokens")
    }

    /// Disables a user and signs them out everywhere.
    public func disable(_ username: String) async throws {
        try await send("POST", username, "/disable")
    }

    public func enable(_ username: String) async throws {
        try await send("POST", username, "/enable")
    }

    public func delete(_ username: String) async throws {
        try await send("DELETE", username, "")
    }

    /// Forgets every device of a user.
    public func forgetDevices(_ username: String) async throws {
        try await send("DELETE", username, "/devices")
    }

    /// Makes a user reset the password; no code is sent.
    public func requirePasswordReset(_ username: String) async throws {
        try await send("POST", username, "/require-password-reset")
    }

    /// Sets a permanent password.
    public func setPassword(_ username: String, to password: String) async throws {
        try await send("PUT", username, "/password", json(["password": password]))
    }

    private func send(_ method: String, _ username: String, _ what: String, _ body: Data? = nil) async throws {
        try await routes.send(method, "users/\(routes.encoded(username))\(what)", query: query, body: body)
    }

    private var query: [URLQueryItem] {
        pool.map { [URLQueryItem(name: "pool", value: $0)] } ?? []
    }
}
