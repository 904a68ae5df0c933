import Foundation

/// The errors of Apple's AuthenticationServices framework, by number, so that what becomes of them is tested on every
/// system.
enum AppleAuthorizationError {
    /// `ASAuthorizationErrorDomain`
    static let domain = "com.apple.AuthenticationServices.AuthorizationError"

    /// `ASAuthorizationError.Code`
    private enum Code {
        static let canceled = 1001
        static let failed = 1004
        /// iOS 18, macOS 15.
        static let matchedExcludedCredential = 1006
        /// iOS 26, macOS 26.
        static let deviceNotConfiguredForPasskeyCreation = 1010
    }

    /// What the error means for a passkey dialog.
    static func meaning(of error: any Error) -> PasskeyPresentationError {
        let error = error as NSError
        let reason = error.userInfo[NSLocalizedFailureReasonErrorKey] as? String
        let text = "\(reason ?? error.localizedDescription) [\(error.domain) \(error.code)]"
        guard error.domain == domain else { return .failed(text) }
        return switch error.code {
        case Code.canceled: .cancelled(text)
        case Code.matchedExcludedCredential: .alreadyRegistered(text)
        case Code.deviceNotConfiguredForPasskeyCreation: .unsupported(text)
        // The framework has no number of its own for an app that its domain does not name, only these words.
        case Code.failed where text.contains("not associated with"): .relyingPartyMismatch(text)
        default: .failed(text)
        }
    }
}
