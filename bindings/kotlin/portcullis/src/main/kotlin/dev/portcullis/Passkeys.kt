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

/**
 * Registers a passkey for the signed-in user: asks the service for the options, shows the dialog, and gives the service
 * what came of it.
 *
 * @throws AuthException.Passkey nothing was registered: [AuthException.code] tells why
 * @throws AuthException.NotSignedIn
 */
public suspend fun AuthClient.associatePasskey(presenter: PasskeyPresenter) {
    val requestJson = beginPasskeyRegistration()
    completePasskeyRegistration(presented { presenter.create(requestJson) })
}

/**
 * Answers the passkey step of the unfinished sign-in ([SignInStep.ConfirmSignInWithPasskey]): shows the dialog and gives
 * the service what came of it. After a dialog that the user closed, the step can be answered again.
 *
 * @throws AuthException.Passkey the dialog gave no passkey: [AuthException.code] tells why
 * @throws AuthException.InvalidState if the unfinished sign-in does not wait for a passkey
 */
public suspend fun AuthClient.confirmSignIn(
    presenter: PasskeyPresenter,
    options: ConfirmSignInOptions = ConfirmSignInOptions(),
): SignInResult {
    val step = pendingSignIn?.step as? SignInStep.ConfirmSignInWithPasskey ?: throw authException(AuthErrorCode.NO_SIGN_IN_IN_PROGRESS)
    return confirmSignIn(presented { presenter.get(step.request) }, options)
}

/**
 * Begins a sign-in ([AuthFlow.UserAuth]) with a passkey and shows the dialog. Where the user has no passkey, the result
 * is the choice among the other factors.
 *
 * @throws AuthException.Passkey the dialog gave no passkey; the sign-in then still waits for one, see
 *   [AuthClient.pendingSignIn]
 */
public suspend fun AuthClient.signInWithPasskey(
    username: String,
    presenter: PasskeyPresenter,
    options: SignInOptions = SignInOptions(),
): SignInResult {
    val result = signIn(username, options = options.copy(authFlow = AuthFlow.UserAuth(FirstFactor.WebAuthn)))
    if (result.nextStep !is SignInStep.ConfirmSignInWithPasskey) return result
    return confirmSignIn(presenter)
}

/** What the presenter gives; what it throws comes out as an [AuthException]. */
private inline fun presented(present: () -> String): String =
    try {
        present()
    } catch (declared: AuthException) {
        throw declared
    } catch (cancelled: CancellationException) {
        throw cancelled
    } catch (thrown: Exception) {
        throw passkeyException(PasskeyFailure.FAILED, "the presenter threw ${thrown.javaClass.name}").apply { initCause(thrown) }
    }
