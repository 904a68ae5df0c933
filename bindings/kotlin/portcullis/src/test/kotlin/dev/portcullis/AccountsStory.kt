package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.Relay
import dev.portcullis.support.fails
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.io.File
import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlinx.coroutines.CoroutineScope

private const val REVOKE = "RevokeToken"

private val keep = SignInOptions(existingSession = ExistingSession.KEEP)

/** Several accounts in one app: side by side, one after the other, or only one. */
class AccountsStory {
    private val pool = LocalPool.shared.newPool()
    private val folder: File = Files.createTempDirectory("portcullis").toFile()

    @Test
    fun `two accounts side by side, in the order of their turn`() = withTwo { auth, ann, bob, _ ->
        assertEquals(listOf(bob, ann), auth.accounts)
        assertEquals(bob, auth.getCurrentUser())
        val told = CopyOnWriteArrayList<AuthEvent>()
        auth.listen { told += it }

        auth.switchAccount(ann)
        assertEquals(listOf(ann, bob), auth.accounts)
        assertEquals(AuthState.SignedIn(ann), auth.state)
        assertEquals("ann", auth.fetchAuthSession().tokens.accessToken.claims.username)
        val renewed = auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens.accessToken
        assertEquals("ann", renewed.claims.username)
        until("the switch is told") { AuthEvent.StateChanged(AuthState.SignedIn(ann)) in told }

        AuthClient(pool.configuration(), Storage.Files(folder)).use { restarted ->
            assertEquals(AuthState.SignedIn(ann), restarted.load())
            assertEquals(listOf(ann, bob), restarted.accounts)
        }
        assertTrue(told.none { it is AuthEvent.SignedOut })
    }

    @Test
    fun `whoever signs out leaves the others as they are`() = withTwo { auth, ann, bob, _ ->
        assertTrue(auth.signOut(SignOutOptions(account = ann)).isComplete)
        assertEquals(listOf(bob), auth.accounts)
        assertEquals(AuthState.SignedIn(bob), auth.state)
        auth.fails<AuthException.InvalidState>(AuthErrorCode.ACCOUNT_NOT_FOUND) { switchAccount(ann) }
    }

    @Test
    fun `nobody becomes the current account by itself`() = withTwo { auth, ann, bob, _ ->
        assertTrue(auth.signOut().isComplete)
        assertEquals(AuthState.SignedOut, auth.state)
        assertEquals(listOf(ann), auth.accounts)
        auth.fails<AuthException.NotSignedIn>(AuthErrorCode.NOT_SIGNED_IN) { getCurrentUser() }
        AuthClient(pool.configuration(), Storage.Files(folder)).use { assertEquals(AuthState.SignedOut, it.load()) }

        auth.switchAccount(ann)
        assertEquals(ann, auth.getCurrentUser())
        auth.fails<AuthException.InvalidState>(AuthErrorCode.ACCOUNT_NOT_FOUND) { switchAccount(bob) }
    }

    @Test
    fun `all sign out at once, and the service is told of each`() = withTwo { auth, ann, _, relay ->
        assertTrue(auth.signOut(SignOutOptions(allAccounts = true)).isComplete)
        assertEquals(emptyList(), auth.accounts)
        assertEquals(AuthState.SignedOut, auth.state)
        assertEquals(2, relay.count(REVOKE))
        auth.fails<AuthException.InvalidState>(AuthErrorCode.ACCOUNT_NOT_FOUND) { switchAccount(ann) }
        AuthClient(pool.configuration(), Storage.Files(folder)).use { restarted ->
            assertEquals(AuthState.SignedOut, restarted.load())
            assertEquals(emptyList(), restarted.accounts)
        }
    }

    @Test
    fun `a sign-in can refuse to take another user's place`() = withRelay { relay, auth ->
        val refuse = SignInOptions(existingSession = ExistingSession.REFUSE)
        auth.signIn(pool.createUser("ann"), PASSWORD, refuse)
        pool.createUser("bob")
        val sent = relay.count("InitiateAuth")
        auth.fails<AuthException.InvalidState>(AuthErrorCode.ANOTHER_USER_SIGNED_IN) { signIn("bob", PASSWORD, refuse) }
        assertEquals(sent, relay.count("InitiateAuth"))
        assertEquals("ann", auth.getCurrentUser().username)
        assertTrue(auth.signIn("ann", PASSWORD, refuse).isSignedIn)
        auth.signOut()
        assertTrue(auth.signIn("bob", PASSWORD, refuse).isSignedIn)
    }

    @Test
    fun `unless it is told otherwise a sign-in ends another user's session, at the service too`() = withRelay { relay, auth ->
        auth.signIn(pool.createUser("ann"), PASSWORD)
        val ann = auth.getCurrentUser()
        auth.signIn(pool.createUser("bob"), PASSWORD)
        assertEquals(listOf("bob"), auth.accounts.map { it.username })
        until("ann's session is revoked") { relay.count(REVOKE) == 1 }
        auth.fails<AuthException.InvalidState>(AuthErrorCode.ACCOUNT_NOT_FOUND) { switchAccount(ann) }
    }

    /** Ann is signed in, then bob beside her. */
    private fun withTwo(tell: suspend CoroutineScope.(AuthClient, AuthUser, AuthUser, Relay) -> Unit) = withRelay { relay, auth ->
        auth.signIn(pool.createUser("ann"), PASSWORD)
        val ann = auth.getCurrentUser()
        auth.signIn(pool.createUser("bob"), PASSWORD, keep)
        tell(auth, ann, auth.getCurrentUser(), relay)
    }

    private fun withRelay(tell: suspend CoroutineScope.(Relay, AuthClient) -> Unit) = story {
        Relay(pool.server.endpoint).use { relay ->
            AuthClient(pool.configuration(relay.endpoint), Storage.Files(folder)).use { auth ->
                assertIs<AuthState.SignedOut>(auth.load())
                tell(relay, auth)
            }
        }
    }
}
