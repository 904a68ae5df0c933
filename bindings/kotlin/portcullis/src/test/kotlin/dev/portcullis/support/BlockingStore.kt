package dev.portcullis.support

import dev.portcullis.AuthClient
import dev.portcullis.AuthConfiguration
import java.util.concurrent.CountDownLatch

/** A program whose store never answers; its main function returns all the same. */
object BlockingStore {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val asked = CountDownLatch(1)
        val never = CountDownLatch(1)
        val store = MapStore {
            asked.countDown()
            never.await()
        }
        AuthClient(AuthConfiguration("eu-west-1_Pool", "client", endpoint = "http://127.0.0.1:1"), store).apply {
            val told = CountDownLatch(1)
            listen {
                told.countDown()
                never.await()
            }
            told.await()
        }
        asked.await()
        println("main returns")
    }
}
