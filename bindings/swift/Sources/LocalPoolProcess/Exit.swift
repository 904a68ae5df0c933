#if os(macOS) || os(Linux)
import Foundation

/// Child processes that must not outlive the program.
private final class Children: @unchecked Sendable {
    static let all = Children()
    private let lock = NSLock()
    private var identifiers: [Int32] = []

    private init() {
        atexit { Children.all.end() }
    }

    func add(_ identifier: Int32) {
        lock.withLock { identifiers.append(identifier) }
    }

    /// An identifier that the system may give to another process must not be ended.
    func remove(_ identifier: Int32) {
        lock.withLock { identifiers.removeAll { $0 == identifier } }
    }

    private func end() {
        lock.withLock { identifiers.forEach { kill($0, SIGTERM) } }
    }
}

/// The process has ended.
func hasEnded(_ identifier: Int32) {
    Children.all.remove(identifier)
}

/// Ends the process when the program exits, even if nobody has.
func endAtExit(_ identifier: Int32) {
    Children.all.add(identifier)
}
#endif
