import PortcullisCore

extension AuthClient {
    /// AWS credentials of whoever uses the app: the signed-in user, whoever is federated, or a guest. From memory or the
    /// store while they are fresh; if the service cannot be reached, those that still work. However many calls come at
    /// once, the service gets one request (`GetId`, `GetCredentialsForIdentity`).
    /// - Throws: ``AuthError/notAuthorized(_:)`` with the code `guest_access_denied`, `provider_token_expired` or
    ///   `provider_token_refused`, ``AuthError/configuration(_:)`` (there is no identity pool),
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func fetchAWSCredentials(
        options: AWSCredentialsOptions = AWSCredentialsOptions()
    ) async throws -> AWSCredentials {
        AWSCredentials(try await cancellable { [core] in
            try await core.fetchAwsCredentials(options: options, cancel: $0)
        })
    }

    /// Signs a plain HTTP request to an AWS service (Signature Version 4) with the AWS credentials of whoever uses the app,
    /// at the service's time. Gives the headers to add to it: `Authorization`, `X-Amz-Date`, `X-Amz-Security-Token`, and
    /// for S3 `X-Amz-Content-Sha256`. They are secrets for as long as AWS takes them, some minutes.
    /// - Throws: as ``fetchAWSCredentials(options:)``, and ``AuthError/validation(_:)`` for what HTTP clients would send in
    ///   different ways; its field names it.
    public func signAWSRequest(_ request: AWSRequest) async throws -> [String: String] {
        try await cancellable { [core] in try await core.signAwsRequest(request: request, cancel: $0) }
    }

    /// The id that whoever uses the app has at the identity pool (Cognito's `GetId`).
    /// - Throws: as ``fetchAWSCredentials(options:)``.
    public func fetchIdentityId() async throws -> String {
        try await cancellable { [core] in try await core.fetchIdentityId(cancel: $0) }
    }

    /// An OpenID token of the identity (Cognito's `GetOpenIdToken`), by which the app's own servers can verify who is
    /// calling. New at each call. The identity pool must allow the basic (classic) flow.
    /// - Throws: as ``fetchAWSCredentials(options:)``, and ``AuthError/validation(_:)`` if the basic flow is off.
    public func fetchOpenIdToken() async throws -> Token {
        Token(rawValue: try await cancellable { [core] in try await core.fetchOpenIdToken(cancel: $0) })
    }

    /// Forgets the identity of whoever uses the app, and its credentials, on this device: the next guest gets another one,
    /// a user the same again. Nobody is signed out by it.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `federation_active` (call ``clearFederation()`` instead),
    ///   ``AuthError/configuration(_:)``, ``AuthError/storage(_:)``, and what every call may throw.
    public func clearIdentity() async throws {
        try await cancellable { [core] in try await core.clearIdentity(cancel: $0) }
    }
}
