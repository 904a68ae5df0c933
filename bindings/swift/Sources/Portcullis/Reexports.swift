import PortcullisCore

// The types that need no Swift of their own, under the one name that people import.

/// How the pool confirms new accounts.
public typealias SignUpVerification = PortcullisCore.SignUpVerification
/// A user attribute, for example `email`.
public typealias UserAttribute = PortcullisCore.UserAttribute
/// Where a code was sent.
public typealias CodeDeliveryDetails = PortcullisCore.CodeDeliveryDetails
/// How a code was sent.
public typealias DeliveryMedium = PortcullisCore.DeliveryMedium

/// Options of ``AuthClient/fetchAuthSession(options:)``.
public typealias FetchSessionOptions = PortcullisCore.FetchSessionOptions
/// Options of ``AuthClient/signOut(options:)``: `global` ends the user's sessions on all devices, `allAccounts` signs out
/// every account here, `account` this one instead of the current one.
public typealias SignOutOptions = PortcullisCore.SignOutOptions
/// What ``AuthClient/signOut(options:)`` came to.
public typealias SignOutResult = PortcullisCore.SignOutResult
/// The claims of a token.
public typealias TokenClaims = PortcullisCore.TokenClaims
/// A claim of any kind.
public typealias ClaimValue = PortcullisCore.ClaimValue

/// A user, as the service names them.
public typealias AuthUser = PortcullisCore.AuthUser
/// Whether somebody is signed in.
public typealias AuthState = PortcullisCore.AuthState
/// Why the state is not known.
public typealias UnknownReason = PortcullisCore.UnknownReason
/// What happened.
public typealias AuthEvent = PortcullisCore.AuthEvent
/// What is known about a failure.
public typealias AuthErrorInfo = PortcullisCore.AuthErrorInfo

extension AuthState {
    /// Who is signed in, or whose session expired.
    public var user: AuthUser? {
        switch self {
        case .signedIn(let user), .sessionExpired(let user, _): user
        case .signedOut, .federated, .unknown: nil
        }
    }
}

extension TokenClaims {
    /// A claim by its name, for example `claims["custom:tenant"]`.
    public subscript(name: String) -> ClaimValue? {
        all[name]
    }

    /// A claim that is a string.
    public func text(_ name: String) -> String? {
        if case .text(let value) = all[name] { value } else { nil }
    }
}
