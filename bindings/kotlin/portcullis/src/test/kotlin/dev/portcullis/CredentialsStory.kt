package dev.portcullis

import dev.portcullis.support.IdentityPool
import dev.portcullis.support.LocalPool
import dev.portcullis.support.MapStore
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.story
import java.net.ServerSocket
import java.time.Instant
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** AWS credentials for guests, users and whoever another provider vouches for. */
class CredentialsStory {
    @Test
    fun `guests, users and guests again`() = story {
        val pool = IdentityPool()
        pool.users.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            assertEquals(pool.id, auth.configuration.identityPool?.id)
            val guest = auth.fetchAwsCredentials()
            assertTrue(guest.accessKeyId.startsWith("ASIA") && guest.expiresAt > Instant.now())
            assertEquals(guest, auth.fetchAwsCredentials())

            auth.signIn("ann", PASSWORD)
            val ann = auth.fetchAwsCredentials()
            assertNotEquals(guest.identityId, ann.identityId)
            val session = auth.fetchAuthSession(FetchSessionOptions(awsCredentials = true))
            assertEquals(ann, session.awsCredentials)
            assertEquals(ann.identityId, session.identityId)
            assertEquals(session.user?.userId, session.userSub)
            assertNotNull(session.tokens.idToken)
            val plain = auth.fetchAuthSession()
            assertFailsWith<AuthException.Validation> { plain.awsCredentials }

            auth.signOut()
            assertEquals(guest.identityId, auth.fetchIdentityId())
            auth.clearIdentity()
            assertNotEquals(guest.identityId, auth.fetchIdentityId())
        }
    }

    @Test
    fun `a guest who signs in keeps the identity if the app asks`() = story {
        val pool = IdentityPool()
        pool.users.createUser("bob")
        AuthClient(pool.configuration(mergeGuestIdentity = true)).use { auth ->
            val guest = auth.fetchIdentityId()
            auth.signIn("bob", PASSWORD)
            assertEquals(guest, auth.fetchIdentityId())
        }
    }

    @Test
    fun `an app's own server gets a token of the identity`() = story {
        AuthClient(IdentityPool().configuration()).use { auth ->
            assertEquals(auth.fetchIdentityId(), auth.fetchOpenIdToken().claims.subject)
        }
    }

    @Test
    fun `what is not configured or allowed is said`() = story {
        AuthClient(LocalPool.shared.newPool().configuration()).use { auth ->
            auth.load()
            auth.fails<AuthException.Configuration>("configuration_invalid") { fetchAwsCredentials() }
        }
        AuthClient(IdentityPool(guests = false).configuration()).use { auth ->
            auth.load()
            auth.fails<AuthException.NotAuthorized>("guest_access_denied") { fetchAwsCredentials() }
        }
    }

    @Test
    fun `an identity pool that is down hides no tokens`() = story {
        val pool = IdentityPool()
        pool.users.createUser("cy")
        val nowhere = ServerSocket(0).use { "http://127.0.0.1:${it.localPort}" }
        AuthClient(pool.configuration(endpoint = nowhere)).use { auth ->
            assertTrue(auth.signIn("cy", PASSWORD).isSignedIn)
            val session = auth.fetchAuthSession(FetchSessionOptions(awsCredentials = true))
            assertNotNull(session.tokens.idToken)
            assertTrue(assertFailsWith<AuthException.Network> { session.awsCredentials }.isRetryable)
        }
    }

    @Test
    fun `whoever is federated survives the process`() = story {
        val pool = IdentityPool()
        val store = MapStore()
        val token = pool.googleToken()
        val options = FederateOptions(expiresAt = Instant.now().plusSeconds(3600), user = mapOf("name" to "Dee"))
        val credentials =
            AuthClient(pool.configuration(), store).use { it.federateToIdentityPool(FederatedProvider.Google, token, options) }
        AuthClient(pool.configuration(), store).use { auth ->
            assertEquals(AuthState.Federated(credentials.identityId), auth.load())
            assertEquals("Dee", auth.getCurrentUser().username)
            assertEquals(token, auth.federatedInfo?.token)
            assertEquals(FederatedProvider.Google, auth.federatedInfo?.provider)
            assertEquals(credentials, auth.fetchAwsCredentials())
            auth.fails<AuthException.InvalidState>("federation_active") { signIn("dee", PASSWORD) }
            auth.clearFederation()
            assertEquals(AuthState.SignedOut, auth.state)
            assertNull(auth.federatedInfo)
        }
    }

    @Test
    fun `a new token is asked for before the old one ends`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            val (first, second) = List(2) { pool.googleToken() }
            val soon = FederateOptions(expiresAt = Instant.now().plusSeconds(30))
            auth.federateToIdentityPool(FederatedProvider.Google, first, soon)
            auth.setTokenProvider(FederatedProvider.Google) { FederatedToken(second) }
            auth.fetchAwsCredentials(AwsCredentialsOptions(forceRefresh = true))
            assertEquals(second, auth.federatedInfo?.token)
        }
    }

    @Test
    fun `a provider that refuses and one that cannot be reached are told apart`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            val over = FederateOptions(expiresAt = Instant.now().minusSeconds(1))
            auth.federateToIdentityPool(FederatedProvider.Google, pool.googleToken(), over)
            val forced = AwsCredentialsOptions(forceRefresh = true)
            auth.setTokenProvider(FederatedProvider.Google) { throw FederatedTokenException.Refused("signed out there") }
            auth.fails<AuthException.NotAuthorized>("provider_token_expired") { fetchAwsCredentials(forced) }
            auth.setTokenProvider(FederatedProvider.Google) { throw java.io.IOException("offline") }
            auth.fails<AuthException.Network>("network") { fetchAwsCredentials(forced) }
            // What the bridge would take for success.
            auth.setTokenProvider(FederatedProvider.Google) { throw StackOverflowError() }
            auth.fails<AuthException.Network>("network") { fetchAwsCredentials(forced) }
        }
    }

    @Test
    fun `milliseconds that were given as seconds are no moment`() = story {
        AuthClient(IdentityPool().configuration()).use { auth ->
            auth.load()
            val mistaken = FederateOptions(expiresAt = Instant.ofEpochSecond(1_767_603_787_000))
            val error =
                auth.fails<AuthException.Validation>("validation_failed") {
                    federateToIdentityPool(FederatedProvider.Google, "t", mistaken)
                }
            assertEquals("expiresAt", error.field)
        }
    }

    @Test
    fun `nothing secret is printed`() = story {
        AuthClient(IdentityPool().configuration()).use { auth ->
            val credentials = auth.fetchAwsCredentials()
            val printed = "$credentials ${auth.fetchAuthSession(FetchSessionOptions(awsCredentials = true))}"
            for (secret in listOf(credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken)) {
                assertTrue(secret !in printed)
            }
        }
    }
}
