package dev.portcullis

import dev.portcullis.support.BlockingStore
import dev.portcullis.support.LocalPool
import dev.portcullis.support.MapStore
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.inOtherJvm
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executor
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.startCoroutine
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.withTimeout

/** What happens between the languages, where neither sees it. */
class BridgeStory {
    private val pool = LocalPool.shared.newPool()

    /** The objects of one foreign trait that the core holds, by their handles. */
    @Suppress("UNCHECKED_CAST")
    private fun handles(converter: Any): ConcurrentHashMap<Long, Any> {
        val handleMap = converter.javaClass.getDeclaredField("handleMap").apply { isAccessible = true }.get(null)
        return handleMap.javaClass.getDeclaredField("map").apply { isAccessible = true }.get(handleMap) as ConcurrentHashMap<Long, Any>
    }

    @Test
    fun `a store whose handle is gone has stored nothing, and nobody says that it has`() = story {
        pool.createUser("ann")
        val store = MapStore()
        val known = handles(FfiConverterTypeCoreStore)
        val earlier = known.keys.toSet()
        AuthClient(pool.configuration(), store).use { auth ->
            auth.load()
            val events = CopyOnWriteArrayList<AuthEvent>()
            auth.listen(events::add)
            (known.keys - earlier).forEach(known::remove)
            auth.signIn("ann", PASSWORD)
            assertEquals(0, store.records.size)
            until("the failure is told") { events.any { it is AuthEvent.StorageFailed } }
            assertEquals(false, auth.signOut().isComplete)
            assertFailsWith<AuthException.Storage> { auth.switchAccount(AuthUser("ann", "id")) }
        }
    }

    @Test
    fun `no code of an app runs on the core's threads, whatever its dispatcher`() = story {
        val direct = Executor { it.run() }.asCoroutineDispatcher()
        val may = CountDownLatch(1)
        val threads = CopyOnWriteArrayList<String>()
        val contexts: List<CoroutineContext> = listOf(Dispatchers.Unconfined, direct, EmptyCoroutineContext)
        AuthClient(pool.configuration()).use { blocked ->
            try {
                for (context in contexts + contexts) {
                    val call: suspend () -> Unit = {
                        blocked.load()
                        blocked.signOut()
                        threads += Thread.currentThread().name
                        may.await()
                    }
                    call.startCoroutine(Continuation(context) { it.getOrThrow() })
                }
                until("all of them block") { threads.size == contexts.size * 2 }
                assertEquals(setOf("portcullis-resume"), threads.toSet())
                pool.createUser("ann")
                AuthClient(pool.configuration()).use { other ->
                    assertTrue(withTimeout(10.seconds) { other.signIn("ann", PASSWORD) }.isSignedIn)
                }
            } finally {
                may.countDown()
            }
        }
    }

    @Test
    fun `callbacks that block do not keep the JVM alive`() {
        assertEquals(listOf("main returns"), inOtherJvm(BlockingStore::class.java.name))
    }
}
