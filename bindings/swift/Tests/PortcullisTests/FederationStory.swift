import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// Every provider that vouches for people to an identity pool.
@Suite struct FederationStory {
    private static let auth0 = FederatedProvider.oidc(issuer: "https://tenant.eu.auth0.com/")

    @Test func everyProvider() async throws {
        let pool = try await IdentityPool()
        let server = pool.users.server
        let providers: [(FederatedProvider, String)] = [
            (.google, "google"), (.facebook, "facebook"), (.amazon, "amazon"), (.apple, "apple"), (.twitter, "twitter"),
            (Self.auth0, "tenant.eu.auth0.com"),
        ]
        for (provider, name) in providers {
            let auth = try pool.client()
            let one = try await server.token(of: name, subject: "person-1170")
            let first = try await auth.federateToIdentityPool(provider: provider, token: one)
            #expect(auth.state == .federated(identityId: first.identityId))
            #expect(auth.federatedInfo?.provider == provider)
            let other = try await server.token(of: name, subject: "person-1170")
            let again = try await auth.federateToIdentityPool(provider: provider, token: other)
            #expect(again.identityId == first.identityId)
            let expired = try await server.token(of: name, subject: "person-1170", wrong: "expired")
            let refused = try await failure { try await auth.federateToIdentityPool(provider: provider, token: expired) }
            #expect(refused.code == .providerTokenExpired)
            try await auth.clearFederation()
            #expect(try await auth.fetchAWSCredentials().identityId != first.identityId, "a guest now")
        }
    }

    @Test func auth0StepByStep() async throws {
        let pool = try await IdentityPool()
        let auth = try pool.client()
        let first = try await pool.users.server.token(of: "tenant.eu.auth0.com", subject: "auth0|7")
        let soon = FederateOptions(
            expiresAt: Date().addingTimeInterval(30), user: ["name": "Ann", "email": "ann@example.org"])
        let credentials = try await auth.federateToIdentityPool(provider: Self.auth0, token: first, options: soon)
        #expect(try await auth.getCurrentUser().username == "Ann")
        let next = try await pool.users.server.token(of: "tenant.eu.auth0.com", subject: "auth0|7")
        let later = Date().addingTimeInterval(3600)
        auth.setTokenProvider(for: Self.auth0) { FederatedToken(token: next, expiresAt: later) }
        let renewed = try await auth.fetchAWSCredentials(options: AWSCredentialsOptions(forceRefresh: true))
        #expect(renewed.identityId == credentials.identityId)
        #expect(auth.federatedInfo?.token == next)
        await auth.signOut()
        #expect(auth.state == .signedOut)
    }

    @Test func aDevelopersBackEnd() async throws {
        let pool = try await IdentityPool()
        let answer = try await pool.users.server.callIdentityPools("GetOpenIdTokenForDeveloperIdentity", [
            "IdentityPoolId": pool.id, "Logins": ["login.my-back-end": "ann"],
        ])
        let identityId = try #require(answer["IdentityId"] as? String)
        let token = try #require(answer["Token"] as? String)
        let credentials = try await pool.client().federateToIdentityPool(
            provider: .developer, token: token, options: FederateOptions(identityId: identityId))
        #expect(credentials.identityId == identityId)
    }

    @Test(arguments: ["key", "issuer", "alg_none", "audience"])
    func tokensThatProveNothingAreRefused(wrong: String) async throws {
        let pool = try await IdentityPool()
        let auth = try pool.client()
        let token = try await pool.users.server.token(of: "google", subject: "117", wrong: wrong)
        let refused = try await failure { try await auth.federateToIdentityPool(provider: .google, token: token) }
        #expect(refused.code == .providerTokenRefused)
    }

    @Test func twoAccountsHaveTwoIdentities() async throws {
        let pool = try await IdentityPool()
        for name in ["ann", "bob"] { try await pool.users.add(name) }
        let auth = try pool.client()
        let keep = SignInOptions(existingSession: .keep)
        _ = try await auth.signIn(username: "ann", password: UserPool.password, options: keep)
        let ann = try await auth.fetchAWSCredentials()
        _ = try await auth.signIn(username: "bob", password: UserPool.password, options: keep)
        #expect(try await auth.fetchAWSCredentials().identityId != ann.identityId)
        let account = try #require(auth.accounts.first { $0.username == "ann" })
        try await auth.switchAccount(to: account)
        #expect(try await auth.fetchAWSCredentials().identityId == ann.identityId)
    }

    @Test func aUserWhoHasAnIdentityDoesNotTakeAGuests() async throws {
        let pool = try await IdentityPool()
        try await pool.users.add("ann")
        let auth = try pool.client(mergeGuestIdentity: true)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let hers = try await auth.fetchIdentityId()
        await auth.signOut()
        let guest = try await auth.fetchIdentityId()
        #expect(guest != hers)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(try await auth.fetchAWSCredentials().identityId == hers)
    }
}
