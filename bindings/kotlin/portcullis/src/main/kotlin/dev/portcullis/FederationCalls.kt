package dev.portcullis

import kotlinx.coroutines.runBlocking

/** The calls of [Auth] for federation: other providers vouch for whoever uses the app, without a user pool. */
public interface FederationCalls : CoreCalls {
    /**
     * Exchanges the token of another provider for AWS credentials (`federatedSignIn` of Amplify for JavaScript). No user
     * pool takes part: the state is [AuthState.Federated], and there are no user pool tokens. Survives the process; a later
     * call replaces it. Signing in with the user pool and federation exclude each other.
     *
     * @throws AuthException.InvalidState with the code `user_pool_session_active`
     * @throws AuthException.Validation; an expiry that cannot be a moment, too
     * @throws AuthException.NotAuthorized with the code `provider_token_expired` or `provider_token_refused`
     * @throws AuthException.Configuration if there is no identity pool
     */
    public suspend fun federateToIdentityPool(
        provider: FederatedProvider,
        token: String,
        options: FederateOptions = FederateOptions(),
    ): AwsCredentials = whileOpen { AwsCredentials(it.federateToIdentityPool(provider, token, options, null)) }

    /**
     * Ends the federation on this device, at once. Nothing happens where nobody is federated.
     *
     * @throws AuthException.Storage if it could not be removed from the store yet, which is tried again at the next call;
     *   ended it is
     */
    public suspend fun clearFederation(): Unit = whileOpen { it.clearFederation(null) }

    /** Who is federated, with the provider's latest token, from memory; null until the store has been read. */
    public val federatedInfo: FederatedInfo? get() = whileOpen { it.federatedInfo() }

    /**
     * Has new tokens of that provider asked for from there, from now on, shortly before the present one expires
     * (`refreshHandlers` of Amplify for JavaScript). Set it at every start of the app: it is not stored.
     *
     * @param fetchToken gives a new token, within 30 s, called from a background thread. It throws
     *   [FederatedTokenException.Refused] if the person has to sign in at the provider again; whatever else it throws counts
     *   as [FederatedTokenException.Unavailable], and the next call asks again. Null: nobody is asked any more.
     */
    public fun setTokenProvider(
        provider: FederatedProvider,
        fetchToken: (suspend () -> FederatedToken)?,
    ) {
        whileOpen { it.setTokenProvider(provider, fetchToken?.let(::AskedTokenProvider)) }
    }
}

/** The app's function as the core sees it: asked from a thread of the core's own, which waits for it. */
private class AskedTokenProvider(private val ask: suspend () -> FederatedToken) : CoreTokenProvider {
    override fun fetchToken(): FederatedToken =
        try {
            runBlocking { ask() }
        } catch (told: FederatedTokenException) {
            throw told
        } catch (_: Throwable) {
            // Its text is dropped: it can hold a token.
            throw FederatedTokenException.Unavailable("the token provider threw an exception of its own")
        }
}
