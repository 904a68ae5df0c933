package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import java.time.Instant
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.put

class SignUpAndSignInStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `a new user signs up, confirms, signs in, stays signed in and signs out`() = story {
        AuthClient(pool.configuration()).use { auth ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")
            val signedUp = auth.signUp("ann", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
            val confirm = assertIs<SignUpStep.ConfirmUser>(signedUp.nextStep)
            assertEquals(DeliveryMedium.Email, confirm.deliveryDetails?.medium)
            assertEquals("email", confirm.deliveryDetails?.attributeName)
            assertEquals(false, signedUp.isSignUpComplete)

            val confirmed = auth.confirmSignUp("ann", pool.code("ann"))
            assertTrue(confirmed.isSignUpComplete)

            val signedIn = auth.signIn("ann", PASSWORD)
            assertEquals(SignInResult(isSignedIn = true, nextStep = SignInStep.Done), signedIn)
            val user = AuthUser("ann", assertNotNull(signedUp.userId))
            assertEquals(AuthState.SignedIn(user), auth.state)
            assertEquals(user, auth.getCurrentUser())

            val first = auth.fetchAuthSession()
            assertTrue(first.isSignedIn)
            assertEquals(user, first.user)
            assertTrue(first.tokens.expiresAt > Instant.now())
            assertEquals(first.tokens.accessToken, auth.fetchAuthSession().tokens.accessToken)

            val access = first.tokens.accessToken.claims
            assertEquals(user.userId, access.subject)
            assertEquals("access", access.tokenUse)
            assertEquals(pool.clientId, access.clientId)
            val id = assertNotNull(first.tokens.idToken).claims
            assertEquals("ann@example.org", id.email)
            assertEquals(true, id.emailVerified)
            assertEquals("ann", id.text("cognito:username"))
            assertEquals(ClaimValue.Text("id"), id["token_use"])
            assertEquals(ClaimValue.Integer(assertNotNull(id.authenticatedAt).epochSecond), id["auth_time"])

            val second = auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
            assertNotEquals(first.tokens.accessToken, second.tokens.accessToken)
            assertEquals(user.userId, second.tokens.accessToken.claims.subject)

            assertTrue(auth.signOut().isComplete)
            assertEquals(AuthState.SignedOut, auth.state)
            val after = auth.fetchAuthSession()
            assertEquals(false, after.isSignedIn)
            assertEquals(AuthErrorCode.NOT_SIGNED_IN, assertIs<TokensOutcome.Unavailable>(after.tokensOutcome).error.code)
        }
    }

    @Test
    fun `every way to send a password signs in`() = story {
        pool.createUser("bob")
        for (flow in listOf(null, AuthFlow.UserSrp, AuthFlow.UserPassword)) {
            AuthClient(pool.configuration()).use { auth ->
                assertTrue(auth.signIn("bob", PASSWORD, SignInOptions(authFlow = flow)).isSignedIn, "$flow")
            }
        }
    }

    @Test
    fun `an app client with a secret works`() = story {
        val secretive = LocalPool.shared.newPool { put("GenerateSecret", true) }
        secretive.createUser("cleo")
        AuthClient(secretive.configuration()).use { auth ->
            assertTrue(auth.signIn("cleo", PASSWORD).isSignedIn)
            assertTrue(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).isSignedIn)
            assertTrue(auth.signOut().isComplete)
        }
    }

    @Test
    fun `a code can be sent again, and the old one no longer counts`() = story {
        AuthClient(pool.configuration()).use { auth ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "dan@example.org")
            auth.signUp("dan", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
            val details = auth.resendSignUpCode("dan")
            assertEquals(DeliveryMedium.Email, details.medium)
            assertTrue(auth.confirmSignUp("dan", pool.code("dan", "resend")).isSignUpComplete)
        }
    }

    @Test
    fun `an unconfirmed user is led to the confirmation`() = story {
        AuthClient(pool.configuration()).use { auth ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "eve@example.org")
            auth.signUp("eve", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
            val result = auth.signIn("eve", PASSWORD)
            assertEquals(SignInResult(isSignedIn = false, nextStep = SignInStep.ConfirmSignUp), result)
            assertEquals(AuthState.SignedOut, auth.state)
            assertNull(auth.pendingSignIn)
            auth.confirmSignUp("eve", pool.code("eve"))
            assertTrue(auth.signIn("eve", PASSWORD).isSignedIn)
        }
    }

    @Test
    fun `signing out everywhere ends the sessions on other devices`() = story {
        pool.createUser("fay")
        AuthClient(pool.configuration()).use { phone ->
            AuthClient(pool.configuration()).use { tablet ->
                phone.signIn("fay", PASSWORD)
                tablet.signIn("fay", PASSWORD)
                assertTrue(phone.signOut(SignOutOptions(global = true)).isComplete)
                val session = tablet.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
                assertEquals(AuthErrorCode.SESSION_EXPIRED, assertIs<TokensOutcome.Unavailable>(session.tokensOutcome).error.code)
                assertIs<AuthState.SessionExpired>(tablet.state)
                assertEquals("fay", session.user?.username)
                assertTrue(tablet.signIn("fay", PASSWORD).isSignedIn)
            }
        }
    }

    @Test
    fun `two clients in one process do not know each other`() = story {
        pool.createUser("gil")
        pool.createUser("hal")
        AuthClient(pool.configuration()).use { one ->
            AuthClient(pool.configuration()).use { other ->
                one.signIn("gil", PASSWORD)
                other.signIn("hal", PASSWORD)
                assertEquals("gil", one.getCurrentUser().username)
                assertEquals("hal", other.getCurrentUser().username)
            }
        }
    }
}
