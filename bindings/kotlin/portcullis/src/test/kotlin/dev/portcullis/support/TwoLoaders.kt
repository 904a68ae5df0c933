package dev.portcullis.support

import java.lang.reflect.InvocationTargetException

/** A program that opens a client in each of two class loaders and says what came of the second. */
object TwoLoaders {
    @JvmStatic
    fun main(arguments: Array<String>) {
        Guest.invite("http://127.0.0.1:1", "eu-west-1_Pool", "client", null)
        try {
            Guest.invite("http://127.0.0.1:1", "eu-west-1_Pool", "client", null)
            println("opened")
        } catch (failure: InvocationTargetException) {
            println(failure.targetException)
        }
    }
}
