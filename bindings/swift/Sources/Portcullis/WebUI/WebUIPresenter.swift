import PortcullisCore

/// Shows the pool's hosted pages in a browser: `ASWebUIPresenter` on Apple platforms, or one of the app's own.
public protocol WebUIPresenter: Sendable {
    /// Opens the page, and waits until the browser goes to `request.redirectURI`.
    /// - Returns: the URL that the browser went to, whole.
    /// - Throws: ``WebUIPresentationError``, or `CancellationError` if its task was cancelled.
    func present(_ request: WebUIRequest) async throws -> String
}

/// How a browser ended without coming back; what a ``WebUIPresenter`` throws.
public enum WebUIPresentationError: Error, Sendable, Hashable {
    /// The person closed it.
    case cancelled
    /// It could not be shown.
    case failed
}

/// What ``AuthClient/signOutWithWebUI(presenter:options:)`` came to.
public struct WebUISignOutResult: Sendable {
    /// The sign-out itself.
    public let result: SignOutResult
    /// Why the browser may still know the user; `nil`: it does not, or never did.
    public let webUIError: AuthError?

    /// A result as a call would give it, for previews and tests of an app.
    public init(result: SignOutResult, webUIError: AuthError?) {
        self.result = result
        self.webUIError = webUIError
    }
}
