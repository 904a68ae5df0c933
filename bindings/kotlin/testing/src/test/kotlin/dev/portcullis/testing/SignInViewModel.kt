package dev.portcullis.testing

import dev.portcullis.Auth
import dev.portcullis.AuthException
import dev.portcullis.AuthState
import dev.portcullis.SignInStep
import dev.portcullis.stateIn
import dev.portcullis.userMessage
import java.util.Locale
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow

/** As an app would write it: it knows [Auth], and neither a client nor a fake. */
class SignInViewModel(
    private val auth: Auth,
    scope: CoroutineScope,
) {
    enum class Screen { PASSWORD, CODE, HOME }

    /** Who is signed in, for every screen. */
    val state: StateFlow<AuthState> = auth.stateIn(scope)
    val screen = MutableStateFlow(Screen.PASSWORD)
    val message = MutableStateFlow<String?>(null)

    suspend fun signIn(
        username: String,
        password: String,
    ) = showing { auth.signIn(username, password).nextStep }

    suspend fun enter(code: String) = showing { auth.confirmSignIn(code).nextStep }

    private suspend fun showing(step: suspend () -> SignInStep) {
        message.value = null
        try {
            screen.value = if (step() == SignInStep.Done) Screen.HOME else Screen.CODE
        } catch (failure: AuthException) {
            message.value = failure.userMessage(Locale.ENGLISH)
        }
    }
}
