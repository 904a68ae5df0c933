package androidx.credentials

import android.content.Context

// As much of androidx.credentials 1.3 as the presenter names, so that it can be compiled and tested on the JVM.

abstract class CreateCredentialRequest

class CreatePublicKeyCredentialRequest(val requestJson: String) : CreateCredentialRequest()

abstract class CreateCredentialResponse(val type: String)

class CreatePublicKeyCredentialResponse(val registrationResponseJson: String) :
    CreateCredentialResponse("androidx.credentials.TYPE_PUBLIC_KEY_CREDENTIAL")

abstract class CredentialOption

class GetPublicKeyCredentialOption(val requestJson: String) : CredentialOption()

class GetCredentialRequest(val credentialOptions: List<CredentialOption>)

abstract class Credential(val type: String)

class PublicKeyCredential(val authenticationResponseJson: String) :
    Credential("androidx.credentials.TYPE_PUBLIC_KEY_CREDENTIAL")

class PasswordCredential(val id: String) : Credential("android.credentials.TYPE_PASSWORD_CREDENTIAL")

class GetCredentialResponse(val credential: Credential)

interface CredentialManager {
    suspend fun createCredential(
        context: Context,
        request: CreateCredentialRequest,
    ): CreateCredentialResponse

    suspend fun getCredential(
        context: Context,
        request: GetCredentialRequest,
    ): GetCredentialResponse

    companion object {
        fun create(context: Context): CredentialManager = throw UnsupportedOperationException("$context is no device")
    }
}
