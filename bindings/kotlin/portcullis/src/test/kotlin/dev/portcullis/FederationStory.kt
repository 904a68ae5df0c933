package dev.portcullis

import dev.portcullis.support.IdentityPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.story
import dev.portcullis.support.text
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonObject
import java.time.Instant
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals

private val AUTH0 = FederatedProvider.Oidc("https://tenant.eu.auth0.com/")

/** Every provider that vouches for people to an identity pool. */
class FederationStory {
    @Test
    fun `every provider`() = story {
        val pool = IdentityPool()
        for ((provider, name) in listOf(
            FederatedProvider.Google to "google",
            FederatedProvider.Facebook to "facebook",
            FederatedProvider.Amazon to "amazon",
            FederatedProvider.Apple to "apple",
            FederatedProvider.Twitter to "twitter",
            AUTH0 to "tenant.eu.auth0.com",
        )) {
            AuthClient(pool.configuration()).use { auth ->
                val first = auth.federateToIdentityPool(provider, pool.token(name, "person-1170"))
                assertEquals(AuthState.Federated(first.identityId), auth.state, name)
                assertEquals(provider, auth.federatedInfo?.provider)
                val again = auth.federateToIdentityPool(provider, pool.token(name, "person-1170"))
                assertEquals(first.identityId, again.identityId, name)
                val expired = pool.token(name, "person-1170", wrong = "expired")
                auth.fails<AuthException.NotAuthorized>("provider_token_expired") { federateToIdentityPool(provider, expired) }
                auth.clearFederation()
                assertNotEquals(first.identityId, auth.fetchAwsCredentials().identityId, "a guest now")
            }
        }
    }

    @Test
    fun `Auth0 step by step`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            val first = pool.token("tenant.eu.auth0.com", "auth0|7")
            val soon = FederateOptions(expiresAt = Instant.now().plusSeconds(30), user = mapOf("name" to "Ann", "email" to "ann@example.org"))
            val credentials = auth.federateToIdentityPool(AUTH0, first, soon)
            assertEquals("Ann", auth.getCurrentUser().username)
            val next = pool.token("tenant.eu.auth0.com", "auth0|7")
            auth.setTokenProvider(AUTH0) { FederatedToken(next, Instant.now().plusSeconds(3600)) }
            val renewed = auth.fetchAwsCredentials(AwsCredentialsOptions(forceRefresh = true))
            assertEquals(credentials.identityId, renewed.identityId)
            assertEquals(next, auth.federatedInfo?.token)
            auth.signOut()
            assertIs<AuthState.SignedOut>(auth.state)
        }
    }

    @Test
    fun `a developer's back end`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            val answer =
                pool.server.callIdentityPools("GetOpenIdTokenForDeveloperIdentity") {
                    put("IdentityPoolId", pool.id)
                    putJsonObject("Logins") { put("login.my-back-end", "ann") }
                }
            val options = FederateOptions(identityId = answer.text("IdentityId"))
            val credentials = auth.federateToIdentityPool(FederatedProvider.Developer, answer.text("Token"), options)
            assertEquals(answer.text("IdentityId"), credentials.identityId)
        }
    }

    @Test
    fun `tokens that prove nothing are refused`() = story {
        val pool = IdentityPool()
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            for (wrong in listOf("key", "issuer", "alg_none", "audience")) {
                val token = pool.token("google", wrong = wrong)
                auth.fails<AuthException.NotAuthorized>("provider_token_refused") {
                    federateToIdentityPool(FederatedProvider.Google, token)
                }
            }
        }
    }

    @Test
    fun `two accounts have two identities`() = story {
        val pool = IdentityPool()
        listOf("ann", "bob").forEach { pool.users.createUser(it) }
        AuthClient(pool.configuration()).use { auth ->
            val keep = SignInOptions(existingSession = ExistingSession.KEEP)
            auth.signIn("ann", PASSWORD, keep)
            val ann = auth.fetchAwsCredentials()
            auth.signIn("bob", PASSWORD, keep)
            assertNotEquals(ann.identityId, auth.fetchAwsCredentials().identityId)
            auth.switchAccount(auth.accounts.single { it.username == "ann" })
            assertEquals(ann.identityId, auth.fetchAwsCredentials().identityId)
        }
    }

    @Test
    fun `a user who has an identity does not take a guest's`() = story {
        val pool = IdentityPool()
        pool.users.createUser("ann")
        AuthClient(pool.configuration(mergeGuestIdentity = true)).use { auth ->
            auth.signIn("ann", PASSWORD)
            val hers = auth.fetchIdentityId()
            auth.signOut()
            val guest = auth.fetchIdentityId()
            assertNotEquals(hers, guest)
            auth.signIn("ann", PASSWORD)
            assertEquals(hers, auth.fetchAwsCredentials().identityId)
        }
    }
}
