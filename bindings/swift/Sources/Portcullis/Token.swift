import PortcullisCore

/// An ID or access token. Whatever prints, dumps or interpolates it shows no part of it; ``rawValue`` is the only way.
public struct Token: Sendable, Equatable {
    /// The JSON Web Token as text: for an `Authorization` header, not for a log.
    public let rawValue: String

    /// A token that came from elsewhere.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The claims, read anew at each call. The signature is not verified: that is for servers.
    /// - Throws: ``AuthError/validation(_:)`` for a text that is no JSON Web Token.
    public func claims() throws -> TokenClaims {
        try mappingErrors { try decodeToken(token: rawValue) }
    }
}

extension Token: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Nothing of the token.
    public var description: String { "Token(redacted)" }
    /// Nothing of the token.
    public var debugDescription: String { description }
    /// No children, so that `dump` shows nothing of the token.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
