package dev.portcullis.support

import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthException
import dev.portcullis.Portcullis

/** A program that says how long its first call took in milliseconds, after `warmUp` if it is told so, and then the second. */
object WarmUp {
    @JvmStatic
    fun main(arguments: Array<String>) {
        if (arguments.isNotEmpty()) {
            Portcullis.warmUp()
            val threads = Thread.getAllStackTraces().keys.filter { it.name == "portcullis-warm-up" }
            println("daemon ${threads.all { it.isDaemon }}")
            threads.forEach(Thread::join)
        }
        repeat(2) {
            val begun = System.nanoTime()
            val outcome =
                try {
                    AuthConfiguration("eu-west-1_Pool", "client")
                    "done"
                } catch (failure: AuthException) {
                    failure.code
                }
            println("$outcome ${(System.nanoTime() - begun) / 1_000_000}")
        }
    }
}
