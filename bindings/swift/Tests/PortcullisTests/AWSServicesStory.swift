import Foundation
import LocalPoolProcess
import Portcullis
import Testing

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What the credentials are for: other SDKs that ask for them, and requests that are signed by hand.
@Suite struct AWSServicesStory {
    @Test func aResolverGivesTheCredentialsOfWhoIsSignedInThen() async throws {
        let pool = try await IdentityPool()
        try await pool.users.add("ann")
        let auth = try pool.client()
        let resolver: any AWSCredentialIdentityResolver = AWSCredentialsResolver(auth)
        let guest = try await resolver.getIdentity(identityProperties: nil)
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        let ann = try await resolver.getIdentity(identityProperties: Attributes())
        let ours = try await auth.fetchAWSCredentials()
        #expect(ann.accessKey == ours.accessKeyId && ann.accessKey != guest.accessKey)
        #expect(ann.secret == ours.secretAccessKey)
        #expect(ann.sessionToken == ours.sessionToken)
        #expect(ann.expiration == ours.expiresAt)
    }

    @Test func whoeverIsSignedOutGetsATypedErrorWhereGuestsGetNothing() async throws {
        let auth = try await IdentityPool(guests: false).client()
        let denied = try await failure { try await AWSCredentialsResolver(auth).getIdentity(identityProperties: nil) }
        #expect(denied.code == .guestAccessDenied)
        let unsigned = AWSRequest(method: "GET", url: "https://example.org/", region: "us-east-1", service: "sts")
        let refused = try await failure { try await auth.signAWSRequest(unsigned) }
        #expect(refused.code == .guestAccessDenied)
    }

    @Test func aSignedRequestIsTakenByStsAndS3AndAnAlteredOneIsNot() async throws {
        let pool = try await IdentityPool()
        let auth = try pool.client()
        let server = pool.users.server.endpoint
        let asked = AWSRequest(
            method: "POST",
            url: "\(server.absoluteString)/",
            region: "us-east-1",
            service: "sts",
            headers: ["Content-Type": "application/x-www-form-urlencoded"],
            body: Data("Action=GetCallerIdentity&Version=2011-06-15".utf8)
        )
        let (status, text) = try await sent(asked, auth.signAWSRequest(asked))
        #expect(status == 200 && text.contains("<GetCallerIdentityResult>"), "\(text)")

        let path = "\(server.absoluteString)/_local/s3/stories/a%20folder/%C3%A4.txt"
        let put = AWSRequest(
            method: "PUT", url: path, region: "us-east-1", service: "s3", body: Data("hello".utf8))
        let headers = try await auth.signAWSRequest(put)
        #expect(Set(headers.keys) == ["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"])
        #expect(try await sent(put, headers).status == 200)
        let get = AWSRequest(method: "GET", url: path, region: "us-east-1", service: "s3")
        let signed = try await auth.signAWSRequest(get)
        #expect(try await sent(get, signed).text == "hello")

        let altered = AWSRequest(
            method: "PUT", url: path, region: "us-east-1", service: "s3", body: Data("hullo".utf8))
        #expect(try await sent(altered, headers).status != 200)
        let elsewhere = AWSRequest(method: "GET", url: "\(path)2", region: "us-east-1", service: "s3")
        #expect(try await sent(elsewhere, signed).status == 403)
        #expect(try await sent(get, [:]).status == 403)
    }

    @Test func whatClientsWouldSendInDifferentWaysIsRefusedByItsField() async throws {
        let auth = try await IdentityPool().client()
        let blank = AWSRequest(method: "GET", url: "https://example.org/a b", region: "us-east-1", service: "s3")
        let error = try await failure { try await auth.signAWSRequest(blank) }
        #expect(error.code == .validationFailed)
        #expect(error.info.field == "url")
    }

    /// The request as it was signed, with these headers besides.
    private func sent(_ request: AWSRequest, _ headers: [String: String]) async throws -> (status: Int, text: String) {
        var sent = URLRequest(url: try #require(URL(string: request.url)))
        sent.httpMethod = request.method
        if !request.body.isEmpty { sent.httpBody = request.body }
        for (name, value) in request.headers.merging(headers, uniquingKeysWith: { $1 }) {
            sent.setValue(value, forHTTPHeaderField: name)
        }
        let (data, response) = try await URLSession.shared.data(for: sent)
        let answer = try #require(response as? HTTPURLResponse)
        return (answer.statusCode, String(decoding: data, as: UTF8.self))
    }
}
