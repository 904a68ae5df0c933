import Foundation
import Portcullis

/// A store of the app's own, as the documentation shows one, that can be made to fail.
final class MapStore: SecureStoreWithoutLock, @unchecked Sendable {
    enum Trouble: Sendable {
        case locked
        case corrupt
        /// Throws an error that the protocol does not know.
        case throwing
        /// Says that it failed.
        case failing
        /// Does not answer until the trouble is over.
        case blocking
        case full
    }

    private let lock = NSCondition()
    private var records: [String: Data] = [:]
    private var trouble: Trouble?

    init(_ trouble: Trouble? = nil) {
        self.trouble = trouble
    }

    func set(_ trouble: Trouble?) {
        lock.withLock {
            self.trouble = trouble
            lock.broadcast()
        }
    }

    /// Everything that is stored.
    var contents: [String: Data] {
        lock.withLock { records }
    }

    func read(key: String) throws -> StoredValue {
        switch lock.withLock({ trouble }) {
        case .locked: return .locked
        case .corrupt: return .corrupt(detail: "the key was lost")
        case .throwing: throw Unexpected("a stack trace of the app's")
        case .failing: throw StoreError.Failed(detail: "disk error 5")
        case .blocking: wait()
        case .full, nil: break
        }
        return lock.withLock { records[key].map(StoredValue.found(bytes:)) ?? .absent }
    }

    func write(key: String, bytes: Data) throws {
        switch lock.withLock({ trouble }) {
        case .locked: throw StoreError.Locked
        case .full: throw StoreError.Failed(detail: "no space left")
        case .throwing: throw Unexpected("a stack trace of the app's")
        default: lock.withLock { records[key] = bytes }
        }
    }

    func remove(key: String) throws {
        if case .full = lock.withLock({ trouble }) { throw StoreError.Failed(detail: "read only") }
        lock.withLock { records[key] = nil }
    }

    func keys(prefix: String) throws -> [String] {
        lock.withLock { records.keys.filter { $0.hasPrefix(prefix) } }
    }

    private func wait() {
        lock.withLock {
            while case .blocking = trouble { lock.wait() }
        }
    }
}

/// A store with a lock, as one has it that processes share; it counts how often it is asked for it.
final class LockingStore: SecureStore, @unchecked Sendable {
    let map = MapStore()
    private let guarding = NSLock()
    private var owners: [String: String] = [:]
    private var isLockedOut = false
    private var counts: [LockOutcome: Int] = [:]

    /// The owner of each lock that is held, by its name.
    var held: [String: String] {
        guarding.withLock { owners }
    }

    /// From now on somebody else has the lock.
    func lockOut() {
        guarding.withLock { isLockedOut = true }
    }

    /// Nobody else has the lock any more.
    func letIn() {
        guarding.withLock { isLockedOut = false }
    }

    /// How often the lock was asked for and given, or not.
    func count(_ outcome: LockOutcome) -> Int {
        guarding.withLock { counts[outcome] ?? 0 }
    }

    func read(key: String) throws -> StoredValue { try map.read(key: key) }
    func write(key: String, bytes: Data) throws { try map.write(key: key, bytes: bytes) }
    func remove(key: String) throws { try map.remove(key: key) }
    func keys(prefix: String) throws -> [String] { try map.keys(prefix: prefix) }

    func tryLock(name: String, owner: String, lease: TimeInterval) throws -> LockOutcome {
        guarding.withLock {
            let isFree = !isLockedOut && [nil, owner].contains(owners[name])
            let outcome: LockOutcome = isFree ? .held : .busy
            if outcome == .held { owners[name] = owner }
            counts[outcome, default: 0] += 1
            return outcome
        }
    }

    func unlock(name: String, owner: String) throws {
        guarding.withLock {
            if owners[name] == owner { owners[name] = nil }
        }
    }
}
