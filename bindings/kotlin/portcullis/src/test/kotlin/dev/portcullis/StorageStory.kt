package dev.portcullis

import dev.portcullis.support.LocalPool
import dev.portcullis.support.LockingStore
import dev.portcullis.support.MapStore
import dev.portcullis.support.PASSWORD
import dev.portcullis.support.fails
import dev.portcullis.support.story
import dev.portcullis.support.until
import java.io.File
import java.nio.file.Files
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.CountDownLatch
import kotlin.test.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertIs
import kotlin.test.assertTrue
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.async

class StorageStory {
    private val pool = LocalPool.shared.newPool()

    @Test
    fun `a restarted app finds its user in the files`() = story {
        val folder = Files.createTempDirectory("portcullis").toFile()
        val configuration = pool.configuration()
        val before =
            AuthClient(configuration, Storage.Files(folder)).use { auth ->
                auth.signIn(pool.createUser("ann"), PASSWORD)
                auth.fetchAuthSession().tokens.accessToken
            }
        AuthClient(configuration, Storage.Files(folder)).use { auth ->
            assertEquals("ann", assertIs<AuthState.SignedIn>(auth.load()).user.username)
            assertEquals(before, auth.fetchAuthSession().tokens.accessToken)
            assertTrue(auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true)).tokens.accessToken != before)
            assertTrue(auth.signOut().isComplete)
        }
        AuthClient(configuration, Storage.Files(folder)).use { auth -> assertEquals(AuthState.SignedOut, auth.load()) }
    }

    @Test
    fun `a restarted app finds its user in its own store`() = story {
        val store = MapStore()
        AuthClient(pool.configuration(), store).use { it.signIn(pool.createUser("bob"), PASSWORD) }
        AuthClient(pool.configuration(), store).use { auth ->
            assertEquals("bob", assertIs<AuthState.SignedIn>(auth.load()).user.username)
            auth.signOut()
        }
        assertTrue(store.records.values.none { PASSWORD in it.decodeToString() })
    }

    @Test
    fun `a store that cannot be read is not an empty one`() = story {
        val store = MapStore()
        AuthClient(pool.configuration(), store).use { it.signIn(pool.createUser("cleo"), PASSWORD) }
        val failures =
            mapOf<() -> Unit, String>(
                { throw StoreException.Locked() } to "storage_locked",
                { throw StoreException.Failed("the disk is gone") } to "storage_failed",
                { throw SecurityException("an exception of the app") } to "storage_failed",
                { TODO("an Error of the app") } to "storage_failed",
            )
        for ((failure, code) in failures) {
            store.before = { failure() }
            AuthClient(pool.configuration(), store).use { auth ->
                val error = assertFailsWith<AuthException.Storage> { auth.load() }
                assertEquals(code, error.code)
                assertTrue("of the app" !in error.message.orEmpty(), error.message)
                val reason = assertIs<AuthState.Unknown>(auth.state).reason
                assertEquals(if (code == "storage_locked") UnknownReason.STORAGE_LOCKED else UnknownReason.STORAGE_FAILED, reason)
                assertFailsWith<AuthException.Storage> { auth.fetchAuthSession() }
                store.before = {}
                assertEquals("cleo", auth.getCurrentUser().username)
            }
        }
    }

    @Test
    fun `a locked value is as good as a locked store`() = story {
        val locked =
            object : SecureStore by MapStore() {
                override fun read(key: String): StoredValue = StoredValue.Locked
            }
        AuthClient(pool.configuration(), locked).use { auth ->
            assertEquals(AuthErrorCode.STORAGE_LOCKED, assertFailsWith<AuthException.Storage> { auth.load() }.code)
        }
    }

    @Test
    fun `a store that cannot be written costs nobody the session`() = story {
        pool.createUser("dan")
        for (failure in listOf<() -> Unit>({ error("disk full") }, { TODO("write it later") })) {
            val store = MapStore()
            AuthClient(pool.configuration(), store).use { auth ->
                val told = CopyOnWriteArrayList<AuthEvent>()
                auth.listen { told += it }
                auth.load()
                store.before = { operation -> if (operation == "write") failure() }
                assertTrue(auth.signIn("dan", PASSWORD).isSignedIn)
                until("the failure is told") { told.any { it is AuthEvent.StorageFailed } }
                assertEquals("dan", auth.fetchAuthSession().tokens.accessToken.claims.username)
                store.before = {}
                auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
            }
            AuthClient(pool.configuration(), store).use { assertIs<AuthState.SignedIn>(it.load()) }
        }
    }

    @Test
    fun `a stored session that is nonsense is set aside, and signing in repairs it`() = story {
        val store = MapStore()
        AuthClient(pool.configuration(), store).use { it.signIn(pool.createUser("eve"), PASSWORD) }
        store.records.keys.forEach { store.records[it] = "nonsense".toByteArray() }
        AuthClient(pool.configuration(), store).use { auth ->
            assertEquals(AuthErrorCode.STORAGE_CORRUPT, assertFailsWith<AuthException.Storage> { auth.load() }.code)
            assertEquals(AuthState.Unknown(UnknownReason.STORAGE_CORRUPT), auth.state)
            assertTrue(auth.signIn("eve", PASSWORD).isSignedIn)
        }
        AuthClient(pool.configuration(), store).use { assertIs<AuthState.SignedIn>(it.load()) }
    }

    @Test
    fun `a slow store holds nobody up who does not need it`() = story {
        val store = MapStore { Thread.sleep(300) }
        AuthClient(pool.configuration(), store).use { auth ->
            val loading = async { auth.load() }
            val asked = measureTime { assertEquals(AuthState.Unknown(UnknownReason.NOT_LOADED), auth.state) }
            assertTrue(asked < 100.milliseconds, "$asked")
            assertEquals(AuthState.SignedOut, loading.await())
        }
    }

    @Test
    fun `a store that hangs is given up`() = story {
        val never = CountDownLatch(1)
        val store = MapStore { never.await() }
        AuthClient(pool.configuration(), store).use { auth ->
            val waited = measureTime { assertEquals(AuthErrorCode.STORAGE_FAILED, assertFailsWith<AuthException.Storage> { auth.load() }.code) }
            assertTrue(waited in 5.seconds..25.seconds, "$waited")
            assertEquals(AuthState.Unknown(UnknownReason.STORAGE_FAILED), auth.state)
        }
        never.countDown()
    }

    @Test
    fun `a folder that cannot be made is an error, not a crash`() = story {
        val file = File.createTempFile("portcullis", null)
        AuthClient(pool.configuration(), Storage.Files(File(file, "below-a-file"))).use { auth ->
            val told = CopyOnWriteArrayList<AuthEvent>()
            auth.listen { told += it }
            auth.signIn(pool.createUser("fay"), PASSWORD)
            until("the failure is told") { told.any { it is AuthEvent.StorageFailed } }
        }
    }

    @Test
    fun `a store with a lock is asked for it before it is changed, and gets it back`() = story {
        val store = LockingStore()
        AuthClient(pool.configuration(), store).use { auth ->
            auth.signIn(pool.createUser("gus"), PASSWORD)
            val asked = store.count(LockOutcome.HELD)
            assertTrue(asked > 0)
            auth.fetchAuthSession(FetchSessionOptions(forceRefresh = true))
            assertTrue(store.count(LockOutcome.HELD) > asked)
            until("the lock is given back") { store.owners.isEmpty() }
        }
    }

    @Test
    fun `while another process has the lock nothing is changed`() = story {
        val store = LockingStore()
        AuthClient(pool.configuration(), store).use { auth ->
            auth.signIn(pool.createUser("hal"), PASSWORD)
            val hal = auth.getCurrentUser()
            auth.signIn(pool.createUser("ida"), PASSWORD, SignInOptions(existingSession = ExistingSession.KEEP))
            until("the lock is given back") { store.owners.isEmpty() }
            store.isLockedOut = true
            // It is waited for, for ten seconds.
            val error = auth.fails<AuthException.Storage>(AuthErrorCode.STORAGE_BUSY) { switchAccount(hal) }
            assertTrue(error.isRetryable)
            assertTrue(store.count(LockOutcome.BUSY) > 0)

            store.isLockedOut = false
            auth.switchAccount(hal)
            assertEquals(hal, auth.getCurrentUser())
        }
    }

    @Test
    fun `a lock that throws was not given`() = story {
        pool.createUser("jan")
        for (failure in listOf<() -> Unit>({ error("no lock server") }, { TODO("lock it later") })) {
            val map = MapStore()
            AuthClient(pool.configuration(), LockingStore(map)).use { auth ->
                val told = CopyOnWriteArrayList<AuthEvent>()
                auth.listen { told += it }
                auth.load()
                map.before = { operation -> if (operation == "tryLock") failure() }
                assertTrue(auth.signIn("jan", PASSWORD).isSignedIn)
                until("the failure is told") { told.any { it is AuthEvent.StorageFailed && it.error.code == "storage_failed" } }
                assertTrue(map.records.isEmpty())
                map.before = {}
                until("it is stored after all") {
                    auth.getCurrentUser()
                    map.records.isNotEmpty()
                }
            }
        }
    }

    @Test
    fun `two clients on one folder see what the other does`() = story {
        val storage = Storage.Files(Files.createTempDirectory("portcullis").toFile())
        AuthClient(pool.configuration(), storage).use { app ->
            AuthClient(pool.configuration(), storage).use { extension ->
                assertEquals(AuthState.SignedOut, app.load())
                assertEquals(AuthState.SignedOut, extension.load())
                app.signIn(pool.createUser("kim"), PASSWORD)
                assertEquals("kim", extension.getCurrentUser().username)
                assertEquals(app.state, extension.state)
                assertEquals(app.accounts, extension.accounts)

                val told = CopyOnWriteArrayList<String>()
                app.listen { told += it.hubName }
                assertTrue(extension.signOut().isComplete)
                assertEquals(AuthErrorCode.NOT_SIGNED_IN, assertFailsWith<AuthException.NotSignedIn> { app.getCurrentUser() }.code)
                assertEquals(AuthState.SignedOut, app.state)
                until("the sign-out is told") { told.toList() == listOf("configured", "signOut") }
            }
        }
    }
}
