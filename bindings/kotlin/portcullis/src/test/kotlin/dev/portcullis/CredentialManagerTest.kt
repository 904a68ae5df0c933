package dev.portcullis

import android.content.Context
import androidx.credentials.CreateCredentialRequest
import androidx.credentials.CreateCredentialResponse
import androidx.credentials.CreatePublicKeyCredentialRequest
import androidx.credentials.CreatePublicKeyCredentialResponse
import androidx.credentials.Credential
import androidx.credentials.CredentialManager
import androidx.credentials.GetCredentialRequest
import androidx.credentials.GetCredentialResponse
import androidx.credentials.GetPublicKeyCredentialOption
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
import dev.portcullis.android.CredentialManagerPresenter
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertSame
import kotlinx.coroutines.runBlocking

/** The Android presenter, against Credential Manager's contract. */
class CredentialManagerTest {
    private class Device(
        val made: () -> CreateCredentialResponse = { error("not asked") },
        val given: () -> Credential = { error("not asked") },
    ) : CredentialManager {
        val activity = Context()
        var requestJson = ""

        override suspend fun createCredential(
            context: Context,
            request: CreateCredentialRequest,
        ): CreateCredentialResponse {
            assertSame(activity, context)
            requestJson = (request as CreatePublicKeyCredentialRequest).requestJson
            return made()
        }

        override suspend fun getCredential(
            context: Context,
            request: GetCredentialRequest,
        ): GetCredentialResponse {
            assertSame(activity, context)
            requestJson = (request.credentialOptions.single() as GetPublicKeyCredentialOption).requestJson
            return GetCredentialResponse(given())
        }

        fun presenter() = CredentialManagerPresenter(activity, this)
    }

    @Test
    fun `JSON goes in and comes out as it is`() = runBlocking {
        val device = Device({ CreatePublicKeyCredentialResponse("{\"made\":1}") }, { PublicKeyCredential("{\"given\":1}") })
        assertEquals("{\"made\":1}", device.presenter().create("{\"create\":1}"))
        assertEquals("{\"create\":1}", device.requestJson)
        assertEquals("{\"given\":1}", device.presenter().get("{\"get\":1}"))
        assertEquals("{\"get\":1}", device.requestJson)
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
            val presenter = Device(made = { throw failure }).presenter()
            assertEquals(code, assertFailsWith<AuthException.Passkey> { runBlocking { presenter.create("{}") } }.code, "$failure")
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
            val presenter = Device(given = { throw failure }).presenter()
            assertEquals(code, assertFailsWith<AuthException.Passkey> { runBlocking { presenter.get("{}") } }.code, "$failure")
        }
    }

    @Test
    fun `what is no passkey is refused, and the platform's words are kept`() {
        val password = Device(given = { PasswordCredential("ann") }).presenter()
        assertEquals(AuthErrorCode.PASSKEY_FAILED, assertFailsWith<AuthException.Passkey> { runBlocking { password.get("{}") } }.code)
        val interrupted = Device(made = { throw CreateCredentialInterruptedException("try again") }).presenter()
        val error = assertFailsWith<AuthException.Passkey> { runBlocking { interrupted.create("{}") } }
        assertEquals("interrupted: try again", error.info.text)
    }
}
