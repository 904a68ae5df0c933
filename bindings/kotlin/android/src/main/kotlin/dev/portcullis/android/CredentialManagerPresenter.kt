package dev.portcullis.android

import android.content.Context
import androidx.credentials.CreatePublicKeyCredentialRequest
import androidx.credentials.CreatePublicKeyCredentialResponse
import androidx.credentials.CredentialManager
import androidx.credentials.GetCredentialRequest
import androidx.credentials.GetPublicKeyCredentialOption
import androidx.credentials.PublicKeyCredential
import androidx.credentials.exceptions.CreateCredentialCancellationException
import androidx.credentials.exceptions.CreateCredentialException
import androidx.credentials.exceptions.CreateCredentialNoCreateOptionException
import androidx.credentials.exceptions.CreateCredentialProviderConfigurationException
import androidx.credentials.exceptions.CreateCredentialUnsupportedException
import androidx.credentials.exceptions.GetCredentialCancellationException
import androidx.credentials.exceptions.GetCredentialException
import androidx.credentials.exceptions.GetCredentialProviderConfigurationException
import androidx.credentials.exceptions.GetCredentialUnsupportedException
import androidx.credentials.exceptions.domerrors.DataError
import androidx.credentials.exceptions.domerrors.DomError
import androidx.credentials.exceptions.domerrors.InvalidStateError
import androidx.credentials.exceptions.domerrors.NotAllowedError
import androidx.credentials.exceptions.domerrors.NotSupportedError
import androidx.credentials.exceptions.domerrors.SecurityError
import androidx.credentials.exceptions.publickeycredential.CreatePublicKeyCredentialDomException
import androidx.credentials.exceptions.publickeycredential.GetPublicKeyCredentialDomException
import dev.portcullis.AuthException
import dev.portcullis.PasskeyFailure
import dev.portcullis.PasskeyPresenter
import dev.portcullis.passkeyException

/**
 * Passkeys with Android's Credential Manager (androidx.credentials 1.3 and later; from API 28).
 *
 * The app needs Digital Asset Links with the pool's relying-party id. Make one for each call and do not keep it: it holds
 * the activity.
 *
 * @param activity the activity that the dialogs belong to
 */
public class CredentialManagerPresenter(
    private val activity: Context,
    private val credentialManager: CredentialManager = CredentialManager.create(activity),
) : PasskeyPresenter {
    override suspend fun create(requestJson: String): String =
        try {
            val made = credentialManager.createCredential(activity, CreatePublicKeyCredentialRequest(requestJson))
            (made as? CreatePublicKeyCredentialResponse)?.registrationResponseJson ?: throw noPasskey(made.type)
        } catch (failure: CreateCredentialException) {
            throw passkeyException(failure.outcome(), failure.words(failure.type))
        }

    override suspend fun get(requestJson: String): String =
        try {
            val request = GetCredentialRequest(listOf(GetPublicKeyCredentialOption(requestJson)))
            val given = credentialManager.getCredential(activity, request).credential
            (given as? PublicKeyCredential)?.authenticationResponseJson ?: throw noPasskey(given.type)
        } catch (failure: GetCredentialException) {
            throw passkeyException(failure.outcome(), failure.words(failure.type))
        }
}

private fun CreateCredentialException.outcome(): PasskeyFailure =
    when (this) {
        is CreatePublicKeyCredentialDomException -> domError.outcome()
        is CreateCredentialCancellationException -> PasskeyFailure.CANCELLED
        is CreateCredentialUnsupportedException -> PasskeyFailure.UNSUPPORTED
        is CreateCredentialProviderConfigurationException -> PasskeyFailure.UNSUPPORTED
        is CreateCredentialNoCreateOptionException -> PasskeyFailure.UNSUPPORTED
        else -> PasskeyFailure.FAILED
    }

private fun GetCredentialException.outcome(): PasskeyFailure =
    when (this) {
        is GetPublicKeyCredentialDomException -> domError.outcome()
        is GetCredentialCancellationException -> PasskeyFailure.CANCELLED
        is GetCredentialUnsupportedException -> PasskeyFailure.UNSUPPORTED
        is GetCredentialProviderConfigurationException -> PasskeyFailure.UNSUPPORTED
        else -> PasskeyFailure.FAILED
    }

/** The errors that WebAuthn names (W3C Web Authentication, §5.1.3 and §5.1.4). */
private fun DomError.outcome(): PasskeyFailure =
    when (this) {
        is NotAllowedError -> PasskeyFailure.CANCELLED
        is InvalidStateError -> PasskeyFailure.ALREADY_REGISTERED
        is SecurityError, is DataError -> PasskeyFailure.RELYING_PARTY_MISMATCH
        is NotSupportedError -> PasskeyFailure.UNSUPPORTED
        else -> PasskeyFailure.FAILED
    }

private fun Exception.words(type: String): String = listOfNotNull(type, message).joinToString(": ")

private fun noPasskey(type: String): AuthException =
    passkeyException(PasskeyFailure.FAILED, "Credential Manager gave $type, which is no passkey")
