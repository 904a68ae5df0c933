package dev.portcullis.demo

import dev.portcullis.AuthClient
import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthUserAttributeKey
import dev.portcullis.SignUpOptions
import dev.portcullis.UserAttribute
import dev.portcullis.testing.LocalPool
import kotlin.time.measureTime

private const val WARM_UP = 20_000
private const val ROUNDS = 21
private const val CALLS = 5_000

/** What a session from memory costs, beside a call that does nothing but cross the bridge and come back. */
internal suspend fun bench(pool: LocalPool) {
    val configuration = AuthConfiguration.amplifyOutputs(pool.amplifyOutputs)
    AuthClient(configuration).use { auth ->
        val email = UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")
        auth.signUp("ann", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
        auth.confirmSignUp("ann", pool.code("ann"))
        check(auth.signIn("ann", PASSWORD).isSignedIn)
        auth.fetchAuthSession()

        val bare: suspend () -> Any = { configuration.threatProtection }
        val cached: suspend () -> Any = { auth.fetchAuthSession() }
        for (call in listOf(bare, cached)) repeat(WARM_UP) { call() }
        // In turns, so that both see the same machine.
        val times = List(ROUNDS) { perCall(bare) to perCall(cached) }
        val (one, other) = times.map { it.first }.median() to times.map { it.second }.median()
        println("Across the bridge from Kotlin, median of $ROUNDS rounds")
        println("  a bare synchronous call        %8.2f us".format(one))
        println("  fetchAuthSession from memory   %8.2f us  (%.2f times that; goal at most 2)".format(other, other / one))
    }
}

private suspend fun perCall(call: suspend () -> Any): Double =
    measureTime { repeat(CALLS) { call() } }.inWholeNanoseconds / 1_000.0 / CALLS

private fun List<Double>.median(): Double = sorted()[size / 2]
