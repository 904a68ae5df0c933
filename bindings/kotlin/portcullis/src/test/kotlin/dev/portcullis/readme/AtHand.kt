package dev.portcullis.readme

import dev.portcullis.AuthClient
import dev.portcullis.AuthUser
import dev.portcullis.FirstFactor
import dev.portcullis.PasskeyPresenter
import dev.portcullis.WebUiPresenter
import dev.portcullis.WebUiRequest
import java.io.File
import java.time.Instant
import kotlinx.coroutines.CoroutineScope

/** What a reader of the READMEs would have at hand. Nothing here runs: that it compiles is the test. */
abstract class AtHand {
    abstract val auth: AuthClient
    abstract val json: String
    abstract val folder: File
    abstract val password: String
    abstract val code: String
    abstract val name: String
    abstract val callbackUrl: String
    abstract val idToken: String
    abstract val expiresAt: Instant
    abstract val ann: AuthUser
    abstract val bob: AuthUser
    abstract val scope: CoroutineScope
    abstract val activity: Any
    abstract val context: Any
    abstract val presenter: WebUiPresenter
    abstract val request: Request
    abstract val sent: Request

    abstract fun answer(parameters: Map<String, String>): String

    abstract fun picked(factors: List<FirstFactor>): FirstFactor

    abstract fun askForCode()

    abstract fun askForNewPassword()

    abstract fun show(anything: Any)

    abstract fun open(url: String)

    abstract fun silentSignIn(): Account
}

interface Request {
    fun header(
        name: String,
        value: String,
    )
}

interface Account {
    val idToken: String
}

/** In the place of Android's. */
@Suppress("UNUSED_PARAMETER")
class CredentialManagerPresenter(activity: Any) : PasskeyPresenter {
    override suspend fun create(requestJson: String): String = error("only compiled")

    override suspend fun get(requestJson: String): String = error("only compiled")
}

@Suppress("UNUSED_PARAMETER")
class CustomTabsPresenter(context: Any) : WebUiPresenter {
    override suspend fun present(request: WebUiRequest): String = error("only compiled")
}
