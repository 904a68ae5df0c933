package dev.portcullis

import java.util.concurrent.atomic.AtomicBoolean
import java.util.logging.Level
import java.util.logging.Logger

/**
 * Keeps a listener listening until it is closed.
 *
 * @param end what ends the listening, called once
 */
public class EventSubscription(private val end: (EventSubscription) -> Unit) : AutoCloseable {
    internal constructor(core: SubscriptionCore, owner: MutableSet<EventSubscription>) : this({
        core.cancel()
        core.close()
        owner.remove(it)
    })

    private val closed = AtomicBoolean()

    /** Ends the listening. An event that is being told at this moment is told to its end. Can be called twice. */
    override fun close() {
        if (closed.compareAndSet(false, true)) end(this)
    }
}

/** The name that Amplify's Hub gives this event on its `auth` channel, for people who port listeners. */
public val AuthEvent.hubName: String get() = coreCall { hubName(this) }

/** A listener's fault ends nothing: it is logged, and the next event is told. */
internal class GuardedListener(private val tell: (AuthEvent) -> Unit) : AuthEventListener {
    override fun onEvent(event: AuthEvent) {
        try {
            tell(event)
        } catch (thrown: Throwable) {
            Logger.getLogger("dev.portcullis").log(Level.WARNING, "a listener threw", thrown)
        }
    }
}
