import Foundation
import LocalPoolProcess
import Portcullis

/// An identity pool for the users of a user pool, for guests and for those of every provider.
struct IdentityPool: Sendable {
    let users: UserPool
    let id: String

    init(guests: Bool = true) async throws {
        users = try await UserPool()
        let server = users.server
        let made = try await server.callIdentityPools("CreateIdentityPool", [
            "IdentityPoolName": "stories",
            "AllowUnauthenticatedIdentities": guests,
            "SupportedLoginProviders": [
                "accounts.google.com": "google-app", "graph.facebook.com": "facebook-app", "www.amazon.com": "amazon-app",
                "appleid.apple.com": "apple-app", "api.twitter.com": "twitter-app",
            ],
            "OpenIdConnectProviderARNs": ["arn:aws:iam::000000000000:oidc-provider/tenant.eu.auth0.com"],
            "DeveloperProviderName": "login.my-back-end",
            "CognitoIdentityProviders": [
                ["ProviderName": "cognito-idp.\(users.id.prefix { $0 != "_" }).amazonaws.com/\(users.id)",
                 "ClientId": users.clientId],
            ],
        ])
        guard let id = made["IdentityPoolId"] as? String else { throw Unexpected("CreateIdentityPool: \(made)") }
        self.id = id
        let role = "arn:aws:iam::000000000000:role/stories"
        _ = try await server.callIdentityPools("SetIdentityPoolRoles", [
            "IdentityPoolId": id, "Roles": ["authenticated": role, "unauthenticated": role],
        ])
    }

    func configuration(endpoint: URL? = nil, mergeGuestIdentity: Bool = false) throws -> AuthConfiguration {
        try AuthConfiguration(
            userPoolId: users.id,
            clientId: users.clientId,
            endpoint: users.server.endpoint,
            identityPoolId: id,
            identityPoolEndpoint: endpoint ?? users.server.endpoint,
            mergeGuestIdentity: mergeGuestIdentity,
            totalTimeout: 120
        )
    }

    func client(mergeGuestIdentity: Bool = false, storage: AuthClient.Storage = .memory) throws -> AuthClient {
        try AuthClient(configuration: configuration(mergeGuestIdentity: mergeGuestIdentity), storage: storage)
    }

    func googleToken() async throws -> String {
        try await users.server.token(of: "google", subject: UUID().uuidString)
    }
}
