import Foundation
import PortcullisCore

/// The configuration of one user pool and app client, checked when it is made.
///
/// ```swift
/// let configuration = try AuthConfiguration.amplifyOutputs(Data(contentsOf: url))
/// let configuration = try AuthConfiguration(userPoolId: "eu-west-1_AbCdEfGh1", clientId: "1example23456789")
/// ```
public struct AuthConfiguration: Sendable {
    let core: ConfigurationCore

    /// A configuration written out in code.
    /// - Parameters:
    ///   - userPoolId: the user pool's id, for example `eu-west-1_AbCdEfGh1`.
    ///   - clientId: the app client's id.
    ///   - region: the pool's region; `nil`: the part of the pool id before `_`.
    ///   - clientSecret: the app client's secret, if it has one. A secret in an app is none: prefer a client without.
    ///   - endpoint: the URL of the user-pool service, for a proxy or local-pool; plain http only to this machine.
    ///   - authFlow: how `signIn` works unless a call says otherwise.
    ///   - clientMetadata: `ClientMetadata` for the pool's Lambda triggers with every call, under what a call gives.
    ///   - signUpVerification: how the pool confirms new accounts, with a code or a link.
    ///   - threatProtection: whether the requests that sign somebody in or up, or reset a password, carry data about the
    ///     device for Cognito's threat protection: the client's ``DeviceFacts`` and an id of this installation.
    ///   - analyticsEndpointId: the id of the Amazon Pinpoint endpoint that the service attributes the same requests to.
    ///   - identityPoolId: the identity pool that gives out AWS credentials.
    ///   - identityPoolRegion: its region; `nil`: the part of its id before `:`.
    ///   - identityPoolEndpoint: the URL of the service of identity pools, for a proxy or local-pool; plain http only to
    ///     this machine.
    ///   - guestAccess: whether somebody who is not signed in gets the credentials of a guest. Amplify's `mandatorySignIn`
    ///     means no.
    ///   - mergeGuestIdentity: whether a guest who signs in keeps their identity. Cognito cannot undo it.
    ///   - hostedUIDomain: where the pool's hosted pages are: their domain, or a URL; plain http only to this machine.
    ///   - hostedUIScopes: the scopes that a sign-in on them asks for; empty: all of the app client.
    ///   - signInRedirectURIs: where they send people back to after a sign-in: callback URLs of the app client.
    ///   - signOutRedirectURIs: where they send people back to after a sign-out.
    ///   - connectTimeout: how long making a connection may take, in seconds: 0.001 to 600, and no longer than
    ///     `totalTimeout`; `nil`: 10, or `totalTimeout` where that is less.
    ///   - totalTimeout: how long one call may take, everything included, in seconds: 0.001 to 600;
    ///     ``AuthClient/withTimeout(_:)`` says otherwise for single calls.
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key.
    public init(
        userPoolId: String,
        clientId: String,
        region: String? = nil,
        clientSecret: String? = nil,
        endpoint: URL? = nil,
        authFlow: AuthFlow = .userSRP,
        clientMetadata: [String: String] = [:],
        signUpVerification: SignUpVerification = .code,
        threatProtection: Bool = false,
        analyticsEndpointId: String? = nil,
        identityPoolId: String? = nil,
        identityPoolRegion: String? = nil,
        identityPoolEndpoint: URL? = nil,
        guestAccess: Bool = true,
        mergeGuestIdentity: Bool = false,
        hostedUIDomain: String? = nil,
        hostedUIScopes: [String] = [],
        signInRedirectURIs: [String] = [],
        signOutRedirectURIs: [String] = [],
        connectTimeout: TimeInterval? = nil,
        totalTimeout: TimeInterval = 30
    ) throws {
        let settings = ConfigurationSettings(
            userPoolId: userPoolId,
            clientId: clientId,
            region: region,
            clientSecret: clientSecret,
            endpoint: endpoint?.absoluteString,
            authFlow: authFlow,
            clientMetadata: clientMetadata,
            signUpVerification: signUpVerification,
            threatProtection: threatProtection,
            analyticsEndpointId: analyticsEndpointId,
            identityPoolId: identityPoolId,
            identityPoolRegion: identityPoolRegion,
            identityPoolEndpoint: identityPoolEndpoint?.absoluteString,
            guestAccess: guestAccess,
            mergeGuestIdentity: mergeGuestIdentity,
            hostedUiDomain: hostedUIDomain,
            hostedUiScopes: hostedUIScopes,
            signInRedirectUris: signInRedirectURIs,
            signOutRedirectUris: signOutRedirectURIs,
            connectTimeout: connectTimeout?.asDuration,
            totalTimeout: totalTimeout.asDuration
        )
        core = try mappingErrors { try ConfigurationCore.fromSettings(settings: settings) }
    }

