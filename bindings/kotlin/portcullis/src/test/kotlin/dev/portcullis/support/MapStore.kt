package dev.portcullis.support

import dev.portcullis.SecureStore
import dev.portcullis.StoredValue
import java.util.concurrent.ConcurrentHashMap

/** A store as an app would write it; [before] runs ahead of each call and may throw or block. */
class MapStore(@Volatile var before: (operation: String) -> Unit = {}) : SecureStore {
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
