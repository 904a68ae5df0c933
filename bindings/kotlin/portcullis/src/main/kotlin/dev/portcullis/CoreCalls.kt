package dev.portcullis

import java.util.concurrent.CancellationException
import java.util.concurrent.atomic.AtomicBoolean

/**
 * What the calls of [Auth] have in common. There is one interface an area; interfaces, and not extensions, so that a call is
 * a member and nobody has to import it. Only [AuthClient] has the core that their bodies call.
 */
public interface CoreCalls

/** An interface can have no internal member, hence this way to it. */
internal val CoreCalls.openCore: OpenCore get() = (this as? AuthClient)?.ownCore ?: throw notOverridden()

/** What a class of the app's own gets from a call that it has left out. */
internal fun CoreCalls.notOverridden(): UnsupportedOperationException {
    val name = javaClass.name
    val refused = UnsupportedOperationException()
    val call = refused.stackTrace.find { it.className == Auth::class.java.name || it.className.removeSuffix("\$DefaultImpls").endsWith("Calls") }
    val which = call?.methodName?.substringBefore('$')?.removePrefix("get")?.replaceFirstChar(Char::lowercaseChar)
    val text = "$name does not override ${which ?: "this call"}, and has no service to ask as an AuthClient has: override it."
    return UnsupportedOperationException(text)
}

/** The core of a client, until the client is closed. */
internal class OpenCore(
    val core: AuthCore,
    /** What clients have in common that differ in their timeout. */
    val closed: AtomicBoolean,
)

/** Calls the core, unless it is gone. */
internal inline fun <T> CoreCalls.whileOpen(call: (AuthCore) -> T): T {
    val open = openCore
    if (open.closed.get()) throw authException(AuthErrorCode.CLIENT_CLOSED)
    return try {
        coreCall { call(open.core) }
    } catch (failure: IllegalStateException) {
        // Closed by another thread since the check. CancellationException is one of these, too.
        val isClosed = open.core.uniffiIsDestroyed && failure !is CancellationException
        throw if (isClosed) authException(AuthErrorCode.CLIENT_CLOSED) else failure
    }
}
