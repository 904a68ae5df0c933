package dev.portcullis

/** The calls of [Auth] for the passkeys of the signed-in user. */
public interface PasskeyCalls : CoreCalls {
    /**
     * Registers a passkey for the signed-in user: asks the service for the options, shows the dialog, and gives the service
     * what came of it.
     *
     * @throws AuthException.Passkey nothing was registered: [AuthException.code] tells why
     * @throws AuthException.NotSignedIn
     */
    public suspend fun associatePasskey(presenter: PasskeyPresenter) {
        val requestJson = beginPasskeyRegistration()
        completePasskeyRegistration(presented { presenter.create(requestJson) })
    }

    /**
     * Begins to register a passkey for the signed-in user: the options for the platform's dialog (W3C's
     * `PublicKeyCredentialCreationOptionsJSON`). [associatePasskey] does it all.
     *
     * @throws AuthException.Passkey if the pool does not allow passkeys
     */
    public suspend fun beginPasskeyRegistration(): String = whileOpen { it.beginPasskeyRegistration(null) }

    /**
     * Registers the passkey that the platform's dialog made.
     *
     * @param credentialJson W3C's `RegistrationResponseJSON`
     * @throws AuthException.Passkey the service refuses it: [AuthException.code] tells why
     */
    public suspend fun completePasskeyRegistration(credentialJson: String): Unit =
        whileOpen { it.completePasskeyRegistration(credentialJson, null) }

    /** A page of the signed-in user's passkeys; [PasskeyPage.nextToken] gives the next one. */
    public suspend fun listPasskeys(options: ListPasskeysOptions = ListPasskeysOptions()): PasskeyPage =
        whileOpen { it.listPasskeys(options, null) }

    /**
     * Deletes a passkey at the service, see [Passkey.credentialId]. The device keeps its part until the user removes it
     * there.
     */
    public suspend fun deletePasskey(credentialId: String): Unit =
        whileOpen { it.deletePasskey(credentialId, null) }
}
