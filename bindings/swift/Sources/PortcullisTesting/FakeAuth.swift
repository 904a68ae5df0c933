import Foundation
import Portcullis

/// An `AuthProtocol` without a service, for an app's tests and previews: it knows what it is given, changes its state as
/// the calls would, tells the events, and fails where it is told to.
///
/// ```swift
/// let auth = FakeAuth()
/// auth.signInSteps = [.confirmSignInWithTOTPCode(friendlyDeviceName: nil), .done]
/// auth.fail(.confirmSignIn, with: .codeMismatch)          // the first answer is wrong
/// let model = SignInModel(auth)
/// ```
///
/// A call that nobody scripted succeeds; one that gives something which the fake was not given throws
/// `AuthError` with the code `unsupported`. Passwords and codes are not looked at.
public final class FakeAuth: AuthProtocol, @unchecked Sendable {
    /// What calls give and change. Changes take effect at the next call.
    public struct Given: Sendable {
        /// What the sign-ins to come ask for, one after the other. When none is left, the sign-in is done.
        public var signInSteps: [SignInStep] = []
        /// What a sign-up asks for.
        public var signUpStep: SignUpStep = .done
        /// The tokens of whoever is signed in.
        public var tokens = FakeAuth.tokens
        /// Other accounts that are signed in here.
        public var otherAccounts: [AuthUser] = []
        /// The attributes of whoever is signed in.
        public var attributes: [UserAttribute] = []
        public var mfaPreference = MFAPreference(enabled: [], preferred: nil)
        public var totpSetup = TOTPSetupDetails(sharedSecret: "JBSWY3DPEHPK3PXP", username: "ann")
        public var passkeys: [Passkey] = []
        public var devices: [AuthDevice] = []
        /// Where codes go.
        public var codeDelivery = CodeDeliveryDetails(destination: "a***@e***", medium: .email, attributeName: "email")
        public var awsCredentials: AWSCredentials?
        public var federatedInfo: FederatedInfo?
        public var webUIRequest = WebUIRequest(url: "https://example.com/login", redirectURI: "myapp://callback")
    }

    struct Inside {
        var given = Given()
        var state: AuthState
        var pending: PendingSignIn?
        /// Who the unfinished sign-in or sign-up is of.
        var name = "ann"
        var calls: [FakeCall] = []
        var failures: [FakeCall: [AuthError]] = [:]
        var listeners: [UUID: AsyncStream<AuthEvent>.Continuation] = [:]
        var isClosed = false
    }

    private let lock = NSLock()
    private var inside: Inside

    /// A fake in that state.
    public init(state: AuthState = .signedOut) {
        inside = Inside(state: state)
    }

    /// A fake that somebody is signed in to.
    public static func signedIn(as username: String = "ann") -> FakeAuth {
        FakeAuth(state: .signedIn(user: user(username)))
    }

    // MARK: - The script

    /// What calls give and change.
    public var given: Given {
        get { locked { $0.given } }
        set { locked { $0.given = newValue } }
    }

    /// As ``Given/signInSteps``.
    public var signInSteps: [SignInStep] {
        get { given.signInSteps }
        set { locked { $0.given.signInSteps = newValue } }
    }

    /// Has the next calls of that kind fail, after those that were told to already.
    public func fail(_ call: FakeCall, with code: AuthErrorCode, times: Int = 1) {
        fail(call, with: AuthError(code: code), times: times)
    }

    /// As ``fail(_:with:times:)``, with an error of one's own.
    public func fail(_ call: FakeCall, with error: AuthError, times: Int = 1) {
        locked { $0.failures[call, default: []] += Array(repeating: error, count: max(times, 0)) }
    }

    /// Which calls came, in order.
    public var calls: [FakeCall] { locked { $0.calls } }

    /// Changes the state as something from outside would, and tells it.
    public func change(to state: AuthState) {
        tell(.stateChanged(state: state), becoming: state)
    }

