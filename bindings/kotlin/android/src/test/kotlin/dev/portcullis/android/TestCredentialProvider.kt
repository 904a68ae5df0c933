package dev.portcullis.android

import android.content.Context
import android.os.CancellationSignal
import androidx.credentials.ClearCredentialStateRequest
import androidx.credentials.CreateCredentialRequest
import androidx.credentials.CreateCredentialResponse
import androidx.credentials.CreatePublicKeyCredentialRequest
import androidx.credentials.Credential
import androidx.credentials.CredentialManagerCallback
import androidx.credentials.CredentialProvider
import androidx.credentials.GetCredentialRequest
import androidx.credentials.GetCredentialResponse
import androidx.credentials.GetPublicKeyCredentialOption
import androidx.credentials.exceptions.ClearCredentialException
import androidx.credentials.exceptions.CreateCredentialException
import androidx.credentials.exceptions.GetCredentialException
import java.util.concurrent.Executor

/** What answers Credential Manager in the tests. The manager makes it, by its name in the manifest. */
class TestCredentialProvider(@Suppress("unused") context: Context) : CredentialProvider {
    override fun isAvailableOnDevice(): Boolean = true

    override fun onCreateCredential(
        context: Context,
        request: CreateCredentialRequest,
        cancellationSignal: CancellationSignal?,
        executor: Executor,
        callback: CredentialManagerCallback<CreateCredentialResponse, CreateCredentialException>,
    ): Unit = executor.execute {
        asked += context to (request as CreatePublicKeyCredentialRequest).requestJson
        try {
            callback.onResult(create(request.requestJson))
        } catch (failure: CreateCredentialException) {
            callback.onError(failure)
        }
    }

    override fun onGetCredential(
        context: Context,
        request: GetCredentialRequest,
        cancellationSignal: CancellationSignal?,
        executor: Executor,
        callback: CredentialManagerCallback<GetCredentialResponse, GetCredentialException>,
    ): Unit = executor.execute {
        val option = request.credentialOptions.single() as GetPublicKeyCredentialOption
        asked += context to option.requestJson
        try {
            callback.onResult(GetCredentialResponse(get(option.requestJson)))
        } catch (failure: GetCredentialException) {
            callback.onError(failure)
        }
    }

    override fun onClearCredential(
        request: ClearCredentialStateRequest,
        cancellationSignal: CancellationSignal?,
        executor: Executor,
        callback: CredentialManagerCallback<Void?, ClearCredentialException>,
    ): Unit = error("nobody asks for this")

    companion object {
        /** The contexts and requests that came. */
        val asked = mutableListOf<Pair<Context, String>>()

        /** What the person's provider does with a request. */
        var create: (String) -> CreateCredentialResponse = { error("not asked for") }
        var get: (String) -> Credential = { error("not asked for") }
    }
}
