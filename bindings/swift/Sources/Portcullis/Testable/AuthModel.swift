// Not on Linux: the Observation of Swift 6.0 cannot be linked there. The tests link it all the same.
#if canImport(Darwin) || PORTCULLIS_OBSERVATION
import Observation

/// The state of a client, observed: views that read it are drawn anew when it changes.
///
/// ```swift
/// @State private var model = AuthModel(auth)
/// var body: some View { model.user == nil ? AnyView(SignIn()) : AnyView(Home()) }
/// ```
///
/// Earlier systems have ``AuthObject``.
@available(iOS 17.0, macOS 14.0, macCatalyst 17.0, visionOS 1.0, *)
@MainActor
public final class AuthModel: Observable {
    /// The client whose state this is.
    public let auth: any AuthProtocol

    // What `@Observable` would write: a macro needs a plug-in of the compiler, which not every toolchain has.
    private let registrar = ObservationRegistrar()
    private var follower: StateFollower?
    private var current: AuthState

    /// Follows the state of a client for as long as this is held.
    public init(_ auth: any AuthProtocol) {
        self.auth = auth
        current = auth.state
        follower = StateFollower(auth) { [weak self] in self?.change(to: $0) }
    }

    /// Whether somebody is signed in.
    public var state: AuthState {
        registrar.access(self, keyPath: \.state)
        return current
    }

    /// Who is signed in, or whose session expired.
    public var user: AuthUser? { state.user }

    private func change(to state: AuthState) {
        guard state != current else { return }
        registrar.withMutation(of: self, keyPath: \.state) { current = state }
    }
}
#endif
