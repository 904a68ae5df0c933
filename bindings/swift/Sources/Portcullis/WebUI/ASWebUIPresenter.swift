#if canImport(AuthenticationServices) && !os(tvOS) && !os(watchOS)
import AuthenticationServices
import Foundation

/// Shows the hosted pages in the system's web authentication session (`ASWebAuthenticationSession`), in front of a window
/// of the app. The address to come back to has a scheme of the app's own; the system hands it to this session alone.
@available(iOS 13.0, macOS 10.15, macCatalyst 13.1, visionOS 1.0, *)
@MainActor
public final class ASWebUIPresenter: NSObject, WebUIPresenter {
    private let anchor: ASPresentationAnchor
    private let prefersPrivateSession: Bool

    /// - Parameters:
    ///   - anchor: the window that the browser belongs to.
    ///   - prefersPrivateSession: whether the browser forgets the person afterwards and shares nothing with Safari. The
    ///     system then does not ask whether the app may share data with the page.
    public init(anchor: ASPresentationAnchor, prefersPrivateSession: Bool = false) {
        self.anchor = anchor
        self.prefersPrivateSession = prefersPrivateSession
    }

    /// Opens the page, and waits until the browser comes back.
    public func present(_ request: WebUIRequest) async throws -> String {
        guard let url = URL(string: request.url), let scheme = URL(string: request.redirectURI)?.scheme else {
            throw WebUIPresentationError.failed
        }
        let browser = Browser(anchor: anchor)
        return try await withTaskCancellationHandler {
            try await browser.show(url, scheme: scheme, isPrivate: prefersPrivateSession)
        } onCancel: {
            Task { @MainActor in browser.cancel() }
        }
    }
}

/// One session: it tells its end to a closure, once.
@available(iOS 13.0, macOS 10.15, macCatalyst 13.1, visionOS 1.0, *)
@MainActor
private final class Browser: NSObject, ASWebAuthenticationPresentationContextProviding {
    private let anchor: ASPresentationAnchor
    private var session: ASWebAuthenticationSession?
    private var waiting: CheckedContinuation<String, any Error>?
    private var isCancelled = false

    init(anchor: ASPresentationAnchor) {
        self.anchor = anchor
    }

    func show(_ url: URL, scheme: String, isPrivate: Bool) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            if isCancelled {
                continuation.resume(throwing: CancellationError())
                return
            }
            waiting = continuation
            let session = ASWebAuthenticationSession(url: url, callbackURLScheme: scheme) { callback, error in
                Task { @MainActor in self.end(callback, error) }
            }
            session.presentationContextProvider = self
            session.prefersEphemeralWebBrowserSession = isPrivate
            self.session = session
            if !session.start() {
                end(nil, nil)
            }
        }
    }

    func cancel() {
        isCancelled = true
        session?.cancel()
        end(nil, CancellationError())
    }

    func presentationAnchor(for session: ASWebAuthenticationSession) -> ASPresentationAnchor {
        anchor
    }

    private func end(_ callback: URL?, _ error: (any Error)?) {
        let ended: Result<String, any Error> = switch (callback, error) {
        case (let callback?, _): .success(callback.absoluteString)
        case (nil, let error as CancellationError): .failure(error)
        case (nil, let error as ASWebAuthenticationSessionError) where error.code == .canceledLogin:
            .failure(isCancelled ? CancellationError() : WebUIPresentationError.cancelled)
        default: .failure(WebUIPresentationError.failed)
        }
        waiting?.resume(with: ended)
        waiting = nil
        session = nil
    }
}
#endif
