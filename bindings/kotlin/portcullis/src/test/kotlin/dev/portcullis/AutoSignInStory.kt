package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Triggers
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue

/** The sign-in that comes by itself after a sign-up. */
class AutoSignInStory {
    @Test
    fun `with the password once the code was given`() = withClient(LocalPool.shared.newPool()) { pool, auth, told ->
        val signedUp = auth.signUp("ann", PASSWORD, automatically())
        assertIs<SignUpStep.ConfirmUser>(signedUp.nextStep)
        val code = pool.code("ann")
        auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignUp("ann", otherThan(code)) }
        assertEquals(SignUpStep.Done, auth.confirmSignUp("ann", code).nextStep)
        assertEquals(AuthEvent.AutoSignedIn, outcome(told))
        assertEquals("ann", auth.getCurrentUser().username)
        // It comes once.
        auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_AUTO_SIGN_IN) { autoSignIn() }
    }

    @Test
    fun `at once where nothing is to be confirmed and with what the triggers are to know`() =
        withClient(CONFIRMING.server.newPool()) { pool, auth, told ->
            val options = automatically(AutoSignInOptions(validationData = mapOf("invited" to "yes")))
            assertTrue(auth.signUp("ann", PASSWORD, options).isSignUpComplete)
            assertEquals(AuthEvent.AutoSignedIn, outcome(told))
            until("the trigger's line is there") { pool.server.log().any { "validation data: {\"invited\":\"yes\"}" in it } }
        }

    @Test
    fun `a refusal is an event`() = withClient(REFUSING.server.newPool()) { pool, auth, told ->
        auth.signUp("ann", PASSWORD, automatically())
        auth.confirmSignUp("ann", pool.code("ann"))
        assertEquals(AuthErrorCode.LAMBDA_REJECTED, assertIs<AuthEvent.AutoSignInFailed>(outcome(told)).error.code)
        assertEquals(AuthState.SignedOut, auth.state)
    }

    @Test
    fun `a challenge waits for the person`() {
        val pool = LocalPool.shared.newPoolWithMfa("ON", MfaType.Email)
        withClient(pool) { _, auth, told ->
            auth.signUp("ann", PASSWORD, automatically())
            auth.confirmSignUp("ann", pool.code("ann"))
            assertEquals(AuthEvent.AutoSignInChallenged, outcome(told))
            assertIs<SignInStep.ConfirmSignInWithOtp>(auth.pendingSignIn?.step)
            assertTrue(auth.confirmSignIn(pool.code("ann", "email")).isSignedIn)
        }
    }

    /** Without a password the sign-up gives a session, and that signs in when the app asks. */
    @Test
    fun `with the session of a sign-up without password`() {
        val pool = LocalPool.shared.newPoolWithChoice(FirstFactor.Password, FirstFactor.EmailOtp)
        withClient(pool) { _, auth, told ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")
            val signedUp = auth.signUp("ann", options = SignUpOptions(userAttributes = listOf(email)))
            assertIs<SignUpStep.ConfirmUser>(signedUp.nextStep)
            assertEquals(SignUpStep.CompleteAutoSignIn, auth.confirmSignUp("ann", pool.code("ann")).nextStep)
            assertTrue(auth.autoSignIn().isSignedIn)
            assertEquals(AuthEvent.AutoSignedIn, outcome(told))
            assertEquals("ann", auth.getCurrentUser().username)
            auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_AUTO_SIGN_IN) { autoSignIn() }
        }
    }

    private fun automatically(automatic: AutoSignInOptions = AutoSignInOptions()) =
        SignUpOptions(userAttributes = listOf(UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")), autoSignIn = automatic)

    /** The event of the automatic sign-in. */
    private suspend fun outcome(told: List<AuthEvent>): AuthEvent {
        until("the automatic sign-in is told") { told.any { it.hubName.startsWith("autoSignIn") } }
        return told.single { it.hubName.startsWith("autoSignIn") }
    }

    private fun withClient(
        pool: UserPool,
        tell: suspend (UserPool, AuthClient, List<AuthEvent>) -> Unit,
    ) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            val told = CopyOnWriteArrayList<AuthEvent>()
            auth.listen { told += it }
            tell(pool, auth, told)
        }
    }

    private companion object {
        const val CONFIRM = "exports.handler = async (event) => { event.response.autoConfirmUser = true; return event; };\n"
        const val NOTE =
            "exports.handler = async (event) => {\n" +
                "  console.log('validation data: ' + JSON.stringify(event.request.validationData));\n" +
                "  return event;\n};\n"
        const val REFUSE = "exports.handler = async () => { throw new Error('not today'); };\n"
        val CONFIRMING = Triggers(mapOf("preSignUp.js" to CONFIRM, "preAuthentication.js" to NOTE))
        val REFUSING = Triggers(mapOf("preAuthentication.js" to REFUSE))
    }
}
