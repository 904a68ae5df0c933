package dev.portcullis

import dev.portcullis.support.CAPTCHA
import dev.portcullis.support.LocalPool
import dev.portcullis.support.ONE_TIME_CODE
import dev.portcullis.support.ONE_TIME_CODE_AFTER_SRP
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Triggers
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/** Custom sign-in with the Lambda handlers that Amplify's documentation shows. */
class CustomChallengeStory {
    @Test
    fun `a passwordless user answers with the code that was sent`() = withTriggers(ONE_TIME_CODE) { pool, auth ->
        val options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp)
        val asked = auth.signIn("ann", options = options)
        assertEquals(false, asked.isSignedIn)
        assertIs<SignInStep.ConfirmSignInWithCustomChallenge>(asked.nextStep)
        assertEquals(asked.nextStep, auth.pendingSignIn?.step)
        assertEquals(AuthState.SignedOut, auth.state)

        val done = auth.confirmSignIn(pool.sentChallengeCode("ann"))
        assertEquals(SignInStep.Done, done.nextStep)
        assertNull(auth.pendingSignIn)
        assertEquals("ann", auth.getCurrentUser().username)
    }

    @Test
    fun `a wrong answer ends the sign-in, as these handlers want it`() = withTriggers(ONE_TIME_CODE) { _, auth ->
        auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp))
        auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { confirmSignIn("no") }
        assertNull(auth.pendingSignIn)
        auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_SIGN_IN_IN_PROGRESS) { confirmSignIn("no") }
    }

    @Test
    fun `an unfinished sign-in can be abandoned and blocks nothing`() = withTriggers(ONE_TIME_CODE) { pool, auth ->
        val options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp)
        auth.signIn("ann", options = options)
        auth.cancelSignIn()
        assertNull(auth.pendingSignIn)
        auth.signIn("ann", options = options)
        assertEquals(AuthState.SignedOut, auth.load())
        auth.signIn("ann", options = options)
        assertTrue(auth.confirmSignIn(pool.sentChallengeCode("ann", number = 3)).isSignedIn)
    }

    @Test
    fun `the password comes first, then the code`() = withTriggers(ONE_TIME_CODE_AFTER_SRP) { pool, auth ->
        val options = SignInOptions(authFlow = AuthFlow.CustomWithSrp)
        val asked = auth.signIn("ann", PASSWORD, options)
        assertIs<SignInStep.ConfirmSignInWithCustomChallenge>(asked.nextStep)
        assertTrue(auth.confirmSignIn(pool.sentChallengeCode("ann")).isSignedIn)
    }

    @Test
    fun `a wrong password ends it before any code is sent`() = withTriggers(ONE_TIME_CODE_AFTER_SRP) { pool, auth ->
        val options = SignInOptions(authFlow = AuthFlow.CustomWithSrp)
        auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { signIn("ann", "Wrong-horse-7", options) }
        assertEquals(emptyList(), pool.sentChallengeCodes("ann"))
    }

    @Test
    fun `a captcha is shown by its address and solved`() = withTriggers(CAPTCHA) { _, auth ->
        val asked = auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.CustomWithoutSrp))
        val challenge = assertIs<SignInStep.ConfirmSignInWithCustomChallenge>(asked.nextStep)
        assertEquals("https://captcha.example.org/1.png", challenge.parameters["captchaUrl"])
        assertNull(challenge.parameters["answer"])
        assertTrue(auth.confirmSignIn("twelve").isSignedIn)
        assertNotNull(auth.fetchAuthSession().tokens.idToken)
    }

    private fun withTriggers(
        triggers: Triggers,
        tell: suspend (UserPool, AuthClient) -> Unit,
    ) = story {
        delay(200.milliseconds) // a line of the story before may still be on its way
        logBegins = triggers.server.log().size
        val pool = triggers.server.newPool()
        pool.createUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(pool, auth)
        }
    }

    /** Tests share a server: where this one's part of the log begins. */
    private var logBegins = 0

    /** These handlers "send" the code by printing it. */
    private fun UserPool.sentChallengeCodes(user: String): List<String> =
        server.log().drop(logBegins).mapNotNull { Regex("code for $user@example.org: (\\d{6})").find(it)?.groupValues?.get(1) }

    /** The code of that number, counted from 1. The log may come a moment after the answer. */
    private suspend fun UserPool.sentChallengeCode(user: String, number: Int = 1): String =
        withContext(Dispatchers.Default) {
            withTimeout(10.seconds) {
                var codes = sentChallengeCodes(user)
                while (codes.size < number) {
                    delay(10.milliseconds)
                    codes = sentChallengeCodes(user)
                }
                codes[number - 1]
            }
        }
}
