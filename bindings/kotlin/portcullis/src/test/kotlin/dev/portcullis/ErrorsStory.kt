package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.REFUSING_SIGN_UP
import dev.portcullis.support.Relay
import dev.portcullis.support.fails
import dev.portcullis.support.story
import java.net.ServerSocket
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.serialization.json.put

class ErrorsStory {
    private val pool = LocalPool.shared.newPool()

    private fun withClient(
        configuration: AuthConfiguration = pool.configuration(),
        tell: suspend (AuthClient) -> Unit,
    ) = story {
        AuthClient(configuration).use { auth ->
            auth.load()
            tell(auth)
        }
    }

    @Test
    fun `a wrong password says what the service said`() = withClient { auth ->
        pool.createUser("ann")
        val error = auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { signIn("ann", "Wrong-horse-7") }
        assertEquals("NotAuthorizedException", error.serviceCode)
        assertEquals("RespondToAuthChallenge", error.operation)
        assertEquals(400, error.httpStatus)
        assertNotNull(error.requestId)
        assertEquals(false, error.isRetryable)
        assertTrue(auth.signIn("ann", PASSWORD).isSignedIn)
    }

    @Test
    fun `a wrong code can be typed again`() = withClient { auth ->
        val email = UserAttribute(AuthUserAttributeKey.EMAIL, "bob@example.org")
        auth.signUp("bob", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
        val right = pool.code("bob")
        val wrong = if (right == "123456") "654321" else "123456"
        val error = auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignUp("bob", wrong) }
        assertEquals(false, error.isRetryable) // the same code would be wrong again
        assertTrue(auth.confirmSignUp("bob", right).isSignUpComplete)
    }

    @Test
    fun `an unknown user is named by a pool that does not hide users`() = withClient { auth ->
        auth.fails<AuthException.UserNotFound>(AuthErrorCode.USER_NOT_FOUND) { signIn("nobody", PASSWORD) }
    }

    @Test
    fun `an unknown user looks like a wrong password to a pool that hides users`() {
        val hiding = LocalPool.shared.newPool { put("PreventUserExistenceErrors", "ENABLED") }
        withClient(hiding.configuration()) { auth ->
            auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { signIn("nobody", PASSWORD) }
        }
    }

    @Test
    fun `a taken user name and a weak password`() = withClient { auth ->
        pool.createUser("cleo")
        auth.fails<AuthException.UsernameExists>(AuthErrorCode.USERNAME_EXISTS) { signUp("cleo", PASSWORD) }
        auth.fails<AuthException.InvalidPassword>(AuthErrorCode.INVALID_PASSWORD) { signUp("dan", "weak") }
    }

    @Test
    fun `a trigger's refusal comes in the trigger's own words`() {
        withClient(REFUSING_SIGN_UP.server.newPool().configuration()) { auth ->
            val error = auth.fails<AuthException.LambdaRejected>(AuthErrorCode.LAMBDA_REJECTED) { signUp("ann", PASSWORD) }
            assertTrue(error.info.text.contains("Only invited people may join"), error.info.text)
        }
    }

    @Test
    fun `a missing argument is found before anything is sent`() = withClient { auth ->
        val error = auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { signIn("", PASSWORD) }
        assertEquals("username", error.field)
        assertNull(error.operation)
        assertEquals("password", auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { signIn("ann") }.field)
    }

    @Test
    fun `an answer without a question`() = withClient { auth ->
        auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_SIGN_IN_IN_PROGRESS) { confirmSignIn("1234") }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { getCurrentUser() }
    }

    @Test
    fun `the service is down`() {
        val deadPort = ServerSocket(0).use { it.localPort }
        withClient(pool.configuration("http://127.0.0.1:$deadPort", totalTimeout = 20.seconds)) { auth ->
            val error = auth.fails<AuthException.Network>(AuthErrorCode.NETWORK) { signIn("ann", PASSWORD) }
            assertTrue(error.isRetryable)
            assertNull(error.serviceCode)
        }
    }

    @Test
    fun `the service does not answer in time`() = Relay(LocalPool.shared.endpoint).use { relay ->
        val gate = relay.hold("InitiateAuth")
        withClient(pool.configuration(relay.endpoint, totalTimeout = 500.milliseconds)) { auth ->
            assertTrue(auth.fails<AuthException.Network>(AuthErrorCode.TIMEOUT) { signIn("ann", PASSWORD) }.isRetryable)
        }
        gate.open()
    }

    @Test
    fun `a captive portal answers with its own page`() = Relay(LocalPool.shared.endpoint).use { relay ->
        pool.createUser("eve")
        withClient(pool.configuration(relay.endpoint, totalTimeout = 20.seconds)) { auth ->
            auth.signIn("eve", PASSWORD)
            relay.instead = Relay.Answer(200, "text/html", "<html>Welcome to the hotel. <b>Log in</b></html>".toByteArray())
            val error = auth.fails<AuthException.Network>(AuthErrorCode.BAD_RESPONSE) { confirmSignUp("eve", "123456") }
            assertTrue("hotel" !in error.message.orEmpty())
            val session = auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
            assertTrue(session.isSignedIn)
            assertEquals(AuthErrorCode.BAD_RESPONSE, assertIs<TokensOutcome.Stale>(session.tokensOutcome).error.code)
            assertFailsWith<AuthException.Network> { session.tokens }
            assertEquals("eve", assertIs<AuthState.SignedIn>(auth.state).user.username)
            relay.instead = null
            assertNotNull(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens)
        }
    }

    @Test
    fun `an app client that does not exist`() {
        val configuration = AuthConfiguration(pool.id, "0123456789abcdefghijklmnop", endpoint = LocalPool.shared.endpoint)
        withClient(configuration) { auth ->
            auth.fails<AuthException.Configuration>(AuthErrorCode.RESOURCE_NOT_FOUND) { signIn("ann", PASSWORD) }
        }
    }
}