    /// Has the session end, as a verdict of the service does.
    public func expireSession() {
        guard case .signedIn(let user) = state else { return }
        let error = AuthError(code: .sessionExpired).info
        tell(.sessionExpired(user: user, error: error), becoming: .sessionExpired(user: user, error: error))
    }

    // MARK: - What the calls are made of

    /// Who a user name belongs to here.
    public static func user(_ username: String) -> AuthUser {
        AuthUser(username: username, userId: "sub-of-\(username)")
    }

    /// Tokens that no server takes.
    public static var tokens: AuthTokens {
        let text = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzdWItb2YtYW5uIn0."
        return AuthTokens(
            accessToken: Token(rawValue: text), idToken: Token(rawValue: text), expiresAt: Date().addingTimeInterval(3600))
    }

    func locked<Value>(_ use: (inout Inside) -> Value) -> Value {
        lock.lock()
        defer { lock.unlock() }
        return use(&inside)
    }

    /// Notes a call, and fails it if it is to fail.
    func begin(_ call: FakeCall) throws {
        let failure: AuthError? = locked { inside in
            inside.calls.append(call)
            if inside.isClosed { return AuthError(code: .clientClosed) }
            guard let first = inside.failures[call]?.first else { return nil }
            inside.failures[call]?.removeFirst()
            return first
        }
        if let failure { throw failure }
    }

    /// The same for calls in a user's name.
    func beginSignedIn(_ call: FakeCall) throws -> AuthUser {
        try begin(call)
        guard case .signedIn(let user) = state else { throw AuthError(code: .notSignedIn) }
        return user
    }

    /// A sign-in that goes a step further.
    func advance(as username: String? = nil) -> SignInResult {
        let (step, name): (SignInStep, String) = locked { inside in
            if let username { inside.name = username }
            let step = inside.given.signInSteps.isEmpty ? .done : inside.given.signInSteps.removeFirst()
            let waits = step != .done && step != .confirmSignUp && step != .resetPassword
            inside.pending = waits ? PendingSignIn(step: step, askedAt: Date()) : nil
            return (step, inside.name)
        }
        if step == .done {
            let user = Self.user(name)
            tell(.signedIn(user: user), becoming: .signedIn(user: user))
        }
        return SignInResult(isSignedIn: step == .done, nextStep: step)
    }

    /// Tells an event, with the state that it brings.
    func tell(_ event: AuthEvent, becoming state: AuthState? = nil) {
        let listeners = locked { inside in
            if let state { inside.state = state }
            return Array(inside.listeners.values)
        }
        for listener in listeners { listener.yield(event) }
    }

    // MARK: - State

    public var state: AuthState { locked { $0.state } }

    public var accounts: [AuthUser] {
        locked { inside in
            guard case .signedIn(let user) = inside.state else { return inside.given.otherAccounts }
            return [user] + inside.given.otherAccounts
        }
    }

    public var pendingSignIn: PendingSignIn? { locked { $0.pending } }

    public var federatedInfo: FederatedInfo? { given.federatedInfo }

    public var events: AsyncStream<AuthEvent> {
        AsyncStream { continuation in
            let id = UUID()
            let (state, isClosed) = locked { inside in
                inside.listeners[id] = continuation
                return (inside.state, inside.isClosed)
            }
            continuation.yield(.configured(state: state))
            if isClosed { continuation.finish() }
            continuation.onTermination = { [weak self] _ in self?.locked { $0.listeners[id] = nil } }
        }
    }

    public var states: AsyncStream<AuthState> {
        let events = events
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let following = Task { [weak self] in
                var last: AuthState?
                for await _ in events {
                    guard let state = self?.state, state != last else { continue }
                    last = state
                    continuation.yield(state)
                }
                continuation.finish()
            }
            continuation.onTermination = { _ in following.cancel() }
        }
    }

    public func cancelSignIn() {
        locked { inside in
            inside.calls.append(.cancelSignIn)
            inside.pending = nil
        }
    }

    public func close() {
        let listeners = locked { inside in
            inside.isClosed = true
            return Array(inside.listeners.values)
        }
        for listener in listeners { listener.finish() }
    }
}
