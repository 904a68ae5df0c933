package dev.portcullis

import java.util.Objects
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
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
) : Auth,
    AmplifyNames {
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

    override fun withTimeout(timeout: Duration): AuthClient =
        whileOpen {
            val limit = timeout.coerceAtLeast(Duration.ZERO).toJavaDuration()
            AuthClient(configuration, OpenCore(it.withTimeout(limit), ownCore.closed), subscriptions)
        }

    override suspend fun fetchAuthSession(options: FetchSessionOptions): AuthSession =
        whileOpen {
            currentCoroutineContext().ensureActive()
            val isSimple = !options.forceRefresh && !options.awsCredentials && options.minimumValidity == null
            val fresh = if (isSimple) freshSession.get() else null
            fresh ?: AuthSession(it.fetchAuthSession(options, null))
        }

    override suspend fun signOut(options: SignOutOptions): SignOutResult =
        try {
            whileOpen { it.signOut(options, null) }
        } catch (failure: AuthException) {
            SignOutResult(isComplete = false, revokeTokenError = null, globalSignOutError = null, storageError = failure.info)
        } finally {
            freshSession.forget()
        }

    override val events: Flow<AuthEvent> = flow {
        val queue = whileOpen { it.events() }
        try {
            while (true) emit(queue.next() ?: break)
        } finally {
            queue.finish()
            queue.close()
        }
    }

    override val states: Flow<AuthState> =
        flow { events.collect { stateOrNull()?.let { emit(it) } } }.conflate().distinctUntilChanged()

    /** Null of a client that has been closed since the event. */
    private fun stateOrNull(): AuthState? =
        try {
            state
        } catch (_: AuthException.InvalidState) {
            null
        }

    override fun listen(listener: (AuthEvent) -> Unit): EventSubscription =
        whileOpen {
            val guarded = GuardedListener(Objects.requireNonNull(listener))
            EventSubscription(it.listen(guarded), subscriptions).also(subscriptions::add)
        }

    override fun close() {
        if (ownCore.closed.compareAndSet(false, true)) {
            ownCore.core.shutdown()
            ownCore.core.close()
            subscriptions.forEach(EventSubscription::close)
        }
    }
}
