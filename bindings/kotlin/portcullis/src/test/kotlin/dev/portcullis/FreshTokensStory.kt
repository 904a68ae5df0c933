package dev.portcullis

import dev.portcullis.support.Fault
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Relay
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import java.time.Duration
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.jsonObject

private const val REFRESH = "GetTokensFromRefreshToken"

/** Tokens for the app's own requests. */
class FreshTokensStory {
    @Test
    fun `tokens that do not last as long as an upload are renewed before it`() = story {
        val pool = pool(tokenSeconds = 20)
        pool.users.create("ann")
        Relay(pool.server.endpoint).use { relay ->
            AuthClient(pool.configuration(relay.endpoint)).use { auth ->
                auth.signIn("ann", PASSWORD)
                val first = auth.fetchAuthSession().tokens.accessToken
                delay(5.seconds)
                assertEquals(first, auth.fetchAuthSession(FetchSessionOptions()).tokens.accessToken)
                assertEquals(0, relay.count(REFRESH))
                val upload = FetchSessionOptions(minimumValidity = Duration.ofMinutes(10))
                assertNotEquals(first, auth.fetchAuthSession(upload).tokens.accessToken)
                // No token lives for ten minutes here, which costs no request a call.
                repeat(5) { auth.fetchAuthSession(upload).tokens }
                assertEquals(1, relay.count(REFRESH))
            }
        }
    }

    @Test
    fun `tokens that could not be renewed for an upload come with the reason`() = story {
        val pool = pool(tokenSeconds = 20)
        pool.users.create("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            delay(5.seconds)
            pool.server.faults.set(REFRESH, Fault.Reset)
            val session = auth.fetchAuthSession(FetchSessionOptions(minimumValidity = Duration.ofMinutes(10)))
            assertEquals(AuthErrorCode.NETWORK, assertIs<TokensOutcome.Stale>(session.tokensOutcome).error.code)
            assertIs<TokensOutcome.Available>(auth.fetchAuthSession().tokensOutcome)
        }
    }

    @Test
    fun `a refresh that nobody gave metadata for has the app's`() = story {
        val pool = LocalPool.shared.newPool()
        pool.createUser("ann")
        Relay(pool.server.endpoint).use { relay ->
            AuthClient(pool.configuration(relay.endpoint)).use { auth ->
                auth.signIn("ann", PASSWORD)
                auth.setRefreshMetadataProvider { mapOf("tenant" to "a", "why" to "provided") }
                auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true, clientMetadata = mapOf("why" to "called")))
                auth.setRefreshMetadataProvider { throw OutOfMemoryError("the app's fault") }
                auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
                auth.setRefreshMetadataProvider(null)
                auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
                val told = relay.bodies(REFRESH).map { it["ClientMetadata"]?.jsonObject.orEmpty() }
                val first = mapOf("tenant" to JsonPrimitive("a"), "why" to JsonPrimitive("called"))
                assertEquals(listOf(first, emptyMap(), emptyMap()), told)
            }
        }
    }

    @Test
    fun `the service says whether the user is still welcome`() = story {
        val pool = pool(tokenSeconds = 3600)
        pool.users.create("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { verifySession() }
            auth.signIn("ann", PASSWORD)
            assertEquals("ann", auth.verifySession().username)

            // Offline ends nothing.
            pool.server.faults.set("*", Fault.Reset)
            auth.fails<AuthException.Network>(AuthErrorCode.NETWORK) { verifySession() }
            pool.server.faults.clearAll()

            pool.users.disable("ann")
            assertIs<AuthState.SignedIn>(auth.state)
            val error = runCatching { auth.verifySession() }.exceptionOrNull()
            // Whoever is disabled is signed out everywhere: the refresh token is what the service speaks of.
            assertEquals(AuthErrorCode.SESSION_EXPIRED, assertIs<AuthException.SessionExpired>(error).reason)
            assertIs<AuthState.SessionExpired>(auth.state)
        }
    }

    /** A server of its own, for its faults, with a pool whose tokens live so long. */
    private fun pool(tokenSeconds: Int): UserPool {
        val configuration =
            """
            [[pools]]
            id = "us-east-1_Fresh0001"
            [[pools.clients]]
            id = "fresh"
            access_token_seconds = $tokenSeconds
            id_token_seconds = $tokenSeconds
            """
        return UserPool(LocalPool.start(configuration = configuration), "us-east-1_Fresh0001", "fresh", clientSecret = null)
    }
}
