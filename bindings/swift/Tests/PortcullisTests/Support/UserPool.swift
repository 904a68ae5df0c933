import Foundation
import LocalPoolProcess
import Portcullis

/// A user pool with an app client, of one test.
struct UserPool: Sendable {
    static let password = "Correct-Horse-9"

    let server: LocalPool
    let id: String
    let clientId: String
    let clientSecret: String?

    /// A new pool in a server; by default in one that the tests without triggers share.
    /// - Parameters:
    ///   - settings: members of CreateUserPool, in the place of the default ones.
    ///   - mfa: what SetUserPoolMfaConfig is told.
    ///   - client: members of CreateUserPoolClient, in the place of the default ones.
    init(
        in server: LocalPool? = nil,
        settings: [String: any Sendable] = [:],
        mfa: MFASettings? = nil,
        client: [String: any Sendable] = [:]
    ) async throws {
        let server = try server ?? Shared.server()
        var wanted: [String: Any] = ["PoolName": "stories", "AutoVerifiedAttributes": ["email"]]
        wanted.merge(settings) { _, given in given }
        let made = try await server.call("CreateUserPool", wanted)
        let pool = made["UserPool"] as? [String: Any]
        guard let id = pool?["Id"] as? String else { throw Unexpected("CreateUserPool: \(made)") }
        if let mfa {
            _ = try await server.call("SetUserPoolMfaConfig", mfa.members.merging(["UserPoolId": id]) { $1 })
        }
        var members: [String: Any] = [
            "UserPoolId": id,
            "ClientName": "app",
            "ExplicitAuthFlows": [
                "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH", "ALLOW_USER_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        ]
        members.merge(client) { _, given in given }
        let app = try await server.call("CreateUserPoolClient", members)["UserPoolClient"] as? [String: Any]
        guard let clientId = app?["ClientId"] as? String else { throw Unexpected("CreateUserPoolClient") }
        self.init(server: server, id: id, clientId: clientId, clientSecret: app?["ClientSecret"] as? String)
    }

    /// A pool that the server was started with.
    init(server: LocalPool, id: String, clientId: String, clientSecret: String? = nil) {
        self.server = server
        self.id = id
        self.clientId = clientId
        self.clientSecret = clientSecret
    }

    func configuration(
        endpoint: URL? = nil,
        authFlow: AuthFlow = .userSRP,
        totalTimeout: TimeInterval = 120 // all the pools' keys are made at once, and a busy machine takes its time
    ) throws -> AuthConfiguration {
        try AuthConfiguration(
            userPoolId: id,
            clientId: clientId,
            clientSecret: clientSecret,
            endpoint: endpoint ?? server.endpoint,
            authFlow: authFlow,
            totalTimeout: totalTimeout
        )
    }

    func client(
        through relay: Relay? = nil,
        storage: AuthClient.Storage = .memory,
        platform: PlatformDetails = .ofThisDevice
    ) throws -> AuthClient {
        try AuthClient(configuration: configuration(endpoint: relay?.endpoint), storage: storage, platform: platform)
    }

    /// A confirmed user, as an administrator would make one.
    func add(_ username: String, attributes: [String: String] = [:]) async throws {
        var all = attributes
        all["email"] = all["email"] ?? "\(username)@example.com"
        _ = try await server.call("AdminCreateUser", [
            "UserPoolId": id,
            "Username": username,
            "MessageAction": "SUPPRESS",
            "UserAttributes": all.map { ["Name": $0.key, "Value": $0.value] },
        ])
        _ = try await server.call("AdminSetUserPassword", [
            "UserPoolId": id, "Username": username, "Password": Self.password, "Permanent": true,
        ])
    }

    /// Switches second factors of a user on, as an administrator would.
    func enable(_ factors: [MFAType], preferred: MFAType? = nil, for username: String) async throws {
        var members: [String: Any] = ["UserPoolId": id, "Username": username]
        for factor in factors {
            members[factor.settingsMember] = ["Enabled": true, "PreferredMfa": factor == preferred]
        }
        _ = try await server.call("AdminSetUserMFAPreference", members)
    }

    /// What happens to its users at the service.
    var users: PoolUsers { server.control.users(in: id) }

    func code(sentTo username: String, kind: String = "signup") async throws -> String {
        try await server.code(sentTo: username, kind: kind, pool: id)
    }
}

/// What a pool has of second factors, and the domain of its passkeys.
struct MFASettings {
    var mode = "OFF"
    var factors: [MFAType] = []
    var relyingParty: String?

    static func optional(_ factors: MFAType...) -> MFASettings {
        MFASettings(mode: "OPTIONAL", factors: factors)
    }

    static func on(_ factors: MFAType...) -> MFASettings {
        MFASettings(mode: "ON", factors: factors)
    }

    static func passkeys(of domain: String) -> MFASettings {
        MFASettings(relyingParty: domain)
    }

    /// As SetUserPoolMfaConfig takes them.
    fileprivate var members: [String: Any] {
        var members: [String: Any] = ["MfaConfiguration": mode]
        if factors.contains(.sms) {
            members["SmsMfaConfiguration"] = [
                "SmsConfiguration": ["SnsCallerArn": "arn:aws:iam::000000000000:role/sms"],
            ]
        }
        if factors.contains(.totp) { members["SoftwareTokenMfaConfiguration"] = ["Enabled": true] }
        if factors.contains(.email) { members["EmailMfaConfiguration"] = [String: String]() }
        if let relyingParty { members["WebAuthnConfiguration"] = ["RelyingPartyId": relyingParty] }
        return members
    }
}

private extension MFAType {
    var settingsMember: String {
        switch self {
        case .sms: "SMSMfaSettings"
        case .totp: "SoftwareTokenMfaSettings"
        case .email: "EmailMfaSettings"
        case .other(let name): name
        }
    }
}

/// What a test did not count on.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// The servers of the tests without triggers: each makes the keys of its pools one after the other, hence two.
private enum Shared {
    private static let servers = [Result { try LocalPool() }, Result { try LocalPool() }]
    private static let next = Turn()

    static func server() throws -> LocalPool {
        try servers[next.take() % servers.count].get()
    }
}

private final class Turn: @unchecked Sendable {
    private let lock = NSLock()
    private var number = 0

    func take() -> Int {
        lock.withLock {
            number += 1
            return number
        }
    }
}
