package dev.portcullis

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.stateIn

/** What [Auth] tells by itself. */
public interface EventCalls : CoreCalls {
    /**
     * The events from the time of collecting; each collector first gets [AuthEvent.Configured] with the current state.
     * In order, none lost, however slow the collector. Ends when the client is closed: a collector that is neither cancelled
     * nor closed so keeps the client alive.
     */
    public val events: Flow<AuthEvent> get() = throw notOverridden()

    /**
     * Whether somebody is signed in, now and from now on: begins with the present state, and has none twice in a row. Whoever
     * collects slowly gets the latest and misses what was in between. It ends as [events] does.
     */
    public val states: Flow<AuthState> get() = throw notOverridden()

    /**
     * Tells the listener every event, one at a time and in order, from a background thread; the first is
     * [AuthEvent.Configured] with the current state. It may block and may call this client; what it throws is logged and
     * does no harm. Listening ends when the subscription or the client is closed, and with nothing else: a listener that
     * uses its client keeps it alive until then.
     */
    public fun listen(listener: (AuthEvent) -> Unit): EventSubscription = throw notOverridden()
}

/**
 * The state as screens collect it, for a view model: `val state = auth.stateIn(viewModelScope)`. It follows the client until
 * the scope ends or the client is closed, and then keeps the last one.
 *
 * @throws AuthException.InvalidState with the code `client_closed`
 */
public fun Auth.stateIn(scope: CoroutineScope): StateFlow<AuthState> =
    states
        // Closed before the scope has come to it; whoever calls the client then is told so.
        .catch { if ((it as? AuthException)?.code != AuthErrorCode.CLIENT_CLOSED) throw it }
        .stateIn(scope, SharingStarted.Eagerly, state)
