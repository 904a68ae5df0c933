package dev.portcullis

import dev.portcullis.support.AuthenticatorApp
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue

/** A signed-in person sets up an authenticator app and decides which second factors sign-in asks for. */
class MfaSettingsStory {
    @Test
    fun `an authenticator app from the first code to the next sign-in`() = withAnn(MfaType.Totp) { auth ->
        val told = CopyOnWriteArrayList<AuthEvent>()
        auth.listen { told += it }
        val details = auth.setUpTotp()
        assertTrue(details.setupUri("Wine Cellar").startsWith("otpauth://totp/Wine%20Cellar:ann?secret=${details.sharedSecret}"))
        val app = AuthenticatorApp(details.sharedSecret)
        val right = app.code(stepsFromNow = -1)
        repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.TOTP_CODE_MISMATCH) { verifyTotpSetup(otherThan(right)) } }
        val options = VerifyTotpSetupOptions(friendlyDeviceName = "Ann's phone")
        auth.verifyTotpSetup("${right.take(3)} ${right.drop(3)}", options)
        until("it is told") { AuthEvent.TotpVerified in told }
        assertEquals(SignInStep.Done, auth.signIn("ann", PASSWORD).nextStep) // nothing is asked until it is wanted

        auth.updateMfaPreference(totp = MfaSetting.PREFERRED)
        assertEquals(MfaPreference(listOf(MfaType.Totp), preferred = MfaType.Totp), auth.fetchMfaPreference())
        assertEquals(SignInStep.ConfirmSignInWithTotpCode("Ann's phone"), auth.signIn("ann", PASSWORD).nextStep)
        assertTrue(auth.confirmSignIn(app.code()).isSignedIn)

        // No second factor (Amplify's NOMFA).
        auth.updateMfaPreference(MfaSetting.DISABLED, MfaSetting.DISABLED, MfaSetting.DISABLED)
        assertEquals(MfaPreference(emptyList(), preferred = null), auth.fetchMfaPreference())
        assertEquals(SignInStep.Done, auth.signIn("ann", PASSWORD).nextStep)
    }

    @Test
    fun `the preferred factor stays until another one takes its place`() =
        withAnn(MfaType.Sms, MfaType.Totp, MfaType.Email) { auth ->
            auth.verifyTotpSetup(AuthenticatorApp(auth.setUpTotp().sharedSecret).code())
            auth.updateMfaPreference(sms = MfaSetting.ENABLED)
            assertNull(auth.fetchMfaPreference().preferred)
            auth.updateMfaPreference(totp = MfaSetting.PREFERRED)
            auth.updateMfaPreference(sms = MfaSetting.ENABLED, totp = MfaSetting.ENABLED, email = MfaSetting.ENABLED)
            val all = auth.fetchMfaPreference()
            assertEquals(MfaType.Totp, all.preferred)
            assertEquals(setOf(MfaType.Sms, MfaType.Totp, MfaType.Email), all.enabled.toSet())
            auth.updateMfaPreference(email = MfaSetting.PREFERRED)
            assertEquals(MfaType.Email, auth.fetchMfaPreference().preferred)
            auth.updateMfaPreference(email = MfaSetting.NOT_PREFERRED)
            assertNull(auth.fetchMfaPreference().preferred)
            auth.updateMfaPreference(sms = MfaSetting.DISABLED, email = MfaSetting.DISABLED)
            assertEquals(listOf<MfaType>(MfaType.Totp), auth.fetchMfaPreference().enabled)
        }

    @Test
    fun `what cannot be is not sent`() = withAnn(MfaType.Sms, MfaType.Totp) { auth ->
        suspend fun field(call: suspend AuthClient.() -> Unit) = auth.fails<AuthException.Validation>("validation_failed", call).field
        assertEquals("mfaPreference", field { updateMfaPreference() })
        assertEquals("mfaPreference", field { updateMfaPreference(MfaSetting.PREFERRED, MfaSetting.PREFERRED) })
        assertEquals("code", field { verifyTotpSetup("12345") })
    }

    @Test
    fun `what the pool does not have`() = withAnn(MfaType.Sms) { auth ->
        auth.fails<AuthException.Service>(AuthErrorCode.TOTP_NOT_SET_UP) { setUpTotp() }
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { updateMfaPreference(totp = MfaSetting.ENABLED) }
    }

    @Test
    fun `nobody signed in has no factors`() = withAnn(MfaType.Totp) { auth ->
        auth.signOut()
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { setUpTotp() }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { verifyTotpSetup("123456") }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { fetchMfaPreference() }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { updateMfaPreference(MfaSetting.ENABLED) }
    }

    private fun withAnn(
        vararg factors: MfaType,
        tell: suspend (AuthClient) -> Unit,
    ) = story {
        val pool = LocalPool.shared.newPoolWithMfa("OPTIONAL", *factors)
        pool.createReachableUser("ann")
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            tell(auth)
        }
    }
}
