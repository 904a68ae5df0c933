package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.otherThan
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue

/** Choice-based sign-in: the person, or the app, chooses the first factor. */
class UserAuthStory {
    private val pool =
        LocalPool.shared
            .newPoolWithChoice(FirstFactor.Password, FirstFactor.EmailOtp, FirstFactor.SmsOtp, FirstFactor.WebAuthn)
            .also { it.createReachableUser("ann") }

    @Test
    fun `choosing the first factor`() = withClient { auth ->
        val asked = auth.begin()
        val factors = assertIs<SignInStep.ContinueSignInWithFirstFactorSelection>(asked.nextStep).factors
        val expected = setOf(FirstFactor.Password, FirstFactor.PasswordSrp, FirstFactor.EmailOtp, FirstFactor.SmsOtp)
        assertEquals(expected, factors.toSet()) // and no passkey: ann has none
        auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { confirmSignIn(FirstFactor.WebAuthn.challengeResponse) }
        assertIs<SignInStep.ConfirmSignInWithOtp>(auth.confirmSignIn(FirstFactor.EmailOtp.challengeResponse).nextStep)
    }

    @Test
    fun `codes by mail and text message`() = withClient { auth ->
        val ways = listOf(Triple(FirstFactor.EmailOtp, DeliveryMedium.Email, "email"), Triple(FirstFactor.SmsOtp, DeliveryMedium.Sms, "sms"))
        for ((factor, medium, kind) in ways) {
            for (preferred in listOf(true, false)) {
                var result = auth.begin(factor.takeIf { preferred })
                if (!preferred) result = auth.confirmSignIn(factor.challengeResponse)
                assertEquals(medium, assertIs<SignInStep.ConfirmSignInWithOtp>(result.nextStep).deliveryDetails.medium)
                val first = pool.code("ann", kind)
                val wrong = otherThan(first).padEnd(first.length, '0')
                repeat(2) { auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn(wrong) } }
                // Another one, please: the first no longer counts for this sign-in.
                assertIs<SignInStep.ConfirmSignInWithOtp>(auth.resendSignInCode().nextStep)
                val second = pool.code("ann", kind)
                if (first != second) auth.fails<AuthException.CodeMismatch>(AuthErrorCode.CODE_MISMATCH) { confirmSignIn(first) }
                assertTrue(auth.confirmSignIn(second).isSignedIn, "$factor")
                auth.signOut()
            }
        }
    }

    @Test
    fun `the password plain and with SRP`() = withClient { auth ->
        for (factor in listOf(FirstFactor.Password, FirstFactor.PasswordSrp)) {
            // Given at once.
            assertTrue(auth.begin(factor, PASSWORD).isSignedIn)
            auth.signOut()
            // Chosen: wrong, wrong, right.
            auth.begin()
            assertEquals(SignInStep.ConfirmSignInWithPassword, auth.confirmSignIn(factor.challengeResponse).nextStep)
            repeat(2) {
                auth.fails<AuthException.NotAuthorized>(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD) { confirmSignIn("Wrong-horse-7") }
                assertNotNull(auth.pendingSignIn)
            }
            assertTrue(auth.confirmSignIn(PASSWORD).isSignedIn)
            // Preferred and not given.
            assertEquals(SignInStep.ConfirmSignInWithPassword, auth.begin(factor).nextStep)
            assertTrue(auth.confirmSignIn(PASSWORD).isSignedIn)
        }
        // A password and no preference.
        assertTrue(auth.begin(password = PASSWORD).isSignedIn)
    }

    @Test
    fun `a preference that the user cannot have is a choice`() = withClient { auth ->
        assertIs<SignInStep.ContinueSignInWithFirstFactorSelection>(auth.begin(FirstFactor.WebAuthn).nextStep)
    }

    @Test
    fun `the flow can be configured`() = story {
        val flow = AuthFlow.UserAuth(preferredFirstFactor = FirstFactor.EmailOtp)
        val configuration = AuthConfiguration(pool.id, pool.clientId, endpoint = pool.server.endpoint, authFlow = flow)
        assertEquals(flow, configuration.authFlow)
        AuthClient(configuration).use { auth ->
            assertIs<SignInStep.ConfirmSignInWithOtp>(auth.signIn("ann").nextStep)
            assertTrue(auth.confirmSignIn(pool.code("ann", "email")).isSignedIn)
        }
    }

    @Test
    fun `factors have the names of the service`() {
        for (factor in listOf(FirstFactor.Password, FirstFactor.PasswordSrp, FirstFactor.EmailOtp, FirstFactor.Other("NEW"))) {
            assertEquals(factor, firstFactorNamed(factor.challengeResponse))
        }
        assertEquals("EMAIL_OTP", FirstFactor.EmailOtp.challengeResponse)
        assertEquals("SOFTWARE_TOKEN_MFA", MfaType.Totp.challengeResponse)
    }

    private suspend fun AuthClient.begin(
        preferred: FirstFactor? = null,
        password: String? = null,
    ): SignInResult {
        val flow = if (preferred == null) AuthFlow.UserAuth() else AuthFlow.UserAuth(preferred)
        return signIn("ann", password, SignInOptions(authFlow = flow))
    }

    private fun withClient(tell: suspend (AuthClient) -> Unit) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }
}
