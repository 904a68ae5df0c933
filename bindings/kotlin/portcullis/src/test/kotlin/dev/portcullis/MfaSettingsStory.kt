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
        val details = auth.setUpTOTP()
        assertTrue(details.setupUri("Wine Cellar").startsWith("otpauth://totp/Wine%20Cellar:ann?secret=${details.sharedSecret}"))
        val app = AuthenticatorApp(details.sharedSecret)
        val right = app.code(stepsFromNow = -1)
        repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.TOTP_CODE_MISMATCH) { verifyTOTPSetup(otherThan(right)) } }
        val options = VerifyTotpSetupOptions(friendlyDeviceName = "Ann's phone")
        auth.verifyTOTPSetup("${right.take(3)} ${right.drop(3)}", options)
        until("it is told") { AuthEvent.TotpVerified in told }
        assertEquals(SignInStep.Done, auth.signIn("ann", PASSWORD).nextStep) // nothing is asked until it is wanted

        auth.updateMFAPreference(totp = MfaSetting.PREFERRED)
        assertEquals(MfaPreference(listOf(MfaType.Totp), preferred = MfaType.Totp), auth.fetchMFAPreference())
        assertEquals(SignInStep.ConfirmSignInWithTotpCode("Ann's phone"), auth.signIn("ann", PASSWORD).nextStep)
        assertTrue(auth.confirmSignIn(app.code()).isSignedIn)

        // No second factor (Amplify's NOMFA).
        auth.updateMFAPreference(MfaSetting.DISABLED, MfaSetting.DISABLED, MfaSetting.DISABLED)
        assertEquals(MfaPreference(emptyList(), preferred = null), auth.fetchMFAPreference())
        assertEquals(SignInStep.Done, auth.signIn("ann", PASSWORD).nextStep)
    }

    @Test
    fun `the preferred factor stays until another one takes its place`() =
        withAnn(MfaType.Sms, MfaType.Totp, MfaType.Email) { auth ->
            auth.verifyTOTPSetup(AuthenticatorApp(auth.setUpTOTP().sharedSecret).code())
            auth.updateMFAPreference(sms = MfaSetting.ENABLED)
            assertNull(auth.fetchMFAPreference().preferred)
            auth.updateMFAPreference(totp = MfaSetting.PREFERRED)
            auth.updateMFAPreference(sms = MfaSetting.ENABLED, totp = MfaSetting.ENABLED, email = MfaSetting.ENABLED)
            val all = auth.fetchMFAPreference()
            assertEquals(MfaType.Totp, all.preferred)
            assertEquals(setOf(MfaType.Sms, MfaType.Totp, MfaType.Email), all.enabled.toSet())
            auth.updateMFAPreference(email = MfaSetting.PREFERRED)
            assertEquals(MfaType.Email, auth.fetchMFAPreference().preferred)
            auth.updateMFAPreference(email = MfaSetting.NOT_PREFERRED)
            assertNull(auth.fetchMFAPreference().preferred)
            auth.updateMFAPreference(sms = MfaSetting.DISABLED, email = MfaSetting.DISABLED)
            assertEquals(listOf<MfaType>(MfaType.Totp), auth.fetchMFAPreference().enabled)
        }

    @Test
    fun `what cannot be is not sent`() = withAnn(MfaType.Sms, MfaType.Totp) { auth ->
        suspend fun field(call: suspend AuthClient.() -> Unit) = auth.fails<AuthException.Validation>("validation_failed", call).field
        assertEquals("mfaPreference", field { updateMFAPreference() })
        assertEquals("mfaPreference", field { updateMFAPreference(MfaSetting.PREFERRED, MfaSetting.PREFERRED) })
        assertEquals("code", field { verifyTOTPSetup("12345") })
    }

    @Test
    fun `what the pool does not have`() = withAnn(MfaType.Sms) { auth ->
        auth.fails<AuthException.Service>(AuthErrorCode.TOTP_NOT_SET_UP) { setUpTOTP() }
        auth.fails<AuthException.Validation>(AuthErrorCode.INVALID_PARAMETER) { updateMFAPreference(totp = MfaSetting.ENABLED) }
    }

    @Test
    fun `nobody signed in has no factors`() = withAnn(MfaType.Totp) { auth ->
        auth.signOut()
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { setUpTOTP() }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { verifyTOTPSetup("123456") }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { fetchMFAPreference() }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { updateMFAPreference(MfaSetting.ENABLED) }
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
