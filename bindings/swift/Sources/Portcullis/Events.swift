import PortcullisCore

extension AuthClient {
    /// What happens from now on. Each access gives a stream of its own, whose first event is
    /// ``AuthEvent/configured(state:)`` with the current state; no event between that and the next is lost.
    ///
    /// The stream is for one loop. It ends when its task is cancelled or the client is closed, and with nothing else: a
    /// loop in a task that is never cancelled keeps the client alive until ``AuthClient/close()``.
    public var events: AsyncStream<AuthEvent> {
        let queue = core.events()
        return AsyncStream {
            await queue.next()
        } onCancel: {
            queue.finish()
        }
    }

    /// Whether somebody is signed in, now and from now on. Each access gives a stream of its own, which begins with the
    /// present state; whoever reads slowly gets the latest and misses what was in between. It ends as ``events`` does.
    public var states: AsyncStream<AuthState> {
        let queue = core.events()
        let last = Last()
        return AsyncStream { [core] in
            while await queue.next() != nil {
                if let state = last.changed(to: core.state()) { return state }
            }
            return nil
        } onCancel: {
            queue.finish()
        }
    }

    /// As ``listen(_:)``, on the main actor: for what is on screen. Calls come in order, one after the other.
    /// - Returns: what keeps the closure listening. Keep it; once it is cancelled or dropped on the main actor, the closure is
    ///   not called again.
    @MainActor
    public func listenOnMainActor(_ onEvent: @escaping @MainActor (AuthEvent) -> Void) -> EventSubscription {
        let events = events
        let listening = Task { @MainActor in
            for await event in events where !Task.isCancelled { onEvent(event) }
        }
        return EventSubscription { listening.cancel() }
    }

    /// Calls the closure with every event from now on; the first is ``AuthEvent/configured(state:)`` with the current
    /// state. Calls come from a thread of its own, one at a time, in order; the closure may block or call the client.
    /// A closure that uses its client keeps it alive until ``AuthClient/close()``, or until the listening ends.
    /// - Returns: what keeps the closure listening. Keep it; dropping it ends the listening.
    /// - Throws: ``AuthError/internal(_:)`` if the system gives no thread.
    public func listen(_ onEvent: @escaping @Sendable (AuthEvent) -> Void) throws -> EventSubscription {
        let listening = try mappingErrors { try core.listen(listener: Listener(onEvent)) }
        return EventSubscription { listening.cancel() }
    }
}

/// Keeps a closure listening to events, until it is cancelled or dropped.
public final class EventSubscription: Sendable {
    private let end: @Sendable () -> Void

    /// - Parameter end: ends the listening; may be called more than once.
    public init(end: @escaping @Sendable () -> Void) {
        self.end = end
    }

    deinit {
        cancel()
    }

    /// Ends the listening. An event that is being told at this moment is told to its end.
    public func cancel() {
        end()
    }
}

/// The state that a stream gave last. A stream has one reader, which waits for each element.
private final class Last: @unchecked Sendable {
    private var state: AuthState?

    func changed(to new: AuthState) -> AuthState? {
        if new == state { return nil }
        state = new
        return new
    }
}

extension AuthEvent {
    /// The name that Amplify's Hub gives this event on its `auth` channel, for people who port listeners.
    public var hubName: String {
        PortcullisCore.hubName(event: self)
    }
}

private final class Listener: AuthEventListener {
    private let tell: @Sendable (AuthEvent) -> Void

    init(_ tell: @escaping @Sendable (AuthEvent) -> Void) {
        self.tell = tell
    }

    func onEvent(event: AuthEvent) {
        tell(event)
    }
}
