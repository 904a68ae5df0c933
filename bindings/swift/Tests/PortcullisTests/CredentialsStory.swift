import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// AWS credentials for guests, users and whoever another provider vouches for.
@Suite struct CredentialsStory {
    @Test func guestsUsersAndGuestsAgain() async throws {
        let pool = try await IdentityPool()
        try await pool.users.add("ann")
        let auth = try pool.client()
        #expect(auth.configuration.identityPool?.id == pool.id)
        let guest = try await auth.fetchAWSCredentials()
        #expect(guest.accessKeyId.hasPrefix("ASIA"))
        #expect(guest.expiresAt > Date())
        #expect(try await auth.fetchAWSCredentials() == guest)

        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let ann = try await auth.fetchAWSCredentials()
        #expect(ann.identityId != guest.identityId)
        let options = FetchSessionOptions(awsCredentials: true)
        let session = try await auth.fetchAuthSession(options: options)
        #expect(try session.awsCredentials == ann)
        #expect(try session.identityId == ann.identityId)
        #expect(session.userSub == session.user?.userId)
        #expect(try session.tokens.idToken != nil)
        let plain = try await auth.fetchAuthSession()
        #expect(throws: AuthError.self) { try plain.awsCredentials }

        await auth.signOut()
        #expect(try await auth.fetchIdentityId() == guest.identityId)
        try await auth.clearIdentity()
        #expect(try await auth.fetchIdentityId() != guest.identityId)
    }

    @Test func aGuestWhoSignsInKeepsTheIdentityIfTheAppAsks() async throws {
        let pool = try await IdentityPool()
        try await pool.users.add("bob")
        let auth = try pool.client(mergeGuestIdentity: true)
        let guest = try await auth.fetchIdentityId()
        _ = try await auth.signIn(username: "bob", password: UserPool.password)
        #expect(try await auth.fetchIdentityId() == guest)
    }

    @Test func anAppsOwnServerGetsATokenOfTheIdentity() async throws {
        let auth = try await IdentityPool().client()
        let token = try await auth.fetchOpenIdToken()
        #expect(try token.claims().subject == (try await auth.fetchIdentityId()))
    }

    @Test func whatIsNotConfiguredOrAllowedIsSaid() async throws {
        let none = try await UserPool().client()
        let missing = try await failure { try await none.fetchAWSCredentials() }
        #expect(missing.code == .configurationInvalid)
        let closed = try await IdentityPool(guests: false).client()
        let denied = try await failure { try await closed.fetchAWSCredentials() }
        #expect(denied.code == .guestAccessDenied)
    }

    @Test func anIdentityPoolThatIsDownHidesNoTokens() async throws {
        let pool = try await IdentityPool()
        try await pool.users.add("cy")
        let nowhere = try TinyServer.html(status: "503 Service Unavailable")
        defer { nowhere.stop() }
        let auth = try AuthClient(configuration: pool.configuration(endpoint: nowhere.endpoint), storage: .memory)
        #expect(try await auth.signIn(username: "cy", password: UserPool.password).isSignedIn)
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(awsCredentials: true))
        #expect(try session.tokens.idToken != nil)
        guard case .failure(let error) = session.awsCredentialsOutcome else { throw Unexpected("credentials") }
        #expect(error.isRetryable)
    }

    @Test func whoeverIsFederatedSurvivesTheProcess() async throws {
        let pool = try await IdentityPool()
        let folder = try temporaryFolder()
        let auth = try pool.client(storage: .files(directory: folder))
        let token = try await pool.googleToken()
        let expires = Date().addingTimeInterval(3600)
        let credentials = try await auth.federateToIdentityPool(
            provider: .google, token: token, options: FederateOptions(expiresAt: expires, user: ["name": "Dee"]))
        #expect(auth.state == .federated(identityId: credentials.identityId))

        let restarted = try pool.client(storage: .files(directory: folder))
        #expect(try await restarted.load() == .federated(identityId: credentials.identityId))
        #expect(try await restarted.getCurrentUser().username == "Dee")
        #expect(restarted.federatedInfo?.token == token)
        #expect(restarted.federatedInfo?.provider == .google)
        #expect(try await restarted.fetchAWSCredentials() == credentials)
        let refused = try await failure {
            try await restarted.signIn(username: "dee", password: UserPool.password)
        }
        #expect(refused.code == .federationActive)
        try await restarted.clearFederation()
        #expect(restarted.state == .signedOut)
        #expect(restarted.federatedInfo == nil)
    }

    @Test func aNewTokenIsAskedForBeforeTheOldOneEnds() async throws {
        let pool = try await IdentityPool()
        let auth = try pool.client()
        let (first, second) = (try await pool.googleToken(), try await pool.googleToken())
        let soon = Date().addingTimeInterval(30)
        try await auth.federateToIdentityPool(
            provider: .google, token: first, options: FederateOptions(expiresAt: soon))
        auth.setTokenProvider(for: .google) { FederatedToken(token: second, expiresAt: nil) }
        _ = try await auth.fetchAWSCredentials(options: AWSCredentialsOptions(forceRefresh: true))
        #expect(auth.federatedInfo?.token == second)
    }

    @Test func aProviderThatRefusesAndOneThatCannotBeReachedAreToldApart() async throws {
        struct Offline: Error {}
        let pool = try await IdentityPool()
        let auth = try pool.client()
        let over = Date().addingTimeInterval(-1)
        let token = try await pool.googleToken()
        try await auth.federateToIdentityPool(
            provider: .google, token: token, options: FederateOptions(expiresAt: over))
        let forced = AWSCredentialsOptions(forceRefresh: true)
        auth.setTokenProvider(for: .google) { throw FederatedTokenError.Refused(detail: "signed out there") }
        let refused = try await failure { try await auth.fetchAWSCredentials(options: forced) }
        #expect(refused.code == .providerTokenExpired)
        auth.setTokenProvider(for: .google) { throw Offline() }
        let offline = try await failure { try await auth.fetchAWSCredentials(options: forced) }
        #expect(offline.code == .network)
        #expect(auth.federatedInfo?.token == token)
    }

    @Test func milliSecondsThatWereGivenAsSecondsAreNoMoment() async throws {
        let auth = try await IdentityPool().client()
        let mistaken = Date(timeIntervalSince1970: 1_767_603_787_000)
        let error = try await failure {
            try await auth.federateToIdentityPool(
                provider: .google, token: "t", options: FederateOptions(expiresAt: mistaken))
        }
        #expect(error.info.field == "expiresAt")
    }

    @Test func nothingSecretIsPrinted() async throws {
        let auth = try await IdentityPool().client()
        let credentials = try await auth.fetchAWSCredentials()
        let secrets = [credentials.secretAccessKey, credentials.sessionToken, credentials.accessKeyId]
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(secrets.allSatisfy { !text.contains($0) })
        }
    }
}
