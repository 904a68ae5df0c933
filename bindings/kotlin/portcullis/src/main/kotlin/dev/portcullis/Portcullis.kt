package dev.portcullis

import kotlin.concurrent.thread

/** The native library behind all clients. */
public object Portcullis {
    /**
     * Loads the library on a thread of its own, so that the first call, which is often on the main thread, finds it there:
     * in a fresh process JNA takes longer for that than all the rest of a start. Call it early (`Application.onCreate`).
     * Returns at once, and may be called any number of times. What is wrong with the library, the first call tells.
     */
    public fun warmUp() {
        thread(isDaemon = true, name = "portcullis-warm-up") {
            try {
                AuthEvent.AutoSignedIn.hubName // any call will do
            } catch (_: AuthException) {
                // The first call that somebody waits for has it too.
            }
        }
    }
}
