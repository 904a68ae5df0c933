package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Relay
import dev.portcullis.support.UserPool
import dev.portcullis.support.story
import dev.portcullis.support.until
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject

private const val REFRESH = "GetTokensFromRefreshToken"

class RefreshStory {
    @Test
    fun `two hundred callers of an expired session, half of whom give up, cost one request`() {
        withRelay(shortLived(seconds = 5)) { relay, auth ->
            val first = auth.fetchAuthSession().tokens.accessToken
            delay(5.seconds)
            val before = relay.count(REFRESH)
            val gate = relay.hold(REFRESH)
            val callers = List(200) { async(Dispatchers.IO) { auth.fetchAuthSession().tokens.accessToken } }
            withContext(Dispatchers.IO) { gate.awaitArrival() }
            callers.filterIndexed { index, _ -> index % 2 == 0 }.forEach { it.cancelAndJoin() }
            gate.open()
            val given = callers.filterIndexed { index, _ -> index % 2 == 1 }.awaitAll().toSet()
            assertEquals(1, given.size)
            assertNotEquals(first, given.single())
            assertEquals(1, relay.count(REFRESH) - before)
        }
    }

    @Test
    fun `a caller who gives up does not lose the renewed tokens`() = withRelay(rotating()) { relay, auth ->
        val first = auth.fetchAuthSession().tokens.accessToken
        val gate = relay.hold(REFRESH)
        val caller = async { auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)) }
        withContext(Dispatchers.IO) { gate.awaitArrival() }
        caller.cancelAndJoin()
        assertFailsWith<CancellationException> { caller.await() }
        gate.open()
        until("the renewed tokens are kept") { relay.count(REFRESH) == 1 && auth.hasOtherTokenThan(first) }
        // With rotation the old refresh token is dead: only who kept the new one can go on.
        assertTrue(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens.accessToken != first)
    }

    @Test
    fun `a caller who gives up a sign-in finds it done`() = withRelay { relay, auth ->
        auth.signOut()
        val gate = relay.hold("RespondToAuthChallenge")
        val caller = launch { auth.signIn("ann", PASSWORD) }
        withContext(Dispatchers.IO) { gate.awaitArrival() }
        caller.cancelAndJoin()
        assertEquals(AuthState.SignedOut, auth.state)
        gate.open()
        until("signed in") { auth.state is AuthState.SignedIn }
    }

    @Test
    fun `offline the old tokens come with the reason`() = withRelay(shortLived(seconds = 2)) { relay, auth ->
        delay(2.seconds)
        relay.close()
        val session = auth.fetchAuthSession()
        val stale = assertIs<TokensOutcome.Stale>(session.tokensOutcome)
        assertEquals(AuthErrorCode.NETWORK, stale.error.code)
        assertEquals("ann", stale.tokens.idToken?.claims?.username)
        assertTrue(session.isSignedIn)
        assertFailsWith<AuthException.Network> { session.tokens }
        assertIs<AuthState.SignedIn>(auth.state)
    }

    @Test
    fun `signing out works offline and says what the service was not told`() = withRelay { relay, auth ->
        relay.close()
        val result = auth.signOut()
        assertEquals(false, result.isComplete)
        assertEquals(AuthErrorCode.NETWORK, result.revokeTokenError?.code)
        assertEquals(AuthState.SignedOut, auth.state)
    }

    /** Somebody is signed in, through a relay. */
    private fun withRelay(
        pool: UserPool = LocalPool.shared.newPool(),
        tell: suspend CoroutineScope.(Relay, AuthClient) -> Unit,
    ) = story {
        pool.createUser("ann")
        Relay(pool.server.endpoint).use { relay ->
            AuthClient(pool.configuration(relay.endpoint, totalTimeout = 20.seconds)).use { auth ->
                auth.signIn("ann", PASSWORD)
                tell(relay, auth)
            }
        }
    }

    private suspend fun AuthClient.hasOtherTokenThan(token: Token): Boolean = fetchAuthSession().tokens.accessToken != token

    /** A pool whose tokens live shorter than the service's API allows. */
    private fun shortLived(seconds: Int): UserPool {
        val configuration =
            """
            [[pools]]
            id = "us-east-1_Short0001"
            [[pools.clients]]
            id = "shortlived"
            access_token_seconds = $seconds
            id_token_seconds = $seconds
            """
        return UserPool(LocalPool.start(configuration = configuration), "us-east-1_Short0001", "shortlived", clientSecret = null)
    }

    private fun rotating(): UserPool =
        LocalPool.shared.newPool {
            putJsonObject("RefreshTokenRotation") {
                put("Feature", "ENABLED")
                put("RetryGracePeriodSeconds", 0)
            }
        }
}
