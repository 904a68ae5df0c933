#if canImport(AuthenticationServices) && !os(tvOS) && !os(watchOS)
import AuthenticationServices
import Foundation

/// Shows the hosted pages in the system's web authentication session (`ASWebAuthenticationSession`), in front of a window
/// of the app. The address to come back to has a scheme of the app's own, or is `https` on a domain that names the app in its
/// `webcredentials` or `applinks` (iOS 17.4, macOS 14.4; earlier systems throw ``WebUIPresentationError/failed``). The system
/// hands it to this session alone.
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
        guard let url = URL(string: request.url), let redirect = URL(string: request.redirectURI) else {
            throw WebUIPresentationError.failed
        }
        let browser = Browser(anchor: anchor)
        return try await withTaskCancellationHandler {
            try await browser.show(url, redirect: redirect, isPrivate: prefersPrivateSession)
        } onCancel: {
            Task { @MainActor in browser.cancel() }
        }
    }
}

/// One session: it tells its end to a closure, once.
@available(iOS 13.0, macOS 10.15, macCatalyst 13.1, visionOS 1.0, *)
@MainActor
private final class Browser: NSObject, @preconcurrency ASWebAuthenticationPresentationContextProviding {
    private let anchor: ASPresentationAnchor
    private var session: ASWebAuthenticationSession?
    private var waiting: CheckedContinuation<String, any Error>?
    private var isCancelled = false

    init(anchor: ASPresentationAnchor) {
        self.anchor = anchor
    }

    func show(_ url: URL, redirect: URL, isPrivate: Bool) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            if isCancelled {
                continuation.resume(throwing: CancellationError())
                return
            }
            waiting = continuation
            guard let session = session(for: url, redirect: redirect) else { return end(nil, nil) }
            session.presentationContextProvider = self
            session.prefersEphemeralWebBrowserSession = isPrivate
            self.session = session
            if !session.start() {
                end(nil, nil)
            }
        }
    }

    private func session(for url: URL, redirect: URL) -> ASWebAuthenticationSession? {
        let ended: @Sendable (URL?, (any Error)?) -> Void = { callback, error in
            Task { @MainActor in self.end(callback, error) }
        }
        guard redirect.scheme == "https" else {
            return ASWebAuthenticationSession(url: url, callbackURLScheme: redirect.scheme, completionHandler: ended)
        }
        guard #available(iOS 17.4, macOS 14.4, macCatalyst 17.4, visionOS 1.1, *), let host = redirect.host else { return nil }
        let callback = ASWebAuthenticationSession.Callback.https(host: host, path: redirect.path)
        return ASWebAuthenticationSession(url: url, callback: callback, completionHandler: ended)
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
