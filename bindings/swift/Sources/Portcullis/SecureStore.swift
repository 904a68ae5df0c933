import Foundation
import PortcullisCore

/// Keeps small secret records (below 64 KiB) under text keys, for apps that bring their own store.
///
/// Called from background threads, one call at a time per client; a call that takes more than 10 seconds counts as
/// failed. It runs to its end all the same, after the client's end too: what it then stores, the next client finds. Keys are
/// printable ASCII of at most 512 bytes, with `/` between their parts.
///
/// A return of `write` or `remove` means durable: what was stored or removed must outlive a crash that follows.
///
/// Every call may throw ``StoreError``; any other error counts as `failed`.
///
/// `tryLock` and `unlock` keep processes that share the store (an app and its extensions) out of each other's way. A store
/// without a lock is a ``SecureStoreWithoutLock``.
public protocol SecureStore: AnyObject, Sendable {
    /// Reads a record.
    func read(key: String) throws -> StoredValue

    /// Writes a record in the place of an older one, wholly or not at all.
    func write(key: String, bytes: Data) throws

    /// Removes a record; removing what is absent succeeds.
    func remove(key: String) throws

    /// The keys that start with the prefix, in no order.
    func keys(prefix: String) throws -> [String]

    /// Tries to take the exclusive lock of that name for the owner, a text that no other owner has, and returns at once.
    /// While one owner has it, every other one, of this process or another, gets `busy`. The lock ends when the owner gives
    /// it back, when its process ends, and, for stores that cannot see that, when the lease is over.
    func tryLock(name: String, owner: String, lease: TimeInterval) throws -> LockOutcome

    /// Gives the lock back; giving back what the owner does not have does nothing.
    func unlock(name: String, owner: String) throws
}

/// What reading a key of a ``SecureStore`` showed.
public typealias StoredValue = PortcullisCore.StoredValue
/// What asking for a ``SecureStore``'s lock came to.
public typealias LockOutcome = PortcullisCore.LockOutcome
/// What a ``SecureStore`` throws; any other error counts as `failed`.
public typealias StoreError = PortcullisCore.StoreError

/// A ``SecureStore`` that has no lock. It must be used by one process at a time, and by one client in it: two that renew
/// at once would spend the same refresh token, and a service that rotates them ends the session.
public protocol SecureStoreWithoutLock: SecureStore {}

extension SecureStoreWithoutLock {
    /// Says that there is no lock.
    public func tryLock(name: String, owner: String, lease: TimeInterval) throws -> LockOutcome {
        .unsupported
    }

    /// Does nothing.
    public func unlock(name: String, owner: String) throws {}
}

/// The app's store as the core sees it: every call acknowledges what it did, since a callback that never ran would count
/// as done.
final class AcknowledgingStore: CoreStore {
    private let store: any SecureStore

    init(_ store: any SecureStore) {
        self.store = store
    }

    func read(key: String) throws -> StoredValue {
        try store.read(key: key)
    }

    func write(key: String, bytes: Data) throws -> CoreStoreDone {
        try store.write(key: key, bytes: bytes)
        return .done
    }

    func remove(key: String) throws -> CoreStoreDone {
        try store.remove(key: key)
        return .done
    }

    func keys(prefix: String) throws -> [String] {
        try store.keys(prefix: prefix)
    }

    func tryLock(name: String, owner: String, lease: TimeInterval) throws -> LockOutcome {
        try store.tryLock(name: name, owner: owner, lease: lease)
    }

    func unlock(name: String, owner: String) throws -> CoreStoreDone {
        try store.unlock(name: name, owner: owner)
        return .done
    }
}
