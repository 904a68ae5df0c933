import Foundation

// As much of smithy-swift as `AWSCredentialsResolver` names, declared as its modules `Smithy`, `SmithyIdentityAPI` and
// `SmithyIdentity` do (smithy-lang/smithy-swift, Sources, August 2026), so that the file is compiled here without that SDK.

/// `Smithy.Attributes`
public struct Attributes: Sendable {
    public init() {}
}

/// `SmithyIdentityAPI.Identity`
public protocol Identity: Sendable {
    var expiration: Date? { get }
    var properties: Attributes { get }
}

/// `SmithyIdentityAPI.IdentityResolver`
public protocol IdentityResolver: Sendable {
    associatedtype IdentityT: Identity

    func getIdentity(identityProperties: Attributes?) async throws -> IdentityT
}

/// `SmithyIdentity.AWSCredentialIdentity`
public struct AWSCredentialIdentity: Identity {
    public let accessKey: String
    public let secret: String
    public let accountID: String?
    public let sessionToken: String?
    public let expiration: Date?
    public let properties: Attributes

    public init(
        accessKey: String,
        secret: String,
        accountID: String? = nil,
        expiration: Date? = nil,
        sessionToken: String? = nil,
        properties: Attributes = Attributes()
    ) {
        self.accessKey = accessKey
        self.secret = secret
        self.accountID = accountID
        self.expiration = expiration
        self.sessionToken = sessionToken
        self.properties = properties
    }
}

/// `SmithyIdentity.AWSCredentialIdentityResolver`
public protocol AWSCredentialIdentityResolver: IdentityResolver, Sendable where IdentityT == AWSCredentialIdentity {}
