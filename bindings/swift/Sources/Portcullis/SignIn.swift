import PortcullisCore

/// How to sign in: which flow the first request starts.
public enum AuthFlow: Sendable, Hashable {
    /// The password, proved with SRP without sending it (Cognito's `USER_SRP_AUTH`).
    case userSRP
    /// The password itself, over TLS (`USER_PASSWORD_AUTH`); the user-migration trigger needs it.
    case userPassword
    /// What the user chooses among the factors that the pool allows (`USER_AUTH`): password, one-time code, passkey.
    /// The service goes straight to the preferred factor, if the user has it, and asks otherwise.
    case userAuth(preferredFirstFactor: FirstFactor? = nil)
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
    /// What becomes of the session of another user who is signed in; `nil`: it is replaced.
    public var existingSession: ExistingSession?

    /// Options; each has a default.
    public init(
        authFlow: AuthFlow? = nil,
        clientMetadata: [String: String] = [:],
        validationData: [String: String] = [:],
        existingSession: ExistingSession? = nil
    ) {
        self.authFlow = authFlow
        self.clientMetadata = clientMetadata
        self.validationData = validationData
        self.existingSession = existingSession
    }
}

// The generated code cannot spell `SRP` in capitals, hence these copies.

extension AuthFlow {
    init(_ core: PortcullisCore.AuthFlow) {
        self = switch core {
        case .userSrp: .userSRP
        case .userPassword: .userPassword
        case .userAuth(let preferred): .userAuth(preferredFirstFactor: preferred.map(FirstFactor.init(_:)))
        case .customWithSrp: .customWithSRP
        case .customWithoutSrp: .customWithoutSRP
        }
    }

    var core: PortcullisCore.AuthFlow {
        switch self {
        case .userSRP: .userSrp
        case .userPassword: .userPassword
        case .userAuth(let preferred): .userAuth(preferredFirstFactor: preferred?.core)
        case .customWithSRP: .customWithSrp
        case .customWithoutSRP: .customWithoutSrp
        }
    }
}

extension SignInOptions {
    var core: PortcullisCore.SignInOptions {
        .init(
            authFlow: authFlow?.core,
            clientMetadata: clientMetadata,
            validationData: validationData,
            existingSession: existingSession)
    }
}
