package dev.portcullis

/** The calls of [Auth] for sign-up. */
public interface SignUpCalls : CoreCalls {
    /**
     * Creates an account. Without a password only pools that allow password-less sign-in take it.
     *
     * @throws AuthException.UsernameExists
     * @throws AuthException.InvalidPassword if the pool's policy refuses it
     * @throws AuthException.LambdaRejected if the pre-sign-up trigger refuses
     */
    public suspend fun signUp(
        username: String,
        password: String? = null,
        options: SignUpOptions = SignUpOptions(),
    ): SignUpResult = whileOpen { it.signUp(username, password, options, null) }

    /**
     * Confirms an account with the code that was sent.
     *
     * @throws AuthException.CodeMismatch let the user type it again
     * @throws AuthException.CodeExpired call [resendSignUpCode]
     */
    public suspend fun confirmSignUp(
        username: String,
        confirmationCode: String,
        options: ConfirmSignUpOptions = ConfirmSignUpOptions(),
    ): SignUpResult = whileOpen {
        it.confirmSignUp(username, confirmationCode, options, null)
    }

    /** Sends the code of a sign-up again; the older code no longer counts. */
    public suspend fun resendSignUpCode(
        username: String,
        options: ResendSignUpCodeOptions = ResendSignUpCodeOptions(),
    ): CodeDeliveryDetails = whileOpen { it.resendSignUpCode(username, options, null) }

    /**
     * Signs in the user who has just signed up, without asking them anything again. With [SignUpOptions.autoSignIn] this
     * comes by itself, and [AuthEvent.AutoSignedIn], [AuthEvent.AutoSignInChallenged] or [AuthEvent.AutoSignInFailed]
     * tells how it went.
     *
     * @throws AuthException.InvalidState if no sign-up has prepared it
     */
    public suspend fun autoSignIn(): SignInResult = whileOpen { it.autoSignIn(null) }
}
