import PortcullisCore

/// A second factor (multi-factor authentication).
public typealias MFAType = PortcullisCore.MfaType
/// What an authenticator app needs to be set up: the shared secret, which printing does not show, and the user name.
public typealias TOTPSetupDetails = PortcullisCore.TotpSetupDetails

/// What a choice-based sign-in (``AuthFlow/userAuth(preferredFirstFactor:)``) can begin with.
public enum FirstFactor: Sendable, Hashable {
    /// The password itself, over TLS (Cognito's `PASSWORD`).
    case password
    /// The password, proved with SRP without sending it (`PASSWORD_SRP`).
    case passwordSRP
    /// A one-time code by e-mail (`EMAIL_OTP`).
    case emailOTP
    /// A one-time code by text message (`SMS_OTP`).
    case smsOTP
    /// A passkey (`WEB_AUTHN`).
    case webAuthn
    /// A factor that this release does not know, by the service's name.
    case other(name: String)

    /// The factor that the service calls so.
    public init(name: String) {
        self.init(firstFactorNamed(name: name))
    }

    /// What ``AuthClient/confirmSignIn(challengeResponse:options:)`` takes to choose this factor: the service's name for
    /// it.
    public var challengeResponse: String {
        firstFactorName(factor: core)
    }
}

extension MFAType {
    /// What ``AuthClient/confirmSignIn(challengeResponse:options:)`` takes to choose this factor: the service's name for
    /// it.
    public var challengeResponse: String {
        mfaTypeName(mfaType: self)
    }
}

extension TOTPSetupDetails {
    /// The `otpauth://totp/…` address that authenticator apps read from a QR code, or that opens one on this device. It
    /// holds the secret: show it to the user only.
    /// - Parameters:
    ///   - appName: the issuer, as the authenticator app will show it.
    ///   - accountName: whose code it is; `nil`: the user name.
    public func setupURI(appName: String, accountName: String? = nil) -> String {
        totpSetupUri(details: self, appName: appName, accountName: accountName)
    }
}

// The generated code cannot spell `SRP` and `OTP` in capitals, hence this copy.
extension FirstFactor {
    init(_ core: PortcullisCore.FirstFactor) {
        self = switch core {
        case .password: .password
        case .passwordSrp: .passwordSRP
        case .emailOtp: .emailOTP
        case .smsOtp: .smsOTP
        case .webAuthn: .webAuthn
        case .other(let name): .other(name: name)
        }
    }

    var core: PortcullisCore.FirstFactor {
        switch self {
        case .password: .password
        case .passwordSRP: .passwordSrp
        case .emailOTP: .emailOtp
        case .smsOTP: .smsOtp
        case .webAuthn: .webAuthn
        case .other(let name): .other(name: name)
        }
    }
}
