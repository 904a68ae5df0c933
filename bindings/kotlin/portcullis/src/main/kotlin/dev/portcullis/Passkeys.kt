package dev.portcullis

import java.util.concurrent.CancellationException

/**
 * Shows the platform's passkey dialogs. Give it what it needs to show them (on Android an activity) and drop it after
 * the call; the client keeps none.
 *
 * Both calls throw what [passkeyException] makes. Anything else that they throw counts as [PasskeyFailure.FAILED];
 * `CancellationException` passes.
 */
public interface PasskeyPresenter {
    /**
     * Makes a passkey.
     *
     * @param requestJson W3C's `PublicKeyCredentialCreationOptionsJSON`
     * @return W3C's `RegistrationResponseJSON`
     */
    public suspend fun create(requestJson: String): String

    /**
     * Signs in with a passkey.
     *
     * @param requestJson W3C's `PublicKeyCredentialRequestOptionsJSON`
     * @return W3C's `AuthenticationResponseJSON`
     */
    public suspend fun get(requestJson: String): String
}

/**
 * What a [PasskeyPresenter] throws: [AuthException.Passkey] with the code of that outcome, for example
 * `passkey_cancelled`.
 *
 * @param text the platform's words, for developers and logs
 */
public fun passkeyException(
    failure: PasskeyFailure,
    text: String,
): AuthException = coreCall { passkeyError(failure, text) }.toAuthException()

/** What the presenter gives; what it throws comes out as an [AuthException]. */
internal inline fun presented(present: () -> String): String =
    try {
        present()
    } catch (declared: AuthException) {
        throw declared
    } catch (cancelled: CancellationException) {
        throw cancelled
    } catch (thrown: Exception) {
        throw authException(AuthErrorCode.PASSKEY_FAILED, "the presenter threw ${thrown.javaClass.name}").apply { initCause(thrown) }
    }
