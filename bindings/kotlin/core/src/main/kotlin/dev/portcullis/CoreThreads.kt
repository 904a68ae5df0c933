package dev.portcullis

import com.sun.jna.Callback
import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import java.util.concurrent.SynchronousQueue
import java.util.concurrent.ThreadPoolExecutor
import java.util.concurrent.TimeUnit
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.resume
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Dispatchers

/** On which threads the core calls back, and on which an app's coroutines go on. */
internal object CoreThreads {
    /** Daemons, so that a callback that blocks does not keep the JVM alive; attached once, not for each call. */
    private val initializer = CallbackThreadInitializer(true, false, "portcullis")

    /** As many threads as continuations block at once: one that blocks keeps nobody waiting. */
    private val resuming =
        ThreadPoolExecutor(0, Int.MAX_VALUE, 10, TimeUnit.SECONDS, SynchronousQueue()) { work ->
            Thread(work, "portcullis-resume").apply { isDaemon = true }
        }

    /** To be called before the core gets the callbacks. */
    fun daemon(vararg callbacks: Callback) {
        for (callback in callbacks) Native.setCallbackThreadInitializer(callback, initializer)
    }

    /**
     * Resumes a call's coroutine. The caller is a thread of the core's runtime, which has two for all clients: no code of
     * an app may run there, and every dispatcher but these two may run it in place, or is the app's own.
     */
    fun resume(continuation: CancellableContinuation<Byte>, result: Byte) {
        val dispatcher = continuation.context[ContinuationInterceptor]
        if (dispatcher === Dispatchers.Default || dispatcher === Dispatchers.IO) return continuation.resume(result)
        try {
            resuming.execute { continuation.resume(result) }
        } catch (_: OutOfMemoryError) {
            // The system gives no thread: better here than never.
            continuation.resume(result)
        }
    }
}
