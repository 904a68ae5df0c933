package dev.portcullis

import java.util.concurrent.CancellationException

/** The calls of [Auth] that sign in and out on the pool's hosted pages. */
public interface WebUiCalls : SessionCalls {
    /**
     * Signs somebody in on the pool's hosted pages: has the presenter show them, and takes what comes back. Calling it
     * again, or signing in otherwise, takes its place.
     *
     * @throws AuthException.Cancelled with the code `web_ui_cancelled`: the person closed them
     * @throws AuthException.NotAuthorized with the code `web_ui_refused`: [AuthException.text] says why
     * @throws AuthException.Configuration the configuration names no pages, or no address to come back to
     */
    public suspend fun signInWithWebUi(
        presenter: WebUiPresenter,
        options: WebUiSignInOptions = WebUiSignInOptions(),
    ): SignInResult {
        val request = beginWebUiSignIn(options)
        val callback =
            try {
                presented(request, presenter)
            } catch (cancelled: CancellationException) {
                cancelWebUiSignIn()
                throw cancelled
            } catch (failure: AuthException) {
                if (failure.code == AuthErrorCode.WEB_UI_CANCELLED) cancelWebUiSignIn()
                throw failure
            }
        return completeWebUiSignIn(callback)
    }

    /**
     * Begins a sign-in on the hosted pages, for those who open the page themselves.
     *
     * @throws AuthException.Configuration the configuration names no pages, or no address to come back to
     * @throws AuthException.Validation [AuthException.field] names the option
     */
    public suspend fun beginWebUiSignIn(options: WebUiSignInOptions = WebUiSignInOptions()): WebUiRequest =
        whileOpen { it.beginWebUiSignIn(options, null) }

    /**
     * Completes it. Given twice, the same URL has the same result; one that belongs to no sign-in changes nothing.
     *
     * @param callbackUrl the URL that the browser came back with, whole. After `network`, give it again.
     * @throws AuthException.InvalidState with the code `no_web_ui_sign_in`
     * @throws AuthException.NotAuthorized with the code `web_ui_refused`
     */
    public suspend fun completeWebUiSignIn(callbackUrl: String): SignInResult =
        whileOpen { it.completeWebUiSignIn(callbackUrl, null) }

    /** Says that the person closed the browser. Should it come back all the same, the sign-in can still be completed. */
    public fun cancelWebUiSignIn(): Unit = whileOpen { it.cancelWebUiSignIn() }

    /**
     * The page that ends the browser's own session, for those who open it themselves, after [Auth.signOut].
     *
     * @param redirectUri where the person comes back to, one of those in the configuration; null: chosen
     */
    public fun webUiSignOut(redirectUri: String? = null): WebUiRequest = whileOpen { it.webUiSignOut(redirectUri) }

    /**
     * Signs out as [SessionCalls.signOut] does; if the session came from the hosted pages, has the presenter then show the
     * page that ends the browser's own session. Whatever becomes of that, the user is signed out here.
     */
    public suspend fun signOutWithWebUi(
        presenter: WebUiPresenter,
        options: SignOutOptions = SignOutOptions(),
    ): WebUiSignOutResult {
        val result = signOut(options)
        if (!result.webUiSession) return WebUiSignOutResult(result, null)
        return try {
            presented(webUiSignOut(), presenter)
            WebUiSignOutResult(result, null)
        } catch (failure: AuthException) {
            WebUiSignOutResult(result, failure)
        }
    }
}

/**
 * Shows the pool's hosted pages in a browser. Give it what it needs to show them (on Android an activity) and drop it after
 * the call; the client keeps none.
 */
public interface WebUiPresenter {
    /**
     * Opens the page, and waits until the browser goes to [WebUiRequest.redirectUri].
     *
     * @return the URL that the browser went to, whole
     * @throws AuthException what [webUiCancelled] makes, if the person closed it; anything else counts as `web_ui_failed`
     */
    public suspend fun present(request: WebUiRequest): String
}

/** What a [WebUiPresenter] throws when the person closed the browser. */
public fun webUiCancelled(): AuthException = authException(AuthErrorCode.WEB_UI_CANCELLED)

/** What [Auth.signOutWithWebUi] came to. */
public class WebUiSignOutResult(
    /** The sign-out itself. */
    public val result: SignOutResult,
    /** Why the browser may still know the user; null: it does not, or never did. */
    public val webUiError: AuthException?,
)

/** What the presenter gives; what it throws comes out as an [AuthException]. */
internal suspend fun presented(
    request: WebUiRequest,
    presenter: WebUiPresenter,
): String =
    try {
        presenter.present(request)
    } catch (declared: AuthException) {
        throw declared
    } catch (cancelled: CancellationException) {
        throw cancelled
    } catch (thrown: Exception) {
        throw authException(AuthErrorCode.WEB_UI_FAILED).apply { initCause(thrown) }
    }
