// Put this file into an app that has the AWS SDK for Swift; Portcullis itself does not depend on that SDK.

import Portcullis

#if canImport(SmithyIdentity)
import struct Smithy.Attributes
import SmithyIdentity
#endif

/// The AWS credentials of whoever uses the app, for service clients of the AWS SDK for Swift:
/// `S3Client.S3ClientConfiguration(awsCredentialIdentityResolver: AWSCredentialsResolver(auth), region: "eu-west-1")`.
///
/// Each request of a service client asks anew, and gets those of the user who is signed in then, or a guest's. Do not put
/// a resolver that caches around it: the client keeps credentials by itself, and knows when somebody else signs in.
public struct AWSCredentialsResolver: AWSCredentialIdentityResolver {
    private let auth: AuthClient
    private let options: AWSCredentialsOptions

    /// - Parameters:
    ///   - auth: whose credentials.
    ///   - customRoleArn: the role to take, where the identity pool lets the user's token choose one; absent: the identity
    ///     pool decides.
    public init(_ auth: AuthClient, customRoleArn: String? = nil) {
        self.auth = auth
        options = AWSCredentialsOptions(customRoleArn: customRoleArn)
    }

    /// The credentials, from memory while they are fresh.
    /// - Throws: ``AuthError``, as ``AuthClient/fetchAWSCredentials(options:)``.
    public func getIdentity(identityProperties: Attributes?) async throws -> AWSCredentialIdentity {
        let credentials = try await auth.fetchAWSCredentials(options: options)
        return AWSCredentialIdentity(
            accessKey: credentials.accessKeyId,
            secret: credentials.secretAccessKey,
            expiration: credentials.expiresAt,
            sessionToken: credentials.sessionToken
        )
    }
}
