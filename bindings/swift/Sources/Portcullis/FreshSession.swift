import Foundation
import PortcullisCore

/// The session that memory can give at once. The core is only asked for its number, which crosses the bridge cheaply; the
/// tokens cross it once.
final class FreshSession: @unchecked Sendable {
    private let lock = NSLock()
    private var latest: (number: UInt64, session: AuthSession)?

    /// The session; `nil` if the core has to be asked with a call.
    func get(from core: AuthCore) -> AuthSession? {
        let number = core.freshSessionNumber()
        lock.lock()
        defer { lock.unlock() }
        if let latest, latest.number == number { return latest.session }
        let session = number == 0 ? nil : core.freshSession(number: number).map(AuthSession.init(_:))
        // What the core does not give any more is not kept here either.
        latest = session.map { (number, $0) }
        return session
    }

    /// Forgets the tokens.
    func forget() {
        lock.lock()
        defer { lock.unlock() }
        latest = nil
    }
}
