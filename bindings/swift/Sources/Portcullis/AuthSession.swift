import Foundation
import PortcullisCore

/// The session of the current user.
public struct AuthSession: Sendable, Equatable {
    /// Whether somebody is signed in; true offline too.
    public let isSignedIn: Bool
    /// Who is signed in, or whose session expired.
    public let user: AuthUser?
    /// The user pool's tokens, or why there are none.
    public let tokensOutcome: TokensOutcome
    /// The identity's id at the identity pool, or why there is none; `nil` if it was not asked for.
    public let identityIdOutcome: Result<String, AuthError>?
    /// The AWS credentials, or why there are none; `nil` if they were not asked for.
    public let awsCredentialsOutcome: Result<AWSCredentials, AuthError>?

    /// A session as a call would give it, for previews and tests of an app.
    public init(
        isSignedIn: Bool,
        user: AuthUser?,
        tokensOutcome: TokensOutcome,
        identityIdOutcome: Result<String, AuthError>? = nil,
        awsCredentialsOutcome: Result<AWSCredentials, AuthError>? = nil
    ) {
        self.isSignedIn = isSignedIn
        self.user = user
        self.tokensOutcome = tokensOutcome
        self.identityIdOutcome = identityIdOutcome
        self.awsCredentialsOutcome = awsCredentialsOutcome
    }

    /// The identity's id, if the session was fetched with ``FetchSessionOptions`` `awsCredentials`.
    /// - Throws: the ``AuthError`` that says why there is none.
    public var identityId: String {
        get throws { try (identityIdOutcome ?? .failure(AuthError(code: .validationFailed))).get() }
    }

    /// The AWS credentials, if the session was fetched with ``FetchSessionOptions`` `awsCredentials`.
    /// - Throws: the ``AuthError`` that says why there are none.
    public var awsCredentials: AWSCredentials {
        get throws { try (awsCredentialsOutcome ?? .failure(AuthError(code: .validationFailed))).get() }
    }

    /// The `sub` claim of whoever is signed in, or whose session expired.
    public var userSub: String? { user?.userId }

    /// The tokens if they are fresh.
    /// - Throws: the ``AuthError`` that says why there are none, or why they are stale.
    public var tokens: AuthTokens {
        get throws {
            switch tokensOutcome {
            case .available(let tokens): return tokens
            case .stale(_, let error), .unavailable(let error): throw error
            }
        }
    }
}

/// The user pool's tokens, or why there are none.
public enum TokensOutcome: Sendable, Equatable {
    /// Fresh.
    case available(AuthTokens)
    /// Expired, and no new ones could be had for the given reason (offline, for example). Still signed in.
    case stale(AuthTokens, AuthError)
    /// None: nobody is signed in, or the session expired.
    case unavailable(AuthError)
}

/// The tokens of a session. Printing shows none of them.
public struct AuthTokens: Sendable, Equatable {
    /// The access token, for the app's own servers and for Cognito.
    public let accessToken: Token
    /// The ID token; absent when the sign-in did not ask for one.
    public let idToken: Token?
    /// When the first of them expires, by the service's clock.
    public let expiresAt: Date

    /// Tokens that came from elsewhere, for previews and tests of an app.
    public init(accessToken: Token, idToken: Token?, expiresAt: Date) {
        self.accessToken = accessToken
        self.idToken = idToken
        self.expiresAt = expiresAt
    }
}

extension AuthSession {
    init(_ core: CoreSession) {
        isSignedIn = core.isSignedIn
        user = core.user
        tokensOutcome = switch core.tokens {
        case .available(let tokens): .available(AuthTokens(tokens))
        case .stale(let tokens, let error): .stale(AuthTokens(tokens), AuthError(error))
        case .unavailable(let error): .unavailable(AuthError(error))
        }
        identityIdOutcome = core.identity.map { outcome($0.identityId, $0.identityIdError) }
        awsCredentialsOutcome = core.identity.map {
            outcome($0.awsCredentials.map(AWSCredentials.init(_:)), $0.awsCredentialsError)
        }
    }
}

/// A part of a session: the core gives one of the two.
private func outcome<Part>(_ part: Part?, _ error: CoreError?) -> Result<Part, AuthError> {
    if let part { return .success(part) }
    return .failure(error.map(AuthError.init(_:)) ?? AuthError(code: .internal))
}

extension AuthTokens {
    init(_ core: TokenSet) {
        accessToken = Token(rawValue: core.accessToken)
        idToken = core.idToken.map(Token.init(rawValue:))
        expiresAt = core.expiresAt
    }
}
