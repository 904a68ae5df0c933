import Foundation
import PortcullisCore

/// Keeps small secret records (below 64 KiB) under text keys, for apps that bring their own store.
///
/// Called from background threads, one call at a time per client; a call that takes more than 10 seconds counts as
/// failed. A return of `write` or `remove` means durable: what was stored or removed must outlive a crash that follows.
///
/// `tryLock` and `unlock` keep processes that share the store (an app and its extensions) out of each other's way. A store
/// without a lock is a ``SecureStoreWithoutLock``.
public typealias SecureStore = PortcullisCore.SecureStore
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
