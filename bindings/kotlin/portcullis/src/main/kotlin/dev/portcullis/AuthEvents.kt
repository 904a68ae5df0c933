package dev.portcullis

import java.util.concurrent.atomic.AtomicBoolean
import java.util.logging.Level
import java.util.logging.Logger

/** Keeps a listener listening until it is closed. */
public class EventSubscription internal constructor(
    private val core: SubscriptionCore,
    private val owner: MutableSet<EventSubscription>,
) : AutoCloseable {
    private val closed = AtomicBoolean()

    /** Ends the listening. An event that is being told at this moment is told to its end. Can be called twice. */
    override fun close() {
        if (closed.compareAndSet(false, true)) {
            core.cancel()
            core.close()
            owner.remove(this)
        }
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
