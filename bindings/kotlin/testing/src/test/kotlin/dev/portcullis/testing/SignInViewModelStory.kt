package dev.portcullis.testing

import dev.portcullis.AuthErrorCode
import dev.portcullis.AuthState
import dev.portcullis.FetchSessionOptions
import dev.portcullis.TokensOutcome
import dev.portcullis.testing.SignInViewModel.Screen
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelChildren
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.extension.ExtendWith

/** The same app against a real client and local-pool. */
@ExtendWith(LocalPoolExtension::class)
class SignInViewModelStory {
    @Test
    fun `a user signs in`(pool: LocalPool) = story {
        pool.createUser("ann")
        val model = SignInViewModel(pool.client(), this)
        model.signIn("ann", "Wrong-horse-7")
        assertNotNull(model.message.value)
        assertEquals(Screen.PASSWORD, model.screen.value)
        model.signIn("ann", pool.password)
        assertEquals(Screen.HOME to null, model.screen.value to model.message.value)
        val state = model.state.first { it is AuthState.SignedIn }
        assertEquals("ann", assertIs<AuthState.SignedIn>(state).user.username)
    }

    @Test
    fun `the session ends at the service`(pool: LocalPool) = story {
        pool.createUser("ann")
        val auth = pool.client()
        val model = SignInViewModel(auth, this)
        model.signIn("ann", pool.password)
        pool.expireSession("ann")
        auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
        val state = model.state.first { it is AuthState.SessionExpired }
        assertEquals(AuthErrorCode.SESSION_EXPIRED, assertIs<AuthState.SessionExpired>(state).error.code)
    }

    @Test
    fun `offline nobody is signed out`(pool: LocalPool) = story {
        pool.createUser("ann")
        val auth = pool.client()
        auth.signIn("ann", pool.password)
        val session = pool.offline { auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)) }
        assertEquals(AuthErrorCode.NETWORK, assertIs<TokensOutcome.Stale>(session.tokensOutcome).error.code)
        assertIs<AuthState.SignedIn>(auth.state)
        assertIs<TokensOutcome.Available>(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokensOutcome)
    }

    private fun story(tell: suspend CoroutineScope.() -> Unit) = runBlocking(Dispatchers.Default) {
        withTimeout(60.seconds) {
            tell()
            coroutineContext.cancelChildren()
        }
    }
}
