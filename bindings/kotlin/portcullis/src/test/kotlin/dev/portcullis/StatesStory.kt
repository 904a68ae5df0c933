package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch

class StatesStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `a collector sees each state once, in order, whatever else happens`() = withClient { auth ->
        val seen = CopyOnWriteArrayList<AuthState>()
        val collector = launch { auth.states.collect { seen += it } }
        until("the present one is told") { seen.size == 1 }
        runCatching { auth.signIn(pool.createUser("ann"), "Wrong-horse-7") }
        auth.signIn("ann", PASSWORD)
        val signedIn = AuthState.SignedIn(auth.getCurrentUser())
        until("the sign-in is told") { seen.size == 2 }
        auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
        auth.signOut()
        until("the sign-out is told") { seen.size == 3 }
        assertEquals(listOf(AuthState.SignedOut, signedIn, AuthState.SignedOut), seen.toList())
        assertEquals(AuthState.SignedOut, auth.states.first())
        collector.cancelAndJoin()
    }

    @Test
    fun `a slow collector gets the latest and holds nobody up`() = withClient { auth ->
        pool.createUser("bob")
        val seen = CopyOnWriteArrayList<AuthState>()
        val may = CompletableDeferred<Unit>()
        val collector =
            launch {
                auth.states.collect {
                    seen += it
                    may.await()
                }
            }
        until("it is busy with the first") { seen.size == 1 }
        val events = CopyOnWriteArrayList<AuthEvent>()
        auth.listen(events::add)
        repeat(3) {
            auth.signIn("bob", PASSWORD)
            auth.signOut()
        }
        auth.signIn("bob", PASSWORD)
        until("all is told") { events.size == 8 }
        may.complete(Unit)
        val latest = AuthState.SignedIn(auth.getCurrentUser())
        until("it has the latest") { seen.last() == latest }
        assertEquals(true, seen.size <= 3, "it was told all: $seen")
        assertEquals(true, seen.zipWithNext().none { (one, next) -> one == next }, "one twice: $seen")
        collector.cancelAndJoin()
    }

    @Test
    fun `a state flow follows the client until its scope ends`() = withClient { auth ->
        val job = Job()
        val state = auth.stateIn(CoroutineScope(coroutineContext + job))
        assertEquals(AuthState.SignedOut, state.value)
        auth.signIn(pool.createUser("cleo"), PASSWORD)
        assertIs<AuthState.SignedIn>(state.first { it is AuthState.SignedIn })
        job.cancelAndJoin()
        auth.signOut()
        assertIs<AuthState.SignedIn>(state.value)
    }

    @Test
    fun `closing the client ends the states, and a state flow keeps the last`() = withClient { auth ->
        val state = auth.stateIn(this + Job())
        val seen = CopyOnWriteArrayList<AuthState>()
        val collector = launch { auth.states.collect { seen += it } }
        until("the present one is told") { seen.size == 1 }
        auth.close()
        collector.join()
        assertEquals(listOf<AuthState>(AuthState.SignedOut), seen.toList())
        assertEquals(AuthState.SignedOut, state.value)
        for (late in listOf<suspend () -> Any>({ auth.states.first() }, { auth.stateIn(this) })) {
            assertEquals(AuthErrorCode.CLIENT_CLOSED, assertFailsWith<AuthException.InvalidState> { late() }.code)
        }
    }

    @Test
    fun `a scope is not broken by a client that is closed at once`() = withClient { auth ->
        repeat(20) {
            val own = AuthClient(pool.configuration())
            val job = Job()
            own.stateIn(CoroutineScope(coroutineContext + job))
            own.close()
            assertEquals(true, job.isActive)
            job.cancelAndJoin()
            assertEquals(true, job.isCancelled)
        }
    }

    private operator fun CoroutineScope.plus(job: Job) = CoroutineScope(coroutineContext + job)

    private fun withClient(tell: suspend CoroutineScope.(AuthClient) -> Unit) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }
}
