package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.SoftwareAuthenticator
import dev.portcullis.support.UserPool
import dev.portcullis.support.fails
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.CancellationException
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.jsonObject

/** A person registers a passkey, signs in with it, and deletes it. */
class PasskeysStory {
    private val pool =
        LocalPool.shared.newPoolWithChoice(FirstFactor.Password, FirstFactor.WebAuthn).also { it.createReachableUser("ann") }
    private val phone = SoftwareAuthenticator(LocalPool.shared)

    /** A dialog that ends in this way. */
    private class Dialog(private val end: () -> Nothing) : PasskeyPresenter {
        override suspend fun create(requestJson: String): String = end()

        override suspend fun get(requestJson: String): String = end()
    }

    private val closed = Dialog { throw passkeyException(PasskeyFailure.CANCELLED, "the user closed the dialog") }

    @Test
    fun `a passkey is registered, listed, used and deleted`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        auth.associatePasskey(phone)
        val passkey = auth.listPasskeys().passkeys.single()
        assertEquals("example.org", passkey.relyingPartyId)
        assertNotNull(passkey.createdAt)
        auth.signOut()

        assertTrue(auth.signInWithPasskey("ann", phone).isSignedIn)
        assertEquals("ann", auth.getCurrentUser().username)
        assertNotNull(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens)

        auth.deletePasskey(passkey.credentialId)
        assertEquals(PasskeyPage(emptyList(), nextToken = null), auth.listPasskeys())
        auth.fails<AuthException.Configuration>(AuthErrorCode.RESOURCE_NOT_FOUND) { deletePasskey(passkey.credentialId) }
        auth.signOut()
        val chosen = auth.signInWithPasskey("ann", phone)
        val factors = assertIs<SignInStep.ContinueSignInWithFirstFactorSelection>(chosen.nextStep).factors
        assertTrue(FirstFactor.WebAuthn !in factors, "$factors")
    }

    @Test
    fun `a passkey is chosen among the factors`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        auth.associatePasskey(phone)
        auth.signOut()
        auth.signIn("ann", options = SignInOptions(authFlow = AuthFlow.UserAuth()))
        val chosen = auth.confirmSignIn(FirstFactor.WebAuthn.challengeResponse)
        val request = assertIs<SignInStep.ConfirmSignInWithPasskey>(chosen.nextStep).request
        assertTrue(auth.confirmSignIn(phone.get(request)).isSignedIn)
    }

    @Test
    fun `pages of passkeys`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        repeat(3) {
            // Another device each time: it knows none of those that the service wants left alone.
            val options = JsonObject(Json.parseToJsonElement(auth.beginPasskeyRegistration()).jsonObject - "excludeCredentials")
            auth.completePasskeyRegistration(phone.create(options.toString()))
        }
        val first = auth.listPasskeys(ListPasskeysOptions(pageSize = 2u))
        assertEquals(2, first.passkeys.size)
        val second = auth.listPasskeys(ListPasskeysOptions(pageSize = 2u, nextToken = assertNotNull(first.nextToken)))
        assertEquals(1, second.passkeys.size)
        assertNull(second.nextToken)
        assertEquals(3, (first.passkeys + second.passkeys).map { it.credentialId }.toSet().size)
        val error = auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { listPasskeys(ListPasskeysOptions(pageSize = 21u)) }
        assertEquals("pageSize", error.field)
    }

    @Test
    fun `a device holds one passkey for an account`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        auth.associatePasskey(phone)
        auth.fails<AuthException.Passkey>(AuthErrorCode.PASSKEY_ALREADY_REGISTERED) { associatePasskey(phone) }
        assertEquals(1, auth.listPasskeys().passkeys.size)
    }

    @Test
    fun `a closed dialog leaves the question open`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        auth.fails<AuthException.Passkey>(AuthErrorCode.PASSKEY_CANCELLED) { associatePasskey(closed) }
        assertEquals(emptyList(), auth.listPasskeys().passkeys)
        auth.associatePasskey(phone)
        auth.signOut()

        auth.fails<AuthException.Passkey>(AuthErrorCode.PASSKEY_CANCELLED) { signInWithPasskey("ann", closed) }
        assertIs<SignInStep.ConfirmSignInWithPasskey>(auth.pendingSignIn?.step)
        assertTrue(auth.confirmSignIn(phone).isSignedIn)
    }

    @Test
    fun `every end of the dialog has its code`() = withClient { auth ->
        auth.signIn("ann", PASSWORD)
        for (failure in PasskeyFailure.entries) {
            val dialog = Dialog { throw passkeyException(failure, "the platform's words") }
            val expected = "passkey_" + failure.name.lowercase()
            val error = auth.fails<AuthException.Passkey>(expected) { associatePasskey(dialog) }
            assertEquals("the platform's words", error.info.text)
        }
        val broken = Dialog { error("secret of the platform") }
        val error = auth.fails<AuthException.Passkey>(AuthErrorCode.PASSKEY_FAILED) { associatePasskey(broken) }
        assertEquals("the presenter threw java.lang.IllegalStateException", error.info.text)
        assertFailsWith<CancellationException> { auth.associatePasskey(Dialog { throw CancellationException("left") }) }
    }

    @Test
    fun `nonsense is not sent, and nobody is asked without need`() = withClient { auth ->
        auth.fails<AuthException.InvalidState>(AuthErrorCode.NO_SIGN_IN_IN_PROGRESS) { confirmSignIn(phone) }
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { associatePasskey(phone) }
        auth.signIn("ann", PASSWORD)
        auth.beginPasskeyRegistration()
        val error = auth.fails<AuthException.Validation>(AuthErrorCode.VALIDATION_FAILED) { completePasskeyRegistration("{}") }
        assertEquals("credentialJson", error.field)
    }

    @Test
    fun `a pool without passkeys`() {
        val without = LocalPool.shared.newPool().also { it.createUser("ann") }
        withClient(without) { auth ->
            auth.signIn("ann", PASSWORD)
            auth.fails<AuthException.Passkey>(AuthErrorCode.PASSKEY_NOT_ENABLED) { associatePasskey(phone) }
        }
    }

    private fun withClient(
        pool: UserPool = this.pool,
        tell: suspend (AuthClient) -> Unit,
    ) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }
}
