package dev.portcullis

import java.io.File
import java.time.Duration

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
        /** The store. */
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
        is Storage.Custom -> AuthCore.withStore(configuration, GuardedStore(store), platform, facts)
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
 * memory) for success. The texts of what is thrown are dropped, since they may hold what was to be stored.
 */
internal class GuardedStore(private val store: SecureStore) : SecureStore {
    override fun read(key: String): StoredValue = guarded { store.read(key) }

    override fun write(key: String, bytes: ByteArray): Unit = guarded { store.write(key, bytes) }

    override fun remove(key: String): Unit = guarded { store.remove(key) }

    override fun keys(prefix: String): List<String> = guarded { store.keys(prefix) }

    override fun tryLock(
        name: String,
        owner: String,
        lease: Duration,
    ): LockOutcome = guarded { store.tryLock(name, owner, lease) }

    override fun unlock(
        name: String,
        owner: String,
    ): Unit = guarded { store.unlock(name, owner) }

    private inline fun <T> guarded(call: () -> T): T =
        try {
            call()
        } catch (declared: StoreException) {
            throw declared
        } catch (thrown: Throwable) {
            throw StoreException.Failed("the store threw ${thrown.javaClass.name}")
        }
}
