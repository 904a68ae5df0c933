#if canImport(AuthenticationServices) && !os(tvOS) && !os(watchOS)
import AuthenticationServices
import Foundation

/// Shows the system's passkey dialogs in front of a window of the app (AuthenticationServices).
///
/// The app needs the associated-domains entitlement `webcredentials:` with the pool's relying-party id, and that domain
/// a file that names the app.
@available(iOS 16.0, macOS 13.0, macCatalyst 16.0, visionOS 1.0, *)
@MainActor
public final class ASPasskeyPresenter: PasskeyPresenter {
    private let anchor: ASPresentationAnchor

    /// - Parameter anchor: the window that the dialogs belong to.
    public init(anchor: ASPresentationAnchor) {
        self.anchor = anchor
    }

    /// Has the system make a passkey.
    public func create(requestJSON: String) async throws -> String {
        let options = try PasskeyCreationRequest(json: requestJSON)
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(
            relyingPartyIdentifier: options.relyingPartyID)
        let request = provider.createCredentialRegistrationRequest(
            challenge: options.challenge, name: options.userName, userID: options.userID)
        if let userVerification = options.userVerification {
            request.userVerificationPreference = .init(rawValue: userVerification)
        }
        if let attestation = options.attestation {
            request.attestationPreference = .init(rawValue: attestation)
        }
        if #available(iOS 17.4, macOS 14.4, macCatalyst 17.4, visionOS 1.1, *) {
            request.excludedCredentials = options.excludedCredentialIDs
                .map(ASAuthorizationPlatformPublicKeyCredentialDescriptor.init(credentialID:))
        }
        return try await perform(request) { credential in
            guard let made = credential as? ASAuthorizationPlatformPublicKeyCredentialRegistration,
                let attestationObject = made.rawAttestationObject
            else { throw PasskeyPresentationError.failed("the system made something else than a passkey") }
            var attachment = PasskeyAttachment.platform
            if #available(iOS 16.6, macOS 13.5, macCatalyst 16.6, visionOS 1.0, *), made.attachment == .crossPlatform {
                attachment = .crossPlatform
            }
            return try PasskeyRegistration(
                credentialID: made.credentialID,
                clientDataJSON: made.rawClientDataJSON,
                attestationObject: attestationObject,
                attachment: attachment
            ).json
        }
    }

    /// Has the system use a passkey.
    public func get(requestJSON: String) async throws -> String {
        let options = try PasskeyAssertionRequest(json: requestJSON)
        let provider = ASAuthorizationPlatformPublicKeyCredentialProvider(
            relyingPartyIdentifier: options.relyingPartyID)
        let request = provider.createCredentialAssertionRequest(challenge: options.challenge)
        request.allowedCredentials = options.allowedCredentialIDs
            .map(ASAuthorizationPlatformPublicKeyCredentialDescriptor.init(credentialID:))
        if let userVerification = options.userVerification {
            request.userVerificationPreference = .init(rawValue: userVerification)
        }
        return try await perform(request) { credential in
            guard let used = credential as? ASAuthorizationPlatformPublicKeyCredentialAssertion else {
                throw PasskeyPresentationError.failed("the system used something else than a passkey")
            }
            var attachment = PasskeyAttachment.platform
            if #available(iOS 16.6, macOS 13.5, macCatalyst 16.6, visionOS 1.0, *), used.attachment == .crossPlatform {
                attachment = .crossPlatform
            }
            return try PasskeyAssertion(
                credentialID: used.credentialID,
                clientDataJSON: used.rawClientDataJSON,
                authenticatorData: used.rawAuthenticatorData,
                signature: used.signature,
                userHandle: used.userID,
                attachment: attachment
            ).json
        }
    }

    private func perform(
        _ request: ASAuthorizationRequest,
        _ translate: @escaping @MainActor (any ASAuthorizationCredential) throws -> String
    ) async throws -> String {
        let dialog = Dialog(request, anchor: anchor, translate)
        return try await withTaskCancellationHandler {
            try await dialog.show()
        } onCancel: {
            Task { @MainActor in dialog.cancel() }
        }
    }
}

/// One dialog: the framework tells its end to a delegate, and holds that weakly.
@available(iOS 16.0, macOS 13.0, macCatalyst 16.0, visionOS 1.0, *)
@MainActor
private final class Dialog: NSObject, @preconcurrency ASAuthorizationControllerDelegate,
    @preconcurrency ASAuthorizationControllerPresentationContextProviding
{
    private let controller: ASAuthorizationController
    private let anchor: ASPresentationAnchor
    private let translate: @MainActor (any ASAuthorizationCredential) throws -> String
    private var waiting: CheckedContinuation<String, any Error>?
    private var isCancelled = false

    init(
        _ request: ASAuthorizationRequest,
        anchor: ASPresentationAnchor,
        _ translate: @escaping @MainActor (any ASAuthorizationCredential) throws -> String
    ) {
        controller = ASAuthorizationController(authorizationRequests: [request])
        self.anchor = anchor
        self.translate = translate
        super.init()
        controller.delegate = self
        controller.presentationContextProvider = self
    }

    func show() async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            if isCancelled {
                continuation.resume(throwing: CancellationError())
            } else {
                waiting = continuation
                controller.performRequests()
            }
        }
    }

    /// The framework then tells the delegate that the dialog was closed.
    func cancel() {
        isCancelled = true
        controller.cancel()
    }

    func authorizationController(
        controller: ASAuthorizationController, didCompleteWithAuthorization authorization: ASAuthorization
    ) {
        end(Result { try translate(authorization.credential) })
    }

    func authorizationController(controller: ASAuthorizationController, didCompleteWithError error: any Error) {
        end(.failure(isCancelled ? CancellationError() : AppleAuthorizationError.meaning(of: error)))
    }

    func presentationAnchor(for controller: ASAuthorizationController) -> ASPresentationAnchor {
        anchor
    }

    private func end(_ result: Result<String, any Error>) {
        waiting?.resume(with: result)
        waiting = nil
    }
}
#endif
