package dev.portcullis

/** The calls of [Auth] for sign-in. */
public interface SignInCalls : CoreCalls {
    /**
     * Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is signed
     * in stays until the new one is complete. What becomes of it then is an option ([SignInOptions.existingSession]); by
     * default it ends. An unconfirmed user and a password that must be reset are next steps.
     *
     * @throws AuthException.NotAuthorized wrong user name or password, or a disabled user
     * @throws AuthException.InvalidState with the code `another_user_signed_in`, only with [ExistingSession.REFUSE]
     * @throws AuthException.UserNotFound only if the pool does not hide this
     */
    public suspend fun signIn(
        username: String,
        password: String? = null,
        options: SignInOptions = SignInOptions(),
    ): SignInResult = whileOpen { it.signIn(username, password, options, null) }

    /**
     * Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no network)
     * the same challenge can be answered again: [pendingSignIn] is then still there.
     *
     * @throws AuthException.InvalidState if there is no unfinished sign-in
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.NotAuthorized the challenge was failed for good, or the sign-in took too long
     */
    public suspend fun confirmSignIn(
        challengeResponse: String,
        options: ConfirmSignInOptions = ConfirmSignInOptions(),
    ): SignInResult = whileOpen { it.confirmSignIn(challengeResponse, options, null) }

    /**
     * Sends the one-time code of the unfinished sign-in once more, where it is the first factor
     * ([SignInStep.ConfirmSignInWithOtp] of [AuthFlow.UserAuth]).
     *
     * @throws AuthException.InvalidState if the sign-in waits for no code, or for one that only a new sign-in sends again
     */
    public suspend fun resendSignInCode(): SignInResult = whileOpen { it.resendSignInCode(null) }

    /** The sign-in that waits for an answer, if there is one. */
    public val pendingSignIn: PendingSignIn? get() = whileOpen { it.pendingSignIn() }

    /** Abandons the unfinished sign-in, if there is one. */
    public fun cancelSignIn(): Unit = whileOpen { it.cancelSignIn() }

    /**
     * Answers the passkey step of the unfinished sign-in ([SignInStep.ConfirmSignInWithPasskey]): shows the dialog and gives
     * the service what came of it. After a dialog that the user closed, the step can be answered again.
     *
     * @throws AuthException.Passkey the dialog gave no passkey: [AuthException.code] tells why
     * @throws AuthException.InvalidState if the unfinished sign-in does not wait for a passkey
     */
    public suspend fun confirmSignIn(
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
     *   [pendingSignIn]
     */
    public suspend fun signInWithPasskey(
        username: String,
        presenter: PasskeyPresenter,
        options: SignInOptions = SignInOptions(),
    ): SignInResult {
        val result = signIn(username, options = options.copy(authFlow = AuthFlow.UserAuth(FirstFactor.WebAuthn)))
        if (result.nextStep !is SignInStep.ConfirmSignInWithPasskey) return result
        return confirmSignIn(presenter)
    }
}
