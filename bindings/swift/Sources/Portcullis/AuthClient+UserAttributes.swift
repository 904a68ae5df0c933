import PortcullisCore

/// Options of ``AuthClient/updateUserAttributes(_:options:)``.
public typealias UpdateUserAttributesOptions = PortcullisCore.UpdateUserAttributesOptions
/// How the update of one attribute went.
public typealias UpdateUserAttributeResult = PortcullisCore.UpdateUserAttributeResult
/// What comes after the update of one attribute.
public typealias UpdateUserAttributeStep = PortcullisCore.UpdateUserAttributeStep
/// Options of ``AuthClient/sendVerificationCode(forAttribute:options:)``.
public typealias SendVerificationCodeOptions = PortcullisCore.SendVerificationCodeOptions
/// Which of the user's e-mail address and phone number are verified.
public typealias VerifiedContacts = PortcullisCore.VerifiedContacts

extension AuthClient {
    /// The signed-in user's attributes, from the service (Cognito's `GetUser`); custom ones have their `custom:` prefix.
    /// What the ID token says of them is in the session, without the network.
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func fetchUserAttributes() async throws -> [UserAttribute] {
        try await cancellable { [core] in try await core.fetchUserAttributes(cancel: $0) }
    }

    /// Which of the signed-in user's e-mail address and phone number are verified (Cognito's `GetUser`).
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func fetchVerifiedContacts() async throws -> VerifiedContacts {
        try await cancellable { [core] in try await core.fetchVerifiedContacts(cancel: $0) }
    }

    /// Updates attributes of the signed-in user (Cognito's `UpdateUserAttributes`): all of them or none.
    /// - Returns: one result for each of them, in their order; some need a code before they count.
    /// - Throws: ``AuthError/usernameExists(_:)`` (the address or number is another account's),
    ///   ``AuthError/validation(_:)`` (the pool has no such attribute), ``AuthError/notAuthorized(_:)`` (the app client
    ///   may not write it), ``AuthError/codeDeliveryFailed(_:)``, ``AuthError/lambdaRejected(_:)``,
    ///   ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    @discardableResult
    public func updateUserAttributes(
        _ attributes: [UserAttribute],
        options: UpdateUserAttributesOptions = UpdateUserAttributesOptions()
    ) async throws -> [UpdateUserAttributeResult] {
        try await cancellable { [core] in
            try await core.updateUserAttributes(attributes: attributes, options: options, cancel: $0)
        }
    }

    /// Updates one attribute of the signed-in user (Cognito's `UpdateUserAttributes`).
    /// - Throws: what ``updateUserAttributes(_:options:)`` throws.
    @discardableResult
    public func updateUserAttribute(
        _ attribute: UserAttribute,
        options: UpdateUserAttributesOptions = UpdateUserAttributesOptions()
    ) async throws -> UpdateUserAttributeResult {
        try await cancellable { [core] in
            try await core.updateUserAttribute(attribute: attribute, options: options, cancel: $0)
        }
    }

    /// Deletes attributes of the signed-in user (Cognito's `DeleteUserAttributes`); those that the pool requires stay.
    /// - Throws: ``AuthError/validation(_:)``, ``AuthError/notAuthorized(_:)``, ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func deleteUserAttributes(_ names: [String]) async throws {
        try await cancellable { [core] in try await core.deleteUserAttributes(attributeNames: names, cancel: $0) }
    }

    /// Sends a code that verifies an attribute (Cognito's `GetUserAttributeVerificationCode`); an older code no longer
    /// counts.
    /// - Parameter name: `email` or `phone_number`.
    /// - Returns: where it was sent.
    /// - Throws: ``AuthError/validation(_:)`` (the user has no such attribute, or it is verified already),
    ///   ``AuthError/limitExceeded(_:)``, ``AuthError/codeDeliveryFailed(_:)``, ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    @discardableResult
    public func sendVerificationCode(
        forAttribute name: String,
        options: SendVerificationCodeOptions = SendVerificationCodeOptions()
    ) async throws -> CodeDeliveryDetails {
        try await cancellable { [core] in
            try await core.sendVerificationCode(attributeName: name, options: options, cancel: $0)
        }
    }

    /// Verifies an attribute with the code that was sent to it (Cognito's `VerifyUserAttribute`).
    /// - Throws: ``AuthError/codeMismatch(_:)`` (ask again), ``AuthError/codeExpired(_:)``,
    ///   ``AuthError/usernameExists(_:)``, ``AuthError/limitExceeded(_:)``, ``AuthError/notSignedIn(_:)``,
    ///   ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func confirmUserAttribute(_ name: String, confirmationCode: String) async throws {
        try await cancellable { [core] in
            try await core.confirmUserAttribute(attributeName: name, confirmationCode: confirmationCode, cancel: $0)
        }
    }

    /// Deletes the signed-in user's account at the service, for good (Cognito's `DeleteUser`), and then the session here.
    /// A user whom the service does not know any more counts as deleted. After any other failure the user stays signed in.
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    public func deleteUser() async throws {
        try await cancellable { [core] in try await core.deleteUser(cancel: $0) }
    }
}
