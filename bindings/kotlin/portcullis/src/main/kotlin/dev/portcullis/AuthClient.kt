package dev.portcullis

import java.util.Objects
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/**
 * A client of one user pool and app client.
 *
 * Nothing is global: a process may hold any number of clients. Calls may come from any thread, the main thread
 * included: none blocks it. A cancelled coroutine stops waiting; what was already sent to the service runs to its end
 * and is stored, so that neither a one-time code nor a renewed token is lost.
 *
 * Every call throws [AuthException] and nothing else, apart from `CancellationException`.
 */
public class AuthClient private constructor(
    /** The configuration. */
    public val configuration: AuthConfiguration,
    internal val ownCore: OpenCore,
    /** Held, so that a listener goes on listening when its subscription is thrown away. */
    private val subscriptions: MutableSet<EventSubscription>,
) : SignUpCalls,
    SignInCalls,
    PasswordCalls,
    UserAttributeCalls,
    MfaCalls,
    PasskeyCalls,
    DeviceCalls,
    CredentialCalls,
    FederationCalls,
    WebUiCalls,
    AmplifyNames,
    AutoCloseable {
    /**
     * A client that keeps its session in one of the stores that come along.
     *
     * @param configuration which user pool and app client
     * @param storage where the session is kept; read in the background from now on
     * @param platform what the service is told about this device
     * @param deviceFacts more about it for threat protection, under Cognito's names (for example `ClientTimezone`); called
     *   from a background thread when [AuthConfiguration.threatProtection] is on. What takes more than 250 ms or throws is
     *   left out. Null: what the system says.
     */
    public constructor(
        configuration: AuthConfiguration,
        storage: Storage = Storage.Memory,
        platform: PlatformDetails = PlatformDetails.ofThisDevice(),
        deviceFacts: (() -> Map<String, String>)? = null,
    ) : this(
        configuration,
        coreCall {
            val facts = deviceFacts?.let(::FactsOfThisDevice) ?: FactsOfThisDevice()
            OpenCore(storage.openCore(configuration.core, platform, facts), closed = AtomicBoolean())
        },
        subscriptions = ConcurrentHashMap.newKeySet(),
    )

    /** A client that keeps its session in a store of the platform or the app's own. */
    public constructor(
        configuration: AuthConfiguration,
        store: SecureStore,
        platform: PlatformDetails = PlatformDetails.ofThisDevice(),
        deviceFacts: (() -> Map<String, String>)? = null,
    ) : this(configuration, Storage.Custom(store), platform, deviceFacts)

    private val freshSession = FreshSession(ownCore.core)

    /**
     * The same client, whose calls may take so long, everything included: requests, their repetitions, the store. A call
     * that takes longer throws [AuthException.Network] with the code `timeout`; what has been sent to the service runs to
     * its end all the same. Session, events and closing are shared with the first: closing one closes both.
     *
     * @param timeout less than 1 ms counts as that, more than 10 minutes as 10 minutes. Without this call it is the
     *   configuration's `totalTimeout`.
     */
    public fun withTimeout(timeout: Duration): AuthClient =
        whileOpen {
            val limit = timeout.coerceAtLeast(Duration.ZERO).toJavaDuration()
            AuthClient(configuration, OpenCore(it.withTimeout(limit), ownCore.closed), subscriptions)
        }

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
    public suspend fun switchAccount(user: AuthUser): Unit =
        whileOpen { it.switchAccount(user, null) }

    /**
     * The session, with new tokens if the present ones are about to expire. However many calls come at once, the service
     * gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
     *
     * @throws AuthException.Storage if the store keeps the session from being known; every other failure is in
     *   [AuthSession.tokensOutcome]
     */
    public suspend fun fetchAuthSession(options: FetchSessionOptions = FetchSessionOptions()): AuthSession =
        whileOpen {
            currentCoroutineContext().ensureActive()
            val isSimple = !options.forceRefresh && !options.awsCredentials && options.minimumValidity == null
            val fresh = if (isSimple) freshSession.get() else null
            fresh ?: AuthSession(it.fetchAuthSession(options, null))
        }

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
     * Who is signed in, from memory or the store, never from the network. Of whoever is federated, `username` is what the app
     * said of them (`username`, `name` or `email`, or else their identity) and `userId` their identity.
     *
     * @throws AuthException.NotSignedIn
     * @throws AuthException.SessionExpired
     */
    public suspend fun getCurrentUser(): AuthUser = whileOpen { it.getCurrentUser(null) }

    /**
     * Signs out: here at once and always, then at the service, for which it waits 5 s at most. Throws nothing but
     * `CancellationException`, and the user is then signed out all the same; the result tells which remote part failed. No
     * other account becomes the current one by it.
     */
    public suspend fun signOut(options: SignOutOptions = SignOutOptions()): SignOutResult =
        try {
            whileOpen { it.signOut(options, null) }
        } catch (failure: AuthException) {
            SignOutResult(isComplete = false, revokeTokenError = null, globalSignOutError = null, storageError = failure.info)
        } finally {
            freshSession.forget()
        }

    /**
     * Signs out as [signOut] does; if the session came from the hosted pages, has the presenter then show the page that ends
     * the browser's own session. Whatever becomes of that, the user is signed out here.
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

    /**
     * The events from the time of collecting; each collector first gets [AuthEvent.Configured] with the current state.
     * In order, none lost, however slow the collector. Ends when the client is closed: a collector that is neither cancelled
     * nor closed so keeps the client alive.
     */
    public val events: Flow<AuthEvent> = flow {
        val queue = whileOpen { it.events() }
        try {
            while (true) emit(queue.next() ?: break)
        } finally {
            queue.finish()
            queue.close()
        }
    }

    /**
     * Tells the listener every event, one at a time and in order, from a background thread; the first is
     * [AuthEvent.Configured] with the current state. It may block and may call this client; what it throws is logged and
     * does no harm. Listening ends when the subscription or the client is closed, and with nothing else: a listener that
     * uses its client keeps it alive until then.
     */
    public fun listen(listener: (AuthEvent) -> Unit): EventSubscription =
        whileOpen {
            val guarded = GuardedListener(Objects.requireNonNull(listener))
            EventSubscription(it.listen(guarded), subscriptions).also(subscriptions::add)
        }

    /**
     * Ends the events, abandons an unfinished sign-in and frees the client, which nothing else does where its listener, its
     * store or a collector holds it. Calls that are on their way run to their end, the store's too: a write that hangs may
     * land after this, and the next client finds it. Later ones throw [AuthException.InvalidState] with the code
     * `client_closed`. The stored session stays. Can be called twice.
     */
    override fun close() {
        if (ownCore.closed.compareAndSet(false, true)) {
            ownCore.core.shutdown()
            ownCore.core.close()
            subscriptions.forEach(EventSubscription::close)
        }
    }
}
