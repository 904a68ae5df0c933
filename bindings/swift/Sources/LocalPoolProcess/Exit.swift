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

/// Starts a process so that signals reach it: a child has the signal mask of the thread that starts it, and the threads
/// that run tasks block signals.
func withSignals<Value>(_ start: () throws -> Value) rethrows -> Value {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try start()
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
