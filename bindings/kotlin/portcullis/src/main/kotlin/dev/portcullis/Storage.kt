package dev.portcullis

import java.io.File
import java.time.Duration
import java.util.Objects

/** Where a client keeps its session. */
public sealed interface Storage {
    /** In memory: the session ends with the process. */
    public data object Memory : Storage

    /** One file a record, readable by its owner only, not encrypted: for tools and tests. */
    public data class Files(
        /** The directory; made if it is absent. */
        val directory: File,
    ) : Storage

    /** A store of the platform or the app's own. */
    public data class Custom(
        /** The store. One that uses its client keeps it alive until the client is closed. */
        val store: SecureStore,
    ) : Storage
}

internal fun Storage.openCore(
    configuration: ConfigurationCore,
    platform: PlatformDetails,
    facts: DeviceFacts,
): AuthCore =
    when (this) {
        Storage.Memory -> AuthCore.withBuiltInStorage(configuration, BuiltInStorage.Memory, platform, facts)
        is Storage.Files -> AuthCore.withBuiltInStorage(configuration, BuiltInStorage.File(directory.path), platform, facts)
        is Storage.Custom -> AuthCore.withStore(configuration, GuardedStore(Objects.requireNonNull(store)), platform, facts)
    }

/**
 * Keeps small secret records (below 64 KiB) under text keys: the Android Keystore, or the app's own.
 *
 * Called from background threads, one call at a time per client; a call may block for some seconds, and one that takes
 * more than 10 counts as failed. It runs to its end all the same, after the client's end too: what it then stores, the next
 * client finds. Keys are printable ASCII of at most 512 bytes, with `/` between their parts.
 *
 * A return means durable: what [write] stored and [remove] removed must outlive a crash that follows. A store that writes
 * later (Android's `SharedPreferences.apply`) undoes sign-outs: use `commit`.
 *
 * Every call may throw [StoreException]; whatever else it throws counts as [StoreException.Failed].
 */
public interface SecureStore {
    /** Reads a record. */
    @Throws(StoreException::class)
    public fun read(key: String): StoredValue

    /** Writes a record in the place of an older one, wholly or not at all. */
    @Throws(StoreException::class)
    public fun write(
        key: String,
        bytes: ByteArray,
    )

    /** Removes a record; removing what is absent succeeds. */
    @Throws(StoreException::class)
    public fun remove(key: String)

    /** The keys that start with the prefix, in no order. */
    @Throws(StoreException::class)
    public fun keys(prefix: String): List<String>

    /**
     * Tries to take the exclusive lock of that name for the owner, a text that no other owner has, and returns at once.
     * While one owner has it, every other one, of this process or another, gets [LockOutcome.BUSY]. The lock ends when the
     * owner gives it back, when its process ends, and, for stores that cannot see that, when the lease is over.
     */
    @Throws(StoreException::class)
    public fun tryLock(
        name: String,
        owner: String,
        lease: Duration,
    ): LockOutcome

    /** Gives the lock back; giving back what the owner does not have does nothing. */
    @Throws(StoreException::class)
    public fun unlock(
        name: String,
        owner: String,
    )
}

/**
 * A [SecureStore] that has no lock. It must be used by one process at a time, and by one client in it: two that renew at
 * once would spend the same refresh token, and a service that rotates them ends the session.
 */
public interface SecureStoreWithoutLock : SecureStore {
    /** Says that there is no lock. */
    override fun tryLock(
        name: String,
        owner: String,
        lease: Duration,
    ): LockOutcome = LockOutcome.UNSUPPORTED

    /** Does nothing. */
    override fun unlock(
        name: String,
        owner: String,
    ): Unit = Unit
}

/**
 * The app's store with a guard: the bridge understands exceptions only, and would take an [Error] (`TODO()`, out of
 * memory) for success. Every call acknowledges what it did, since a callback that never ran would count as done. The texts
 * of what is thrown are dropped, since they may hold what was to be stored.
 */
internal class GuardedStore(private val store: SecureStore) : CoreStore {
    override fun read(key: String): StoredValue = guarded { store.read(key) }

    override fun write(
        key: String,
        bytes: ByteArray,
    ): CoreStoreDone = done { store.write(key, bytes) }

    override fun remove(key: String): CoreStoreDone = done { store.remove(key) }

    override fun keys(prefix: String): List<String> = guarded { store.keys(prefix) }

    override fun tryLock(
        name: String,
        owner: String,
        lease: Duration,
    ): LockOutcome = guarded { store.tryLock(name, owner, lease) }

    override fun unlock(
        name: String,
        owner: String,
    ): CoreStoreDone = done { store.unlock(name, owner) }

    private inline fun done(call: () -> Unit): CoreStoreDone {
        guarded(call)
        return CoreStoreDone.DONE
    }

    private inline fun <T> guarded(call: () -> T): T =
        try {
            call()
        } catch (declared: StoreException) {
            throw declared
        } catch (thrown: Throwable) {
            throw StoreException.Failed("the store threw ${thrown.javaClass.name}")
        }
}
