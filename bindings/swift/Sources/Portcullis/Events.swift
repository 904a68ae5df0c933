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

    /// Calls the closure with every event from now on; the first is ``AuthEvent/configured(state:)`` with the current
    /// state. Calls come from a thread of its own, one at a time, in order; the closure may block or call the client.
    /// A closure that uses its client keeps it alive until ``AuthClient/close()``, or until the listening ends.
    /// - Returns: what keeps the closure listening. Keep it; dropping it ends the listening.
    /// - Throws: ``AuthError/internal(_:)`` if the system gives no thread.
    public func listen(_ onEvent: @escaping @Sendable (AuthEvent) -> Void) throws -> EventSubscription {
        EventSubscription(try mappingErrors { try core.listen(listener: Listener(onEvent)) })
    }
}

/// Keeps a closure listening to events, until it is cancelled or dropped.
public final class EventSubscription: Sendable {
    private let core: SubscriptionCore

    init(_ core: SubscriptionCore) {
        self.core = core
    }

    deinit {
        cancel()
    }

    /// Ends the listening. An event that is being told at this moment is told to its end.
    public func cancel() {
        core.cancel()
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
