import PortcullisCore

/// How to sign in: which flow the first request starts.
public enum AuthFlow: Sendable, Hashable, CaseIterable {
    /// The password, proved with SRP without sending it (Cognito's `USER_SRP_AUTH`).
    case userSRP
    /// The password itself, over TLS (`USER_PASSWORD_AUTH`); the user-migration trigger needs it.
    case userPassword
    /// The pool's Lambda triggers decide, after the password was proved with SRP (`CUSTOM_AUTH` with `SRP_A`).
    case customWithSRP
    /// The pool's Lambda triggers decide; no password (`CUSTOM_AUTH`).
    case customWithoutSRP
}

/// Options of ``AuthClient/signIn(username:password:options:)``.
public struct SignInOptions: Sendable, Hashable {
    /// How to sign in this time; `nil`: as the configuration says.
    public var authFlow: AuthFlow?
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one. Sent with every request that this
    /// sign-in makes (Cognito hands that of the first only to some triggers).
    public var clientMetadata: [String: String]
    /// Amplify's older name for the same thing, merged into it; where both have a key, this one wins.
    /// The pre-authentication trigger sees it as `validationData`.
    public var validationData: [String: String]

    /// Options; each has a default.
    public init(
        authFlow: AuthFlow? = nil,
        clientMetadata: [String: String] = [:],
        validationData: [String: String] = [:]
    ) {
        self.authFlow = authFlow
        self.clientMetadata = clientMetadata
        self.validationData = validationData
    }
}

// The generated code cannot spell `SRP` in capitals, hence these copies.

extension AuthFlow {
    init(_ core: PortcullisCore.AuthFlow) {
        switch core {
        case .userSrp: self = .userSRP
        case .userPassword: self = .userPassword
        case .customWithSrp: self = .customWithSRP
        case .customWithoutSrp: self = .customWithoutSRP
        }
    }

    var core: PortcullisCore.AuthFlow {
        switch self {
        case .userSRP: .userSrp
        case .userPassword: .userPassword
        case .customWithSRP: .customWithSrp
        case .customWithoutSRP: .customWithoutSrp
        }
    }
}

extension SignInOptions {
    var core: PortcullisCore.SignInOptions {
        .init(authFlow: authFlow?.core, clientMetadata: clientMetadata, validationData: validationData)
    }
}
