package dev.portcullis

/** The calls of [Auth] for the second factors of the signed-in user. */
public interface MfaCalls : CoreCalls {
    /**
     * Begins to set up an authenticator app for the signed-in user: show what [TotpSetupDetails.setupUri] gives, then
     * call [verifyTotpSetup]. An app that was set up before counts until then.
     */
    public suspend fun setUpTotp(): TotpSetupDetails = whileOpen { it.setUpTotp(null) }

    /**
     * Ends setting up an authenticator app with a code that it shows. Sign-in asks for codes once [updateMfaPreference]
     * has enabled them.
     *
     * @throws AuthException.CodeMismatch let the user type the next code
     */
    public suspend fun verifyTotpSetup(
        code: String,
        options: VerifyTotpSetupOptions = VerifyTotpSetupOptions(),
    ): Unit = whileOpen { it.verifyTotpSetup(code, options, null) }

    /** The second factors that sign-in asks the signed-in user for. */
    public suspend fun fetchMfaPreference(): MfaPreference = whileOpen { it.fetchMfaPreference(null) }

    /**
     * Changes the second factors that sign-in asks the signed-in user for. What is null stays as it is; the preferred
     * one stays that unless another one becomes it.
     *
     * @throws AuthException.Validation if nothing is given, two are to be preferred, or the user cannot use the factor
     */
    public suspend fun updateMfaPreference(
        sms: MfaSetting? = null,
        totp: MfaSetting? = null,
        email: MfaSetting? = null,
    ): Unit = whileOpen { it.updateMfaPreference(sms, totp, email, null) }
}
