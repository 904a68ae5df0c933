package dev.portcullis

import dev.portcullis.support.Fault
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CoroutineScope

/** Calls that must end in time, whatever the service does. Its answers come an hour late here, if a story says so. */
class DeadlinesStory {
    @Test
    fun `a call ends in time, and the session is what it was`() = signedIn { pool, auth ->
        pool.server.faults.set("*", Fault.Delay(3600.seconds))
        val waited = measureTime {
            val error = auth.withTimeout(1.seconds).fails<AuthException.Network>(AuthErrorCode.TIMEOUT) { fetchUserAttributes() }
            assertTrue(error.isRetryable)
        }
        assertTrue(waited in 0.5.seconds..4.seconds, "$waited")
        val session = auth.withTimeout(5.seconds).fetchAuthSession(FetchSessionOptions(forceRefresh = true))
        assertEquals(AuthErrorCode.TIMEOUT, assertIs<TokensOutcome.Stale>(session.tokensOutcome).error.code)
        assertIs<AuthState.SignedIn>(auth.state)

        pool.server.faults.clearAll()
        assertTrue(auth.withTimeout(5.seconds).withTimeout(30.seconds).fetchUserAttributes().isNotEmpty())
    }

    @Test
    fun `signing out into a black hole takes five seconds and says what the service was not told`() = signedIn { pool, auth ->
        pool.server.faults.set("*", Fault.Delay(3600.seconds))
        val waited = measureTime {
            val result = auth.signOut()
            assertEquals(false, result.isComplete)
            assertEquals(AuthErrorCode.TIMEOUT, result.revokeTokenError?.code)
            assertEquals(null, result.storageError)
        }
        assertTrue(waited in 3.seconds..9.seconds, "$waited")
        assertEquals(AuthState.SignedOut, auth.state)
    }

    @Test
    fun `a sign-out can have less time`() = signedIn { pool, auth ->
        pool.server.faults.set("*", Fault.Delay(3600.seconds))
        val waited = measureTime {
            assertEquals(false, auth.withTimeout(1.seconds).signOut().isComplete)
        }
        assertTrue(waited < 4.seconds, "$waited")
        assertEquals(AuthState.SignedOut, auth.state)
    }

    @Test
    fun `clients that differ in their timeout have everything else in common`() = signedIn { _, auth ->
        val told = CopyOnWriteArrayList<String>()
        val other = auth.withTimeout(20.seconds)
        other.listen { told += it.hubName }
        assertEquals(auth.state, other.state)
        assertEquals(auth.accounts, other.accounts)
        assertEquals(auth.fetchAuthSession().tokens.accessToken, other.fetchAuthSession().tokens.accessToken)
        other.signOut()
        assertEquals(AuthState.SignedOut, auth.state)
        other.close()
        assertEquals(AuthErrorCode.CLIENT_CLOSED, assertFailsWith<AuthException.InvalidState> { auth.load() }.code)
    }

    @Test
    fun `a timeout that is none is the nearest one there is`() = signedIn { pool, auth ->
        for (timeout in listOf(Duration.INFINITE, 1e12.seconds)) {
            assertEquals("ann", auth.withTimeout(timeout).getCurrentUser().username)
        }
        pool.server.faults.set("GetUser", Fault.Delay(3600.seconds)) // a machine may answer within a millisecond
        for (timeout in listOf(Duration.ZERO, (-1).seconds, -Duration.INFINITE)) {
            auth.withTimeout(timeout).fails<AuthException.Network>(AuthErrorCode.TIMEOUT) { fetchUserAttributes() }
        }
    }

    private fun signedIn(tell: suspend CoroutineScope.(UserPool, AuthClient) -> Unit) = story {
        val configuration =
            """
            [[pools]]
            id = "us-east-1_Slow00001"
            [[pools.clients]]
            id = "slow"
            """
        LocalPool.start(configuration = configuration).use { server ->
            val pool = UserPool(server, "us-east-1_Slow00001", "slow", clientSecret = null)
            pool.users.create("ann", attributes = mapOf("email" to "ann@example.org"))
            AuthClient(pool.configuration()).use { auth ->
                auth.signIn("ann", PASSWORD)
                tell(pool, auth)
            }
        }
    }
}
