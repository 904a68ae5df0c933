import PortcullisCore

/// Shows the platform's passkey dialogs: `ASPasskeyPresenter` on Apple platforms, or one of the app's own.
///
/// Requests and results are WebAuthn's JSON (W3C Web Authentication Level 3, section 5.1), with binary values in
/// Base64url without padding.
public protocol PasskeyPresenter: Sendable {
    /// Has the platform make a passkey.
    /// - Parameter requestJSON: a `PublicKeyCredentialCreationOptionsJSON`.
    /// - Returns: a `RegistrationResponseJSON`.
    /// - Throws: ``PasskeyPresentationError``, or `CancellationError` if its task was cancelled.
    func create(requestJSON: String) async throws -> String

    /// Has the platform use a passkey.
    /// - Parameter requestJSON: a `PublicKeyCredentialRequestOptionsJSON`.
    /// - Returns: an `AuthenticationResponseJSON`.
    /// - Throws: ``PasskeyPresentationError``, or `CancellationError` if its task was cancelled.
    func get(requestJSON: String) async throws -> String
}

/// How a passkey dialog ended without a passkey; what a ``PasskeyPresenter`` throws. The texts are for developers and
/// logs, and become that of the ``AuthError/passkey(_:)`` that callers see.
public enum PasskeyPresentationError: Error, Sendable, Hashable {
    /// The user closed the dialog.
    case cancelled(String)
    /// This device or system version has no passkeys.
    case unsupported(String)
    /// The device already has a passkey for this account.
    case alreadyRegistered(String)
    /// The app is not associated with the relying party's domain.
    case relyingPartyMismatch(String)
    /// Anything else.
    case failed(String)
}

extension AuthError {
    init(_ error: PasskeyPresentationError) {
        let (failure, text): (PasskeyFailure, String) = switch error {
        case .cancelled(let text): (.cancelled, text)
        case .unsupported(let text): (.unsupported, text)
        case .alreadyRegistered(let text): (.alreadyRegistered, text)
        case .relyingPartyMismatch(let text): (.relyingPartyMismatch, text)
        case .failed(let text): (.failed, text)
        }
        self.init(passkeyError(outcome: failure, text: text))
    }
}
