import PortcullisCore

/// Options of ``AuthClient/signUp(username:password:options:)``.
public struct SignUpOptions: Sendable, Hashable {
    /// Attributes of the new user.
    public var userAttributes: [UserAttribute]
    /// `ValidationData`: for the pre-sign-up trigger only; not stored.
    public var validationData: [String: String]
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one.
    public var clientMetadata: [String: String]
    /// Signs the user in by itself as soon as the account is confirmed; events tell how it went. The password is kept for
    /// that in memory only. `nil`: the user signs in, or ``AuthClient/autoSignIn()`` does where the next step says so.
    public var autoSignIn: AutoSignInOptions?

    /// Options; each has a default.
    public init(
        userAttributes: [UserAttribute] = [],
        validationData: [String: String] = [:],
        clientMetadata: [String: String] = [:],
        autoSignIn: AutoSignInOptions? = nil
    ) {
        self.userAttributes = userAttributes
        self.validationData = validationData
        self.clientMetadata = clientMetadata
        self.autoSignIn = autoSignIn
    }
}

/// How the sign-in that follows a sign-up by itself goes.
public struct AutoSignInOptions: Sendable, Hashable {
    /// Whether it shall come.
    public var enabled: Bool
    /// How to sign in; `nil`: as the configuration says. A sign-up that gave a session needs none of it.
    public var authFlow: AuthFlow?
    /// Merged into ``clientMetadata``, as that of `signIn` is.
    public var validationData: [String: String]
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one.
    public var clientMetadata: [String: String]

    /// Options; each has a default.
    public init(
        enabled: Bool = true,
        authFlow: AuthFlow? = nil,
        validationData: [String: String] = [:],
        clientMetadata: [String: String] = [:]
    ) {
        self.enabled = enabled
        self.authFlow = authFlow
        self.validationData = validationData
        self.clientMetadata = clientMetadata
    }
}

// They hold an `AuthFlow`, hence these copies.

extension SignUpOptions {
    var core: PortcullisCore.SignUpOptions {
        .init(
            userAttributes: userAttributes,
            validationData: validationData,
            clientMetadata: clientMetadata,
            autoSignIn: autoSignIn?.core
        )
    }
}

extension AutoSignInOptions {
    var core: PortcullisCore.AutoSignInOptions {
        .init(
            enabled: enabled,
            authFlow: authFlow?.core,
            validationData: validationData,
            clientMetadata: clientMetadata
        )
    }
}
