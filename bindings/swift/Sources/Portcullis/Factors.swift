import PortcullisCore

/// A second factor (multi-factor authentication).
public typealias MFAType = PortcullisCore.MFAType
/// What an authenticator app needs to be set up: the shared secret, which printing does not show, and the user name.
public typealias TOTPSetupDetails = PortcullisCore.TOTPSetupDetails

/// What a choice-based sign-in (``AuthFlow/userAuth(preferredFirstFactor:)``) can begin with.
public typealias FirstFactor = PortcullisCore.FirstFactor

extension FirstFactor {
    /// The factor that the service calls so.
    public init(name: String) {
        self = firstFactorNamed(name: name)
    }

    /// What ``AuthClient/confirmSignIn(challengeResponse:options:)`` takes to choose this factor: the service's name for
    /// it.
    public var challengeResponse: String {
        firstFactorName(factor: self)
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
