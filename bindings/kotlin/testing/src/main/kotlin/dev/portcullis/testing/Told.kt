package dev.portcullis.testing

import dev.portcullis.AuthEvent
import dev.portcullis.AuthState
import dev.portcullis.EventSubscription
import java.util.concurrent.CopyOnWriteArrayList
import java.util.logging.Level
import java.util.logging.Logger
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.takeWhile

/** The state of a fake, and whoever is told of it: collectors of events, collectors of states, listeners. */
internal class Told(first: AuthState) {
    private val queues = mutableListOf<Channel<AuthEvent>>()
    private val listeners = CopyOnWriteArrayList<(AuthEvent) -> Unit>()

    /** Null once the fake is closed, which ends those who collect. */
    private val shown = MutableStateFlow<AuthState?>(first)

    @Volatile
    var state: AuthState = first
        private set

    /** The state first: whoever is told may look at it. */
    fun tell(
        event: AuthEvent,
        state: AuthState = this.state,
    ) {
        synchronized(queues) {
            this.state = state
            shown.value = state
            queues.forEach { it.trySend(event) }
        }
        listeners.forEach { tell(it, event) }
    }

    val events: Flow<AuthEvent> =
        flow {
            val queue = Channel<AuthEvent>(Channel.UNLIMITED)
            synchronized(queues) {
                queue.trySend(AuthEvent.Configured(state))
                queues += queue
            }
            try {
                for (event in queue) emit(event)
            } finally {
                synchronized(queues) { queues -= queue }
            }
        }

    val states: Flow<AuthState> = flow { emitAll(shown.takeWhile { it != null }.filterNotNull()) }

    fun listen(listener: (AuthEvent) -> Unit): EventSubscription {
        listeners += listener
        tell(listener, AuthEvent.Configured(state))
        return EventSubscription { listeners -= listener }
    }

    private fun tell(
        listener: (AuthEvent) -> Unit,
        event: AuthEvent,
    ) {
        try {
            listener(event)
        } catch (thrown: Exception) {
            // As a client does: a listener's fault ends nothing.
            Logger.getLogger("dev.portcullis").log(Level.WARNING, "a listener threw", thrown)
        }
    }

    fun end() {
        synchronized(queues) {
            shown.value = null
            queues.forEach { it.close() }
        }
        listeners.clear()
    }
}
