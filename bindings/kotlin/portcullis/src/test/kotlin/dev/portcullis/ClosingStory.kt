package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Relay
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

class ClosingStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `a closed client says so`() = story {
        val auth = AuthClient(pool.configuration())
        auth.close()
        auth.close()
        val calls =
            listOf<suspend () -> Unit>(
                { auth.state },
                { auth.load() },
                { auth.accounts },
                { auth.switchAccount(AuthUser("ann", "1")) },
                { auth.withTimeout(1.seconds) },
                { auth.signUp("ann", PASSWORD) },
                { auth.confirmSignUp("ann", "123456") },
                { auth.resendSignUpCode("ann") },
                { auth.signIn("ann", PASSWORD) },
                { auth.confirmSignIn("1") },
                { auth.pendingSignIn },
                { auth.cancelSignIn() },
                { auth.fetchAuthSession() },
                { auth.getCurrentUser() },
                { auth.events.first() },
                { auth.listen { } },
            )
        for (call in calls) {
            val error = assertFailsWith<AuthException.InvalidState> { call() }
            assertEquals(AuthErrorCode.CLIENT_CLOSED, error.code)
            assertTrue(error.recovery.isNotBlank())
        }
    }

    @Test
    fun `signing out of a closed client does not throw`() = story {
        val auth = AuthClient(pool.configuration())
        auth.close()
        val result = auth.signOut()
        assertEquals(false, result.isComplete)
        assertEquals(AuthErrorCode.CLIENT_CLOSED, result.storageError?.code)
    }

    @Test
    fun `a call that is on its way is not cut off`() = story {
        pool.createUser("ann")
        Relay(LocalPool.shared.endpoint).use { relay ->
            val auth = AuthClient(pool.configuration(relay.endpoint))
            val gate = relay.hold("RespondToAuthChallenge")
            val signingIn = async { runCatching { auth.signIn("ann", PASSWORD) } }
            withContext(Dispatchers.IO) { gate.awaitArrival() }
            auth.close()
            gate.open()
            // Closing abandons an unfinished sign-in; the call ends with an answer either way.
            val result = signingIn.await()
            assertTrue(result.isSuccess || result.exceptionOrNull() is AuthException, "$result")
        }
    }

    @Test
    fun `closing while many call crashes nothing`() = story {
        repeat(20) {
            val auth = AuthClient(pool.configuration())
            val callers =
                List(20) {
                    launch(Dispatchers.IO) {
                        val error = runCatching { repeat(20) { auth.fetchAuthSession() } }.exceptionOrNull()
                        assertTrue(error == null || error is AuthException.InvalidState, "$error")
                    }
                }
            auth.close()
            callers.forEach { it.join() }
        }
    }
}
