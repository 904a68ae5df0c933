import PortcullisCore

/// Options of ``AuthClient/signInWithWebUI(presenter:options:)``.
public typealias WebUISignInOptions = PortcullisCore.WebUISignInOptions
/// What to open in a browser, and how to notice that it came back.
public typealias WebUIRequest = PortcullisCore.WebUIRequest
/// Who signs somebody in on the hosted pages.
public typealias AuthProvider = PortcullisCore.AuthProvider
/// What a configuration says of the pool's hosted pages.
public typealias HostedUIConfiguration = PortcullisCore.HostedUIConfiguration

extension AuthClient {
    /// Signs somebody in on the pool's hosted pages: has the presenter show them, and takes what comes back. Calling it
    /// again, or signing in otherwise, takes its place.
    /// - Throws: ``AuthError/cancelled(_:)`` with the code `web_ui_cancelled` (the person closed them),
    ///   ``AuthError/notAuthorized(_:)`` with the code `web_ui_refused`, ``AuthError/configuration(_:)`` (the configuration
    ///   names no pages, or no address to come back to), ``AuthError/validation(_:)`` (its `field` names the option),
    ///   ``AuthError/invalidState(_:)``, `web_ui_failed` where the presenter failed, and what every call may throw.
    @discardableResult
    public func signInWithWebUI(
        presenter: any WebUIPresenter,
        options: WebUISignInOptions = WebUISignInOptions()
    ) async throws -> SignInResult {
        let request = try await beginWebUISignIn(options: options)
        do {
            let callback = try await presented(request, by: presenter)
            return try await completeWebUISignIn(callbackURL: callback)
        } catch {
            let isCancelled = error is CancellationError || (error as? AuthError)?.code == AuthErrorCode.webUICancelled
            if isCancelled { cancelWebUISignIn() }
            throw error
        }
    }

    /// Signs out as ``signOut(options:)`` does; if the session came from the hosted pages, has the presenter then show the
    /// page that ends the browser's own session. Whatever becomes of that, the user is signed out here.
    @discardableResult
    public func signOutWithWebUI(
        presenter: any WebUIPresenter,
        options: SignOutOptions = SignOutOptions()
    ) async -> WebUISignOutResult {
        let result = await signOut(options: options)
        guard result.webUISession else { return WebUISignOutResult(result: result, webUIError: nil) }
        do {
            _ = try await presented(try webUISignOut(), by: presenter)
            return WebUISignOutResult(result: result, webUIError: nil)
        } catch {
            let webUIError = error as? AuthError ?? AuthError(code: .webUICancelled)
            return WebUISignOutResult(result: result, webUIError: webUIError)
        }
    }

    /// Begins a sign-in on the hosted pages, for those who open the page themselves.
    /// - Throws: ``AuthError/configuration(_:)``, ``AuthError/validation(_:)``, ``AuthError/invalidState(_:)`` (somebody is
    ///   federated), and what every call may throw.
    public func beginWebUISignIn(options: WebUISignInOptions = WebUISignInOptions()) async throws -> WebUIRequest {
        try await cancellable { [core] in try await core.beginWebUiSignIn(options: options, cancel: $0) }
    }

    /// Completes it. Given twice, the same URL has the same result; one that belongs to no sign-in changes nothing.
    /// - Parameter callbackURL: the URL that the browser came back with, whole. After `network`, give it again.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `no_web_ui_sign_in`, ``AuthError/validation(_:)`` (it is no
    ///   callback), ``AuthError/notAuthorized(_:)`` with the code `web_ui_refused`, and what every call may throw.
    @discardableResult
    public func completeWebUISignIn(callbackURL: String) async throws -> SignInResult {
        try await cancellable { [core] in
            try await core.completeWebUiSignIn(callbackUrl: callbackURL, cancel: $0)
        }
    }

    /// Says that the person closed the browser. Should it come back all the same, the sign-in can still be completed.
    public func cancelWebUISignIn() {
        core.cancelWebUiSignIn()
    }

    /// The page that ends the browser's own session, for those who open it themselves, after ``signOut(options:)``.
    /// - Parameter redirectURI: where the person comes back to, one of those in the configuration; `nil`: chosen.
    /// - Throws: ``AuthError/configuration(_:)``, ``AuthError/validation(_:)``.
    public func webUISignOut(redirectURI: String? = nil) throws -> WebUIRequest {
        try mappingErrors { try core.webUiSignOut(redirectUri: redirectURI) }
    }
}

/// Has a presenter show a page; every way in which that can fail becomes an error of this module.
private func presented(_ request: WebUIRequest, by presenter: any WebUIPresenter) async throws -> String {
    do {
        return try await presenter.present(request)
    } catch WebUIPresentationError.cancelled {
        throw AuthError(code: .webUICancelled)
    } catch is CancellationError where Task.isCancelled {
        throw CancellationError()
    } catch let error as AuthError {
        throw error
    } catch {
        throw AuthError(code: .webUIFailed) // nobody has checked what its text holds
    }
}
