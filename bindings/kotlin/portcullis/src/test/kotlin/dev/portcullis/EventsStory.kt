package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

class EventsStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `a collector is told the story in order`() = withClient { auth ->
        val told = CopyOnWriteArrayList<AuthEvent>()
        val collector = launch(start = CoroutineStart.UNDISPATCHED) { auth.events.collect { told += it } }
        val email = UserAttribute(AuthUserAttributeKey.EMAIL, "zoe@example.org")
        auth.signUp("zoe", PASSWORD, SignUpOptions(userAttributes = listOf(email)))
        auth.confirmSignUp("zoe", pool.code("zoe"))
        runCatching { auth.signIn("zoe", "Wrong-horse-7") }
        auth.signIn("zoe", PASSWORD)
        val user = auth.getCurrentUser()
        auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
        auth.signOut()
        until("all is told") { told.size == 7 }
        assertEquals(AuthEvent.Configured(AuthState.SignedOut), told[0])
        assertEquals(AuthEvent.SignedUp("zoe", needsConfirmation = true), told[1])
        assertEquals(AuthEvent.SignUpConfirmed("zoe"), told[2])
        assertEquals(AuthErrorCode.INCORRECT_USERNAME_OR_PASSWORD, assertIs<AuthEvent.SignInFailed>(told[3]).error.code)
        assertEquals(AuthEvent.SignedIn(user), told[4])
        assertEquals(AuthEvent.TokensRefreshed(user), told[5])
        assertEquals(AuthEvent.SignedOut(user), told[6])
        assertEquals(
            listOf("configured", "signUp", "confirmSignUp", "signIn_failure", "signIn", "tokenRefresh", "signOut"),
            told.map { it.hubName },
        )
        collector.cancelAndJoin()
    }

    @Test
    fun `each collector first gets the state, and may leave when it likes`() = withClient { auth ->
        auth.signIn(pool.createUser("ann"), PASSWORD)
        val user = auth.getCurrentUser()
        assertEquals(AuthEvent.Configured(AuthState.SignedIn(user)), auth.events.first())
        val leaving = launch(start = CoroutineStart.UNDISPATCHED) { auth.events.collect { } }
        val staying = CopyOnWriteArrayList<AuthEvent>()
        val collector = launch(start = CoroutineStart.UNDISPATCHED) { staying += auth.events.take(2).toList() }
        leaving.cancelAndJoin()
        auth.signOut()
        collector.join()
        assertEquals(listOf(AuthEvent.Configured(AuthState.SignedIn(user)), AuthEvent.SignedOut(user)), staying.toList())
    }

    @Test
    fun `a slow collector loses nothing and holds nobody up`() = withClient { auth ->
        val user = pool.createUser("bob")
        val told = CopyOnWriteArrayList<String>()
        val collector =
            launch(start = CoroutineStart.UNDISPATCHED) {
                auth.events.collect {
                    delay(50.milliseconds)
                    told += it.hubName
                }
            }
        repeat(3) {
            auth.signIn(user, PASSWORD)
            auth.signOut()
        }
        until("all is told") { told.size == 7 }
        assertEquals(listOf("configured") + List(3) { listOf("signIn", "signOut") }.flatten(), told.toList())
        collector.cancelAndJoin()
    }

    @Test
    fun `a listener that throws is told the next event all the same`() = withClient { auth ->
        val told = CopyOnWriteArrayList<String>()
        val healthy = CopyOnWriteArrayList<String>()
        auth.listen { event ->
            told += event.hubName
            if (told.size % 2 == 0) throw NotImplementedError("a listener's Error") else error("a listener's exception")
        }
        auth.listen { healthy += it.hubName }
        auth.signIn(pool.createUser("cleo"), PASSWORD)
        auth.signOut()
        val all = listOf("configured", "signIn", "signOut")
        until("both are told") { told.toList() == all && healthy.toList() == all }
    }

    @Test
    fun `a listener may call the client, and stops when its subscription is closed`() = withClient { auth ->
        val states = CopyOnWriteArrayList<AuthState>()
        val subscription = auth.listen { states += auth.state }
        auth.signIn(pool.createUser("dan"), PASSWORD)
        until("the sign-in is told") { states.size == 2 }
        subscription.close()
        subscription.close()
        auth.signOut()
        delay(100.milliseconds)
        assertEquals(2, states.size)
        assertTrue(states.last() is AuthState.SignedIn)
    }

    @Test
    fun `a listener goes on though nobody holds its subscription`() = withClient { auth ->
        val told = CopyOnWriteArrayList<String>()
        auth.listen { told += it.hubName }
        until("it listens") { told.size == 1 }
        repeat(3) {
            System.gc()
            delay(50.milliseconds)
        }
        auth.signIn(pool.createUser("eve"), PASSWORD)
        until("the sign-in is told") { told.toList() == listOf("configured", "signIn") }
    }

    @Test
    fun `listeners that block hold up neither the client nor other clients`() = withClient { auth ->
        val release = CountDownLatch(1)
        repeat(12) { auth.listen { release.await() } }
        AuthClient(pool.configuration()).use { other ->
            val took = measureTime {
                auth.signIn(pool.createUser("fay"), PASSWORD)
                other.signIn("fay", PASSWORD)
            }
            release.countDown()
            assertTrue(took < 8.seconds, "$took")
        }
    }

    @Test
    fun `closing the client ends the events`() = withClient { auth ->
        val collector = launch(start = CoroutineStart.UNDISPATCHED) { auth.events.collect { } }
        auth.close()
        collector.join()
    }

    private fun withClient(tell: suspend CoroutineScope.(AuthClient) -> Unit) = story {
        AuthClient(pool.configuration()).use { auth ->
            auth.load()
            tell(auth)
        }
    }
}
