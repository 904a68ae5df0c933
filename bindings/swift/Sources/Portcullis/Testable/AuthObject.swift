#if canImport(Combine)
import Combine

/// ``AuthModel`` for iOS 15 and 16 and macOS 12 and 13: the state of a client as an `ObservableObject`.
@MainActor
public final class AuthObject: ObservableObject {
    /// The client whose state this is.
    public let auth: any AuthProtocol
    /// Whether somebody is signed in.
    public private(set) var state: AuthState

    private var follower: StateFollower?

    /// Follows the state of a client for as long as this is held.
    public init(_ auth: any AuthProtocol) {
        self.auth = auth
        state = auth.state
        follower = StateFollower(auth) { [weak self] in self?.change(to: $0) }
    }

    /// Who is signed in, or whose session expired.
    public var user: AuthUser? { state.user }

    private func change(to state: AuthState) {
        guard state != self.state else { return }
        objectWillChange.send()
        self.state = state
    }
}
#endif
