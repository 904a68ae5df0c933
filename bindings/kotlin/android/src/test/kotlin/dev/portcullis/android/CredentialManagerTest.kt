package dev.portcullis.android

import android.app.Activity
import androidx.credentials.CreateCredentialResponse
import androidx.credentials.CreatePublicKeyCredentialResponse
import androidx.credentials.Credential
import androidx.credentials.PasswordCredential
import androidx.credentials.PublicKeyCredential
import androidx.credentials.exceptions.CreateCredentialCancellationException
import androidx.credentials.exceptions.CreateCredentialInterruptedException
import androidx.credentials.exceptions.CreateCredentialNoCreateOptionException
import androidx.credentials.exceptions.CreateCredentialProviderConfigurationException
import androidx.credentials.exceptions.CreateCredentialUnsupportedException
import androidx.credentials.exceptions.GetCredentialCancellationException
import androidx.credentials.exceptions.GetCredentialProviderConfigurationException
import androidx.credentials.exceptions.GetCredentialUnsupportedException
import androidx.credentials.exceptions.NoCredentialException
import androidx.credentials.exceptions.domerrors.AbortError
import androidx.credentials.exceptions.domerrors.DataError
import androidx.credentials.exceptions.domerrors.InvalidStateError
import androidx.credentials.exceptions.domerrors.NotAllowedError
import androidx.credentials.exceptions.domerrors.NotSupportedError
import androidx.credentials.exceptions.domerrors.SecurityError
import androidx.credentials.exceptions.publickeycredential.CreatePublicKeyCredentialDomException
import androidx.credentials.exceptions.publickeycredential.GetPublicKeyCredentialDomException
import dev.portcullis.AuthClient
import dev.portcullis.AuthErrorCode
import dev.portcullis.AuthException
import dev.portcullis.FirstFactor
import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertSame
import kotlin.test.assertTrue
import kotlinx.coroutines.runBlocking
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.annotation.Config

/**
 * The passkey presenter, with the real Credential Manager and a provider of the tests. Before Android 14: from then on the
 * manager asks the system, and Robolectric's has no answer.
 */
@RunWith(RobolectricTestRunner::class)
@Config(sdk = [24])
class CredentialManagerTest {
    private val activity: Activity = Robolectric.buildActivity(Activity::class.java).setup().get()
    private val presenter: CredentialManagerPresenter

    init {
        AppManifest.install(activity.application)
        presenter = CredentialManagerPresenter(activity)
    }

    private fun provider(
        create: (String) -> CreateCredentialResponse = { error("not asked for") },
        get: (String) -> Credential = { error("not asked for") },
    ) {
        TestCredentialProvider.asked.clear()
        TestCredentialProvider.create = create
        TestCredentialProvider.get = get
    }

    @Test
    fun `JSON goes in and comes out as it is`() = runBlocking {
        provider({ CreatePublicKeyCredentialResponse("{\"made\":1}") }, { PublicKeyCredential("{\"given\":1}") })
        assertEquals("{\"made\":1}", presenter.create(CREATE))
        assertEquals("{\"given\":1}", presenter.get("{\"get\":1}"))
        assertEquals(listOf(CREATE, "{\"get\":1}"), TestCredentialProvider.asked.map { (_, json) -> json })
        TestCredentialProvider.asked.forEach { (context, _) -> assertSame(activity, context) }
    }

    @Test
    fun `ann registers a passkey with it and signs in`() = story {
        val pool = LocalPool.shared.newPoolWithChoice(FirstFactor.Password, FirstFactor.WebAuthn)
        pool.createReachableUser("ann")
        provider(
            { CreatePublicKeyCredentialResponse(pool.server.local("authenticator/create", it)) },
            { PublicKeyCredential(pool.server.local("authenticator/get", it)) },
        )
        AuthClient(pool.configuration()).use { auth ->
            auth.signIn("ann", PASSWORD)
            auth.associatePasskey(presenter)
            assertEquals(1, auth.listPasskeys().passkeys.size)
            auth.signOut()
            assertTrue(auth.signInWithPasskey("ann", presenter).isSignedIn)
        }
    }

    @Test
    fun `every failure to make a passkey has its code`() {
        val failures =
            listOf(
                CreateCredentialCancellationException() to "passkey_cancelled",
                CreatePublicKeyCredentialDomException(NotAllowedError()) to "passkey_cancelled",
                CreateCredentialUnsupportedException() to "passkey_unsupported",
                CreateCredentialProviderConfigurationException() to "passkey_unsupported",
                CreateCredentialNoCreateOptionException() to "passkey_unsupported",
                CreatePublicKeyCredentialDomException(NotSupportedError()) to "passkey_unsupported",
                CreatePublicKeyCredentialDomException(InvalidStateError()) to "passkey_already_registered",
                CreatePublicKeyCredentialDomException(SecurityError()) to "passkey_relying_party_mismatch",
                CreatePublicKeyCredentialDomException(DataError()) to "passkey_relying_party_mismatch",
                CreatePublicKeyCredentialDomException(AbortError()) to "passkey_failed",
                CreateCredentialInterruptedException("try again") to "passkey_failed",
            )
        for ((failure, code) in failures) {
            provider(create = { throw failure })
            assertEquals(code, assertFailsWith<AuthException.Passkey> { runBlocking { presenter.create(CREATE) } }.code, "$failure")
        }
    }

    @Test
    fun `every failure to use a passkey has its code`() {
        val failures =
            listOf(
                GetCredentialCancellationException() to "passkey_cancelled",
                GetPublicKeyCredentialDomException(NotAllowedError()) to "passkey_cancelled",
                GetCredentialUnsupportedException() to "passkey_unsupported",
                GetCredentialProviderConfigurationException() to "passkey_unsupported",
                GetPublicKeyCredentialDomException(SecurityError()) to "passkey_relying_party_mismatch",
                GetPublicKeyCredentialDomException(AbortError()) to "passkey_failed",
                NoCredentialException() to "passkey_failed",
            )
        for ((failure, code) in failures) {
            provider(get = { throw failure })
            assertEquals(code, assertFailsWith<AuthException.Passkey> { runBlocking { presenter.get("{}") } }.code, "$failure")
        }
    }

    @Test
    fun `what is no passkey is refused, and the platform's words are kept`() {
        provider(
            create = { throw CreateCredentialInterruptedException("try again") },
            get = { PasswordCredential("ann", "secret") },
        )
        val password = assertFailsWith<AuthException.Passkey> { runBlocking { presenter.get("{}") } }
        assertEquals(AuthErrorCode.PASSKEY_FAILED, password.code)
        assertFalse("secret" in password.toString())
        val interrupted = assertFailsWith<AuthException.Passkey> { runBlocking { presenter.create(CREATE) } }
        assertEquals("android.credentials.CreateCredentialException.TYPE_INTERRUPTED: try again", interrupted.info.text)
    }

    private companion object {
        const val CREATE = """{"user":{"id":"YW5u","name":"ann","displayName":"ann"}}"""
    }
}
