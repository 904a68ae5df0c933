/// Tells every change of a client's state on the main actor, for as long as it is held.
final class StateFollower: Sendable {
    private let following: Task<Void, Never>

    @MainActor
    init(_ auth: any AuthProtocol, _ tell: @escaping @MainActor (AuthState) -> Void) {
        let states = auth.states
        following = Task { @MainActor in
            for await state in states { tell(state) }
        }
    }

    deinit {
        following.cancel()
    }
}
