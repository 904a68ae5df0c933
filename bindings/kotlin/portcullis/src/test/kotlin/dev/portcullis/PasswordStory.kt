package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.put

/** A person replaces a forgotten password, or changes the one they know. */
class PasswordStory {
    private val pool = LocalPool.shared.newPool().also { it.createReachableUser("ann") }

    @Test
    fun `a forgotten password is replaced with a code`() = withClient { auth ->
        val told = CopyOnWriteArrayList<String>()
        auth.listen { told += it.hubName }
        val result = auth.resetPassword("ann")
        assertEquals(false, result.isPasswordReset)
        val step = assertIs<ResetPasswordStep.ConfirmResetPasswordWithCode>(result.nextStep)
        assertNotNull(step.deliveryDetails.destination)

        val code = pool.code("ann", "forgot")
        val wrong = otherThan(code)
        repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmResetPassword("ann", NEW, wrong) } }
        auth.fails<AuthException.InvalidPassword>(AuthErrorCode.INVALID_PASSWORD) { confirmResetPassword("ann", "short", code) }
        auth.confirmResetPassword("ann", NEW, code)
        assertEquals(AuthState.SignedOut, auth.state) // nobody is signed in by it
        auth.fails<AuthException.CodeExpired>(AuthErrorCode.CODE_EXPIRED) { confirmResetPassword("ann", NEW, code) } // it counts once

        auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { signIn("ann", PASSWORD) }
        assertTrue(auth.signIn("ann", NEW).isSignedIn)
        val failed = "forgotPasswordSubmit_failure"
        val expected = listOf("configured", "forgotPassword", failed, failed, failed, "forgotPasswordSubmit", failed, "signIn_failure", "signIn")
        until("all is told") { told.toList() == expected }
    }

    @Test
    fun `only the newest code counts`() = withClient { auth ->
        auth.resetPassword("ann")
        val first = pool.code("ann", "forgot")
        auth.resetPassword("ann")
        val second = pool.code("ann", "forgot")
        if (first != second) auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmResetPassword("ann", NEW, first) }
        auth.confirmResetPassword("ann", NEW, second)
    }

    @Test
    fun `a password that must be reset is a next step`() = withClient { auth ->
        pool.server.call("AdminResetUserPassword") {
            put("UserPoolId", pool.id)
            put("Username", "ann")
        }
        assertEquals(SignInStep.ResetPassword, auth.signIn("ann", PASSWORD).nextStep)
        auth.resetPassword("ann")
        auth.confirmResetPassword("ann", NEW, pool.code("ann", "forgot"))
        assertTrue(auth.signIn("ann", NEW).isSignedIn)
    }

    @Test
    fun `who cannot have a code`() = withClient { auth ->
        pool.createUser("bob") // his address is not verified
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { resetPassword("bob") }
        auth.fails<AuthException.UserNotFound>(AuthErrorCode.USER_NOT_FOUND) { resetPassword("nobody") }
    }

    @Test
    fun `what is certainly wrong is not sent`() = withClient { auth ->
        suspend fun field(call: suspend AuthClient.() -> Unit) = auth.fails<AuthException.Validation>("validation_failed", call).field
        assertEquals("username", field { resetPassword("") })
        assertEquals("newPassword", field { confirmResetPassword("ann", "", "1") })
        assertEquals("confirmationCode", field { confirmResetPassword("ann", NEW, "") })
        assertEquals("oldPassword", field { updatePassword("", NEW) })
    }

    @Test
    fun `a signed-in person changes the password`() = withClient { auth ->
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { updatePassword(PASSWORD, NEW) }
        auth.signIn("ann", PASSWORD)
        auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { updatePassword("Wrong-horse-7", NEW) }
        auth.fails<AuthException.InvalidPassword>(AuthErrorCode.INVALID_PASSWORD) { updatePassword(PASSWORD, "short") }
        auth.updatePassword(PASSWORD, NEW)
        assertNotNull(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens) // the session lives on
        assertTrue(auth.signIn("ann", NEW).isSignedIn)
    }

    @Test
    fun `a person without a password sets the first one`() = story {
        val choosing = LocalPool.shared.newPoolWithChoice(FirstFactor.Password, FirstFactor.EmailOtp)
        AuthClient(choosing.configuration()).use { auth ->
            val email = UserAttribute(AuthUserAttributeKey.EMAIL, "ann@example.org")
            auth.signUp("ann", options = SignUpOptions(userAttributes = listOf(email)))
            auth.confirmSignUp("ann", choosing.code("ann"))
            auth.autoSignIn()
            auth.updatePassword(oldPassword = null, NEW)
            assertTrue(auth.signIn("ann", NEW).isSignedIn)
        }
    }

    private fun withClient(tell: suspend (AuthClient) -> Unit) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }

    private companion object {
        const val NEW = "Better-stapler-9"
    }
}