    /// A configuration for an app that has an identity pool and no user pool: guests, and federation with other providers.
    /// Calls that need a user pool then throw ``AuthError/configuration(_:)``.
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key.
    public init(
        identityPoolId: String,
        identityPoolRegion: String? = nil,
        identityPoolEndpoint: URL? = nil,
        guestAccess: Bool = true,
        totalTimeout: TimeInterval = 30
    ) throws {
        try self.init(
            userPoolId: "",
            clientId: "",
            identityPoolId: identityPoolId,
            identityPoolRegion: identityPoolRegion,
            identityPoolEndpoint: identityPoolEndpoint,
            guestAccess: guestAccess,
            totalTimeout: totalTimeout
        )
    }

    private init(core: ConfigurationCore) {
        self.core = core
    }

    private init(_ text: Data, read: (String) throws -> ConfigurationCore) throws {
        core = try mappingErrors { try read(String(decoding: text, as: UTF8.self)) }
    }

    /// From the contents of an `amplify_outputs.json` (Amplify Gen 2).
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key, its text says what the key should be.
    public static func amplifyOutputs(_ contents: Data) throws -> AuthConfiguration {
        try AuthConfiguration(contents, read: ConfigurationCore.fromAmplifyOutputs)
    }

    /// From the contents of an `amplifyconfiguration.json` (Amplify Gen 1), or of an older `awsconfiguration.json`.
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key, its text says what the key should be.
    public static func amplifyConfiguration(_ contents: Data) throws -> AuthConfiguration {
        try AuthConfiguration(contents, read: ConfigurationCore.fromAmplifyConfiguration)
    }

    /// From the object of an `aws-exports.js`, or a manual `Auth` object, as JSON.
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key, its text says what the key should be.
    public static func awsExports(_ contents: Data) throws -> AuthConfiguration {
        try AuthConfiguration(contents, read: ConfigurationCore.fromAwsExports)
    }

    /// From JSON in any of the formats that Amplify's tools write; which one is found out.
    /// - Throws: ``AuthError/configuration(_:)``; its `field` names the key, its text says what the key should be.
    public static func json(_ contents: Data) throws -> AuthConfiguration {
        try AuthConfiguration(contents, read: ConfigurationCore.fromJson)
    }

    /// The same with other client data than the file says; what is `nil` stays as it is.
    /// - Parameters:
    ///   - threatProtection: whether the requests that sign somebody in or up, or reset a password, carry data about the
    ///     device for Cognito's threat protection.
    ///   - analyticsEndpointId: the id of the Amazon Pinpoint endpoint that the service attributes the same requests to;
    ///     empty: none.
    /// - Throws: ``AuthError/configuration(_:)``.
    public func withClientData(
        threatProtection: Bool? = nil,
        analyticsEndpointId: String? = nil
    ) throws -> AuthConfiguration {
        AuthConfiguration(core: try mappingErrors {
            try core.withClientData(threatProtection: threatProtection, analyticsEndpointId: analyticsEndpointId)
        })
    }

    /// The identity pool, if there is one.
    public var identityPool: IdentityPoolConfiguration? { core.identityPool() }
    /// The pool's hosted pages, if the configuration names them.
    public var hostedUI: HostedUIConfiguration? { core.hostedUi() }
    /// The user pool's id; empty without a user pool.
    public var userPoolId: String { core.userPoolId() }
    /// The app client's id; empty without a user pool.
    public var clientId: String { core.clientId() }
    /// The pool's region.
    public var region: String { core.region() }
    /// The URL of the user-pool service.
    public var endpoint: String { core.endpoint() }
    /// How `signIn` works unless a call says otherwise.
    public var authFlow: AuthFlow { core.authFlow() }
    /// Whether requests carry data about the device for Cognito's threat protection.
    public var threatProtection: Bool { core.threatProtection() }
    /// What was read but has no effect, for the developer.
    public var warnings: [String] { core.warnings() }
}

extension AuthConfiguration: CustomStringConvertible {
    /// Pool, client and endpoint; never the secret.
    public var description: String {
        "AuthConfiguration(userPoolId: \(userPoolId), clientId: \(clientId), endpoint: \(endpoint))"
    }
}

extension TimeInterval {
    /// What the bridge takes for a duration: it stops the process at a negative or endless one. The core knows what is too
    /// short or too long.
    var asDuration: TimeInterval {
        isNaN ? 0 : Swift.min(Swift.max(self, 0), 1e9)
    }
}
