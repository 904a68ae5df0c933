import Foundation
import Portcullis

/// A store of the app's own, as the documentation shows one, that can be made to fail.
final class MapStore: SecureStore, @unchecked Sendable {
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
