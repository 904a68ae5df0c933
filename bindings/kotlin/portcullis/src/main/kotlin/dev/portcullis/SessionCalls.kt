package dev.portcullis

import kotlin.time.Duration

/** The calls of [Auth] for who is signed in, their session and its end. */
public interface SessionCalls : CoreCalls {
    /**
     * Whether somebody is signed in, from memory. [AuthState.Unknown] until the stored session has been read, see
     * [load].
     */
    public val state: AuthState get() = whileOpen { it.state() }

    /**
     * Reads the stored session, if that has not been done yet, and gives the state.
     *
     * @throws AuthException.Storage if the store is locked or fails, or the stored session is unreadable
     */
    public suspend fun load(): AuthState = whileOpen { it.load(null) }

    /**
     * The accounts that are signed in here, the current one first, from memory. Empty until the stored session has been
     * read, see [load]. Another user joins with [ExistingSession.KEEP].
     */
    public val accounts: List<AuthUser> get() = whileOpen { it.accounts() }

    /**
     * Makes another account that is signed in here the current one. The session of the one before stays.
     *
     * @throws AuthException.InvalidState with the code `account_not_found` if the account has no session here
     * @throws AuthException.Storage
     */
    public suspend fun switchAccount(user: AuthUser): Unit = whileOpen { it.switchAccount(user, null) }

    /**
     * Who is signed in, from memory or the store, never from the network. Of whoever is federated, `username` is what the app
     * said of them (`username`, `name` or `email`, or else their identity) and `userId` their identity.
     *
     * @throws AuthException.NotSignedIn
     * @throws AuthException.SessionExpired
     */
    public suspend fun getCurrentUser(): AuthUser = whileOpen { it.getCurrentUser(null) }

    /**
     * The session, with new tokens if the present ones are about to expire. However many calls come at once, the service
     * gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
     *
     * @throws AuthException.Storage if the store keeps the session from being known; every other failure is in
     *   [AuthSession.tokensOutcome]
     */
    public suspend fun fetchAuthSession(options: FetchSessionOptions = FetchSessionOptions()): AuthSession =
        throw notOverridden()

    /**
     * Asks the service whether the signed-in user is still welcome, which nothing else does before the tokens run out
     * (`GetUser`; where that is refused, `GetTokensFromRefreshToken`). A user who was disabled or deleted, or whose sessions
     * were revoked, is then signed out of this one: [state] is [AuthState.SessionExpired], with the reason. A network, a
     * firewall or a service that fails ends nothing. Gives who is signed in.
     *
     * @throws AuthException.NotSignedIn
     * @throws AuthException.SessionExpired
     * @throws AuthException.Network
     */
    public suspend fun verifySession(): AuthUser = whileOpen { it.verifySession(null) }

    /**
     * Has the `ClientMetadata` of refreshes asked for from there, from now on, for the pre-token-generation trigger: tokens
     * are renewed by whichever call needs them first, and that one has no options for it. Set it before the first call: it
     * is not stored.
     *
     * @param clientMetadata gives the entries, over the configuration's; those of
     *   [FetchSessionOptions.clientMetadata] stand over both. Called from a background thread, once a refresh; what takes
     *   more than 1 s or throws is left out. Null: nobody is asked any more.
     */
    public fun setRefreshMetadataProvider(clientMetadata: (() -> Map<String, String>)?) {
        whileOpen { it.setRefreshMetadata(clientMetadata?.let(::AskedMetadata)) }
    }

    /**
     * Signs out: here at once and always, then at the service, for which it waits 5 s at most. Throws nothing but
     * `CancellationException`, and the user is then signed out all the same; the result tells which remote part failed. No
     * other account becomes the current one by it.
     */
    public suspend fun signOut(options: SignOutOptions = SignOutOptions()): SignOutResult = throw notOverridden()

    /**
     * The same client, whose calls may take so long, everything included: requests, their repetitions, the store. A call
     * that takes longer throws [AuthException.Network] with the code `timeout`; what has been sent to the service runs to
     * its end all the same. Session, events and closing are shared with the first: closing one closes both.
     *
     * @param timeout less than 1 ms counts as that, more than 10 minutes as 10 minutes. Without this call it is the
     *   configuration's `totalTimeout`.
     */
    public fun withTimeout(timeout: Duration): Auth = throw notOverridden()
}
