package dev.portcullis.testing

import dev.portcullis.Auth
import dev.portcullis.AuthConfiguration
import dev.portcullis.AuthErrorCode
import dev.portcullis.AuthException
import dev.portcullis.AuthState
import dev.portcullis.SignInStep
import dev.portcullis.UserAttribute
import dev.portcullis.authException
import dev.portcullis.testing.SignInViewModel.Screen
import dev.portcullis.userMessage
import java.util.Locale
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** An app's unit test, in a JVM without the native library. */
class SignInViewModelTest {
    private val auth = FakeAuth()

    @Test
    fun `there is no native library here`() {
        val missing = assertFailsWith<AuthException.Configuration> { AuthConfiguration("eu-west-1_Pool", "client") }
        assertEquals(AuthErrorCode.LIBRARY_MISSING, missing.code)
    }

    @Test
    fun `a code is asked for, and a wrong one can be typed again`() = test { model ->
        auth.onSignIn { SignInStep.ConfirmSignInWithTotpCode("phone") }
        auth.onConfirmSignIn { if (it.response == "123456") SignInStep.Done else throw authException(AuthErrorCode.CODE_MISMATCH) }
        model.signIn("ann", "secret")
        assertEquals(Screen.CODE, model.screen.value)
        model.enter("000000")
        assertEquals(Screen.CODE, model.screen.value)
        assertEquals(authException(AuthErrorCode.CODE_MISMATCH).userMessage(Locale.ENGLISH), model.message.value)
        model.enter("123456")
        assertEquals(Screen.HOME to null, model.screen.value to model.message.value)
        assertEquals(AuthState.SignedIn(FakeAuth.user("ann")), model.state.first { it is AuthState.SignedIn })
    }

    @Test
    fun `the end of a session reaches the screens`() = test { model ->
        model.signIn("ann", "secret")
        auth.expireSession()
        val expired = model.state.first { it is AuthState.SessionExpired } as AuthState.SessionExpired
        assertEquals(AuthErrorCode.SESSION_EXPIRED, expired.error.code)
        assertEquals(AuthErrorCode.SESSION_EXPIRED, assertFailsWith<AuthException.SessionExpired> { auth.getCurrentUser() }.code)
    }

    @Test
    fun `what a test has not scripted says how to`() = test {
        val missing = assertFailsWith<UnsupportedOperationException> { auth.fetchUserAttributes() }
        assertTrue("auth.answer(Auth::fetchUserAttributes)" in missing.message!!, missing.message)
        auth.answer(Auth::fetchUserAttributes) { listOf(UserAttribute("name", "Ann")) }
        assertEquals(listOf(UserAttribute("name", "Ann")), auth.fetchUserAttributes())
    }

    @Test
    fun `results print and compare without the library`() = test {
        auth.signIn("ann", "secret")
        val session = auth.fetchAuthSession()
        assertTrue(session.isSignedIn && session.tokens.accessToken.rawValue.count { it == '.' } == 2)
        assertTrue("AuthSession(isSignedIn=true" in session.toString(), session.toString())
        assertFailsWith<AuthException.Validation> { session.identityId }
        assertEquals(AuthState.SignedIn(FakeAuth.user("ann")).toString(), auth.state.toString())
    }

    @Test
    fun `a class of one's own overrides what it needs, and is told what it left out`() = test {
        val own =
            object : Auth {
                override val state = AuthState.SignedOut
            }
        assertEquals(AuthState.SignedOut, own.state)
        for ((name, call) in listOf<Pair<String, suspend () -> Any?>>(
            "signIn" to { own.signIn("ann", "secret") },
            "signOut" to { own.signOut() },
            "events" to { own.events },
            "pendingSignIn" to { own.pendingSignIn },
            "fetchDevices" to { own.fetchDevices() },
        )) {
            val refused = assertFailsWith<UnsupportedOperationException> { call() }
            assertTrue("does not override $name," in refused.message!!, refused.message)
        }
    }

    private fun test(tell: suspend CoroutineScope.(SignInViewModel) -> Unit) = runBlocking {
        withTimeout(20.seconds) {
            tell(SignInViewModel(auth, this))
            coroutineContext.cancelChildren()
        }
    }

    private companion object {
        init {
            // Whatever the build has set: this JVM is to have none.
            System.setProperty("uniffi.component.portcullis.libraryOverride", "/nowhere/libportcullis.so")
        }
    }
}
