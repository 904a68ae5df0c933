package dev.portcullis

import dev.portcullis.support.AuthenticatorApp
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.putTexts
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.serialization.json.addJsonObject
import kotlinx.serialization.json.put
import kotlinx.serialization.json.putJsonArray
import kotlinx.serialization.json.putJsonObject

/** Second factors at sign-in. */
class MfaStory {
    @Test
    fun `a code by text message`() {
        val pool = poolWithAnn(MfaType.Sms)
        for (flow in listOf(AuthFlow.UserSrp, AuthFlow.UserPassword)) {
            withClient(pool) { auth ->
                val asked = auth.signIn("ann", PASSWORD, SignInOptions(authFlow = flow))
                val step = assertIs<SignInStep.ConfirmSignInWithSmsMfaCode>(asked.nextStep)
                assertEquals(DeliveryMedium.Sms, step.deliveryDetails.medium)
                assertEquals("+*******4567", step.deliveryDetails.destination)
                val right = pool.code("ann", "sms")
                repeat(2) {
                    auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn(otherThan(right)) }
                    assertEquals(step, auth.pendingSignIn?.step)
                }
                assertTrue(auth.confirmSignIn(right).isSignedIn)
            }
        }
    }

    @Test
    fun `a code by mail`() {
        val pool = poolWithAnn(MfaType.Email)
        withClient(pool) { auth ->
            val step = assertIs<SignInStep.ConfirmSignInWithOtp>(auth.signIn("ann", PASSWORD).nextStep)
            assertEquals(DeliveryMedium.Email, step.deliveryDetails.medium)
            repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn("not-a-code") } }
            // As a second factor it comes again only with a new sign-in.
            auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_CODE_TO_RESEND) { resendSignInCode() }
            assertTrue(auth.confirmSignIn(pool.code("ann", "email")).isSignedIn)
        }
    }

    @Test
    fun `fetching and failing in between disturbs nothing`() {
        val pool = poolWithAnn(MfaType.Sms)
        withClient(pool) { auth ->
            auth.signIn("ann", PASSWORD)
            assertEquals(false, auth.fetchAuthSession().isSignedIn)
            auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { getCurrentUser() }
            assertTrue(auth.confirmSignIn(pool.code("ann", "sms")).isSignedIn)
        }
    }

    @Test
    fun `setting an app up and signing in with it`() {
        val pool = LocalPool.shared.newPoolWithMfa("ON", MfaType.Totp)
        pool.createReachableUser("ann")
        withClient(pool) { auth ->
            val setup = assertIs<SignInStep.ContinueSignInWithTotpSetup>(auth.signIn("ann", PASSWORD).nextStep)
            assertEquals("ann", setup.details.username)
            val secret = setup.details.sharedSecret
            assertEquals("otpauth://totp/My%20App:ann?secret=$secret&issuer=My%20App", setup.details.setupUri("My App"))
            val named = setup.details.setupUri("My App", accountName = "ann@example.org")
            assertTrue(named.startsWith("otpauth://totp/My%20App:ann%40example.org?"), named)
            assertTrue(secret !in "$setup" && secret !in "${setup.details}", "the secret is printed")

            // Wrong, wrong, right: the same secret all the time.
            val app = AuthenticatorApp(secret)
            val first = app.code(stepsFromNow = -1)
            repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.TOTP_CODE_MISMATCH) { confirmSignIn(otherThan(first)) } }
            auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { confirmSignIn("12") }
            val options = ConfirmSignInOptions(friendlyDeviceName = "Ann's phone")
            assertTrue(auth.confirmSignIn(first, options).isSignedIn)

            val asked = auth.signIn("ann", PASSWORD)
            assertEquals(SignInStep.ConfirmSignInWithTotpCode("Ann's phone"), asked.nextStep)
            repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn(otherThan(app.code())) } }
            val second = app.code()
            assertTrue(auth.confirmSignIn(second).isSignedIn)

            // Each code works once.
            auth.signIn("ann", PASSWORD)
            auth.fails<AuthException.CodeExpired>(AuthErrorCode.CODE_EXPIRED) { confirmSignIn(second) }
        }
    }

    @Test
    fun `choosing among several`() {
        val pool = poolWithAnn(MfaType.Sms, MfaType.Email, preferred = null)
        withClient(pool) { auth ->
            val asked = assertIs<SignInStep.ContinueSignInWithMfaSelection>(auth.signIn("ann", PASSWORD).nextStep)
            assertEquals(setOf<MfaType>(MfaType.Sms, MfaType.Email), asked.types.toSet())
            auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { confirmSignIn(MfaType.Totp.challengeResponse) }
            val sms = auth.confirmSignIn(MfaType.Sms.challengeResponse)
            assertIs<SignInStep.ConfirmSignInWithSmsMfaCode>(sms.nextStep)
            assertTrue(auth.confirmSignIn(pool.code("ann", "sms")).isSignedIn)

            auth.signIn("ann", PASSWORD)
            val email = auth.confirmSignIn(MfaType.Email.challengeResponse)
            assertIs<SignInStep.ConfirmSignInWithOtp>(email.nextStep)
            assertTrue(auth.confirmSignIn(pool.code("ann", "email")).isSignedIn)
        }
    }

    @Test
    fun `choosing to set up an address`() {
        val pool = poolWithNobodysFactor()
        withClient(pool) { auth ->
            val asked = assertIs<SignInStep.ContinueSignInWithMfaSetupSelection>(auth.signIn("bob", PASSWORD).nextStep)
            assertEquals(setOf<MfaType>(MfaType.Totp, MfaType.Email), asked.types.toSet())
            auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { confirmSignIn(MfaType.Sms.challengeResponse) }
            val setup = auth.confirmSignIn(MfaType.Email.challengeResponse)
            assertEquals(SignInStep.ContinueSignInWithEmailMfaSetup, setup.nextStep)
            auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { confirmSignIn("nobody") }
            val sent = auth.confirmSignIn("bob@example.org")
            assertIs<SignInStep.ConfirmSignInWithOtp>(sent.nextStep)
            auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn("00") }
            assertTrue(auth.confirmSignIn(pool.code("bob", "email")).isSignedIn)
        }
    }

    @Test
    fun `choosing to set up an app`() {
        val pool = poolWithNobodysFactor()
        withClient(pool) { auth ->
            auth.signIn("bob", PASSWORD)
            val chosen = auth.confirmSignIn(MfaType.Totp.challengeResponse)
            val setup = assertIs<SignInStep.ContinueSignInWithTotpSetup>(chosen.nextStep)
            assertTrue(auth.confirmSignIn(AuthenticatorApp(setup.details.sharedSecret).code()).isSignedIn)
        }
    }

    @Test
    fun `too many wrong codes lock for a while`() {
        val pool = poolWithAnn(MfaType.Sms)
        withClient(pool) { auth ->
            auth.signIn("ann", PASSWORD)
            val wrong = otherThan(pool.code("ann", "sms"))
            val codes = List(7) { (runCatching { auth.confirmSignIn(wrong) }.exceptionOrNull() as AuthException).code }
            assertEquals("code_mismatch", codes.first())
            assertEquals("attempts_exceeded", codes.last())
            assertNotNull(auth.pendingSignIn)
            auth.cancelSignIn()
            assertNull(auth.pendingSignIn)
        }
    }

    /** Ann can be reached by mail and text message, and has these second factors switched on. */
    private fun poolWithAnn(
        vararg factors: MfaType,
        preferred: MfaType? = factors.first(),
    ): UserPool {
        val pool = LocalPool.shared.newPoolWithMfa("OPTIONAL", MfaType.Sms, MfaType.Totp, MfaType.Email)
        pool.createReachableUser("ann")
        pool.enableFactors("ann", *factors, preferred = preferred)
        return pool
    }

    /** Bob has neither address nor app, in a pool that wants a second factor by app or mail. */
    private fun poolWithNobodysFactor(): UserPool {
        val pool =
            LocalPool.shared.newPoolWithMfa("ON", MfaType.Totp, MfaType.Email) {
                putTexts("AutoVerifiedAttributes")
                putJsonObject("AccountRecoverySetting") {
                    putJsonArray("RecoveryMechanisms") {
                        addJsonObject {
                            put("Name", "verified_phone_number")
                            put("Priority", 1)
                        }
                    }
                }
            }
        pool.createUser("bob", attributes = emptyMap())
        return pool
    }

    private fun withClient(
        pool: UserPool,
        tell: suspend (AuthClient) -> Unit,
    ) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }
}
