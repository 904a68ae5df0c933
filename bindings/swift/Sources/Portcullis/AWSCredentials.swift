import Foundation
import PortcullisCore

/// Temporary credentials for AWS services, of one identity of the identity pool. Printing shows none of them.
///
/// They work until they expire, usually for an hour: a sign-out, even a global one, does not end them sooner.
public struct AWSCredentials: Sendable, Equatable {
    /// Whose they are, for example `eu-west-1:00000000-1111-2222-3333-444444444444`.
    public let identityId: String
    /// The access key's id.
    public let accessKeyId: String
    /// The secret access key.
    public let secretAccessKey: String
    /// The session token, which goes with every request.
    public let sessionToken: String
    /// When they expire, by the service's clock.
    public let expiresAt: Date

    /// Credentials that came from elsewhere, for previews and tests of an app.
    public init(identityId: String, accessKeyId: String, secretAccessKey: String, sessionToken: String, expiresAt: Date) {
        self.identityId = identityId
        self.accessKeyId = accessKeyId
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }
}

extension AWSCredentials {
    init(_ core: AwsCredentialSet) {
        identityId = core.identityId
        accessKeyId = core.accessKeyId
        secretAccessKey = core.secretAccessKey
        sessionToken = core.sessionToken
        expiresAt = core.expiresAt
    }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// When they expire.
    public var description: String { "AWSCredentials(expiresAt: \(expiresAt))" }
    /// When they expire.
    public var debugDescription: String { description }
    /// When they expire.
    public var customMirror: Mirror { Mirror(self, children: ["expiresAt": expiresAt]) }
}

/// Options of ``AuthClient/fetchAWSCredentials(options:)``.
public typealias AWSCredentialsOptions = PortcullisCore.AWSCredentialsOptions
/// A plain HTTP request to an AWS service, for ``AuthClient/signAWSRequest(_:)``.
public typealias AWSRequest = PortcullisCore.AWSRequest
/// What a configuration says of an identity pool.
public typealias IdentityPoolConfiguration = PortcullisCore.IdentityPoolConfiguration
