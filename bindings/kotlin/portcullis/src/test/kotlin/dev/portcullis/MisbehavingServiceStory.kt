package dev.portcullis

import dev.portcullis.support.Fault
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.requests
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.hours
import kotlinx.coroutines.CoroutineScope

private const val REFRESH = "GetTokensFromRefreshToken"

private val forced = FetchSessionOptions(forceRefresh = true)

/**
 * What an app's tests have the service do: lose an answer, end a session, be hours later. Faults and the clock are a whole
 * server's, so each story has its own.
 */
class MisbehavingServiceStory {
    @Test
    fun `a refresh whose answer is lost is made up for`() = signedIn { pool, auth ->
        val old = auth.fetchAuthSession().tokens.accessToken
        pool.server.faults.queue(REFRESH, Fault.DropAfterCommit)
        // The service has rotated the token; it is asked again with the old one, which it takes in its grace period.
        assertNotEquals(old, auth.fetchAuthSession(forced).tokens.accessToken)
        assertEquals(2, pool.server.requests()[REFRESH])
        assertIs<AuthState.SignedIn>(auth.state)
    }

    @Test
    fun `a busy service signs nobody out`() = signedIn { pool, auth ->
        pool.server.faults.set(REFRESH, Fault.Answer(503, "<html>busy</html>"))
        assertTrue(auth.fetchAuthSession(forced).isSignedIn)
        pool.server.faults.clearAll()
        assertIs<TokensOutcome.Available>(auth.fetchAuthSession(forced).tokensOutcome)
    }

    @Test
    fun `a session that was revoked at the service is over`() = signedIn { pool, auth ->
        pool.users.revokeTokens("ann")
        val session = auth.fetchAuthSession(forced)
        assertIs<TokensOutcome.Unavailable>(session.tokensOutcome)
        assertEquals("ann", session.user?.username)
        assertIs<AuthState.SessionExpired>(auth.state)
    }

    @Test
    fun `hours later tokens are renewed`() = signedIn { pool, auth ->
        val old = auth.fetchAuthSession().tokens
        pool.server.clock.advance(2.hours)
        // The service says that the token has expired; the call is made once more with a new one.
        auth.fetchUserAttributes()
        val new = auth.fetchAuthSession().tokens
        assertNotEquals(old.accessToken, new.accessToken)
        assertTrue(new.expiresAt > old.expiresAt)
        assertEquals(1, pool.server.requests()[REFRESH])
    }

    private fun signedIn(tell: suspend CoroutineScope.(UserPool, AuthClient) -> Unit) = story {
        val configuration =
            """
            [[pools]]
            id = "us-east-1_Faulty001"
            [[pools.clients]]
            id = "rotating"
            rotation_grace_seconds = 60
            """
        LocalPool.start(configuration = configuration).use { server ->
            val pool = UserPool(server, "us-east-1_Faulty001", "rotating", clientSecret = null)
            pool.users.create("ann")
            AuthClient(pool.configuration()).use { auth ->
                auth.signIn("ann", PASSWORD)
                tell(pool, auth)
            }
        }
    }
}
