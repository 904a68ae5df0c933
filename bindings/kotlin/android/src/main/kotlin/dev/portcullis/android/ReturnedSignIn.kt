package dev.portcullis.android

import dev.portcullis.AuthClient
import dev.portcullis.AuthErrorCode
import dev.portcullis.AuthException
import dev.portcullis.SignInResult
import java.util.concurrent.CancellationException

/**
 * Completes the hosted sign-in whose browser came back when no call waited for it any more: Android had ended the process,
 * the coroutine was cancelled (with its activity, for example), or the tab had looked closed. Call it whenever the app comes
 * to the front (`onResume`); it costs nothing where there is none.
 *
 * A callback that belongs to no sign-in is dropped. One that could not be completed for a reason that passes (no network, a
 * locked store, this call cancelled) is kept for the next call.
 *
 * @return null if no sign-in of this client came back
 * @throws AuthException as `completeWebUiSignIn`
 */
public suspend fun AuthClient.completeReturnedWebUiSignIn(): SignInResult? {
    val addresses = configuration.hostedUi?.signInRedirectUris.orEmpty()
    while (true) {
        val callback = WebUiPages.take(addresses) ?: return null
        try {
            return completeWebUiSignIn(callback)
        } catch (cancelled: CancellationException) {
            WebUiPages.keep(callback)
            throw cancelled
        } catch (failure: AuthException) {
            val isForeign = failure.code == AuthErrorCode.NO_WEB_UI_SIGN_IN || failure is AuthException.Validation
            if (!isForeign) {
                if (failure.isRetryable || failure is AuthException.Storage) WebUiPages.keep(callback)
                throw failure
            }
        }
    }
}
