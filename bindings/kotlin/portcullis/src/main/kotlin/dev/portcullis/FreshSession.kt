package dev.portcullis

import java.util.concurrent.atomic.AtomicReference

/**
 * The session that memory can give at once. The core is only asked for its number, which crosses the bridge cheaply; the
 * tokens cross it once.
 */
internal class FreshSession(private val core: AuthCore) {
    private class Numbered(
        val number: ULong,
        val session: AuthSession,
    )

    private val latest = AtomicReference<Numbered?>()

    /** The session; null if the core has to be asked with a call. */
    fun get(): AuthSession? {
        val number = core.freshSessionNumber()
        latest.get()?.let { if (it.number == number) return it.session }
        val session = if (number == 0UL) null else core.freshSession(number)?.let(::AuthSession)
        // What the core does not give any more is not kept here either.
        latest.set(session?.let { Numbered(number, it) })
        return session
    }

    /** Forgets the tokens. */
    fun forget(): Unit = latest.set(null)
}
