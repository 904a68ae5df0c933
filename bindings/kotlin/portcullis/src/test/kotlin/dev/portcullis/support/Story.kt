package dev.portcullis.support

import dev.portcullis.AuthClient
import dev.portcullis.AuthException
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** A test, with an end even if something hangs. */
fun story(
    limit: Duration = 60.seconds,
    tell: suspend CoroutineScope.() -> Unit,
): Unit = runBlocking(Dispatchers.Default) { withTimeout(limit, tell) }

/** Waits until it is so. */
suspend fun until(
    what: String,
    limit: Duration = 10.seconds,
    isSo: suspend () -> Boolean,
) {
    val steps = limit / 10.milliseconds
    repeat(steps.toInt()) {
        if (isSo()) return
        delay(10.milliseconds)
    }
    error("never came true: $what")
}

/** The call fails with this class and code, says what to do, and changes nothing. */
suspend inline fun <reified E : AuthException> AuthClient.fails(
    code: String,
    call: suspend AuthClient.() -> Unit,
): E {
    val before = state
    val error = assertFailsWith<E> { call() }
    assertEquals(code, error.code)
    assertTrue(error.recovery.isNotBlank(), "no recovery")
    assertTrue(error.message.orEmpty().contains(error.recovery), "the message has no recovery hint: ${error.message}")
    assertEquals(before, state)
    return error
}
