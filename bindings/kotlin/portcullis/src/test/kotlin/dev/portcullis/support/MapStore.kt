package dev.portcullis.support

import dev.portcullis.LockOutcome
import dev.portcullis.SecureStore
import dev.portcullis.SecureStoreWithoutLock
import dev.portcullis.StoredValue
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap

/** A store as an app would write it; [before] runs ahead of each call and may throw or block. */
class MapStore(@Volatile var before: (operation: String) -> Unit = {}) : SecureStoreWithoutLock {
    val records = ConcurrentHashMap<String, ByteArray>()

    override fun read(key: String): StoredValue {
        before("read")
        return records[key]?.let(StoredValue::Found) ?: StoredValue.Absent
    }

    override fun write(key: String, bytes: ByteArray) {
        before("write")
        records[key] = bytes
    }

    override fun remove(key: String) {
        before("remove")
        records.remove(key)
    }

    override fun keys(prefix: String): List<String> {
        before("keys")
        return records.keys.filter { it.startsWith(prefix) }
    }
}

/** A [MapStore] with a lock, as a store has one that processes share; it counts how often it is asked for it. */
class LockingStore(private val map: MapStore = MapStore()) : SecureStore by map {
    /** The owner of each lock that is held, by its name. */
    val owners = ConcurrentHashMap<String, String>()

    /** Whether somebody else has the lock. */
    @Volatile var isLockedOut = false
    private val asked = ConcurrentHashMap<LockOutcome, Int>()

    /** How often the lock was asked for and given, or not. */
    fun count(outcome: LockOutcome): Int = asked[outcome] ?: 0

    override fun tryLock(
        name: String,
        owner: String,
        lease: Duration,
    ): LockOutcome {
        map.before("tryLock")
        val isFree = !isLockedOut && (owners.putIfAbsent(name, owner) ?: owner) == owner
        val outcome = if (isFree) LockOutcome.HELD else LockOutcome.BUSY
        asked.merge(outcome, 1, Int::plus)
        return outcome
    }

    override fun unlock(
        name: String,
        owner: String,
    ) {
        map.before("unlock")
        owners.remove(name, owner)
    }
}
