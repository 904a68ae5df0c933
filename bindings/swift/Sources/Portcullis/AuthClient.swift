import Foundation
import PortcullisCore

/// A client of one Cognito user pool and app client.
///
/// Nothing is global: an app may hold any number of clients. Keep the client for as long as you use it; its event
/// streams and subscriptions end with it. All members may be called from any thread or actor, in every state.
///
/// Every asynchronous call honours cancellation of its task by no longer waiting: it then throws `CancellationError`.
/// What has been sent to the service runs to its end and is stored, so that no rotated token and no used-up code is
/// ever lost. Every other failure is an ``AuthError``.
public final class AuthClient: Sendable {
    /// Where the session is kept between launches, if not in a store of the app's own.
    public enum Storage: Sendable, Equatable {
        /// The keychain (readable after the device's first unlock, never leaving the device). Apple platforms only.
        /// - Parameters:
        ///   - accessGroup: the keychain access group that an app shares with its extensions; `nil`: the app's own.
        ///   - previousAccessGroup: the one that an earlier release of the app used; `nil`: the app's own. Where it is
        ///     another than `accessGroup`, its items move, each when it is first read, so that nobody is signed out.
        case keychain(accessGroup: String? = nil, previousAccessGroup: String? = nil)
        /// One file a record, readable by its owner only, not encrypted: for tools and tests.
        case files(directory: URL)
        /// In memory: the session ends with the process.
        case memory

        /// The keychain on Apple platforms, memory elsewhere.
        public static var platformDefault: Storage {
            #if canImport(Security)
            .keychain()
            #else
            .memory
            #endif
        }
    }

    /// The configuration that the client was made with.
    public let configuration: AuthConfiguration

    let core: AuthCore
    private let freshSession = FreshSession()

    /// A client that keeps its session in the keychain, a folder or memory. Returns at once; the stored session is read
    /// in the background.
    /// - Parameters:
    ///   - platform: what the service is told about this device.
    ///   - deviceFacts: more about it for threat protection, under Cognito's names (for example `ClientTimezone`); called
    ///     from a background thread when ``AuthConfiguration/threatProtection`` is on. What takes more than 250 ms or
    ///     throws is left out. `nil`: what the system says.
    /// - Throws: ``AuthError/configuration(_:)`` for a storage that this system does not have.
    public convenience init(
        configuration: AuthConfiguration,
        storage: Storage = .platformDefault,
        platform: PlatformDetails = .ofThisDevice,
        deviceFacts: (@Sendable () throws -> [String: String])? = nil
    ) throws {
        let facts = FactsOfTheDevice(deviceFacts)
        let core = try mappingErrors {
            try AuthCore.withBuiltInStorage(
                configuration: configuration.core, storage: storage.core, platform: platform, deviceFacts: facts)
        }
        self.init(configuration: configuration, core: core)
    }

    /// A client that keeps its session in a store of the app's own. Returns at once; the stored session is read in the
    /// background. The store must not hold the client.
    /// - Parameters:
    ///   - platform: what the service is told about this device.
    ///   - deviceFacts: more about it for threat protection, under Cognito's names (for example `ClientTimezone`); called
    ///     from a background thread when ``AuthConfiguration/threatProtection`` is on. What takes more than 250 ms or
    ///     throws is left out. `nil`: what the system says.
    /// - Throws: ``AuthError/internal(_:)`` if the system gives no threads.
    public convenience init(
        configuration: AuthConfiguration,
        store: any SecureStore,
        platform: PlatformDetails = .ofThisDevice,
        deviceFacts: (@Sendable () throws -> [String: String])? = nil
    ) throws {
        let facts = FactsOfTheDevice(deviceFacts)
        let core = try mappingErrors {
            try AuthCore.withStore(
                configuration: configuration.core, store: AcknowledgingStore(store), platform: platform,
                deviceFacts: facts)
        }
        self.init(configuration: configuration, core: core)
    }

    private init(configuration: AuthConfiguration, core: AuthCore) {
        self.configuration = configuration
        self.core = core
    }

    /// The same client, whose calls may take so long, everything included: requests, their repetitions, the store. A call
    /// that takes longer throws ``AuthError/network(_:)`` with the code `timeout`; what has been sent to the service runs to
    /// its end all the same. Session, events and closing are shared with the first.
    /// - Parameter timeout: in seconds; less than 0.001 counts as that, more than 600 as 600. Without this call it is the
    ///   configuration's `totalTimeout`.
    public func withTimeout(_ timeout: TimeInterval) -> AuthClient {
        AuthClient(configuration: configuration, core: core.withTimeout(timeout: timeout.asDuration))
    }

    // MARK: - State

    /// Whether somebody is signed in, from memory: never waits and never uses the network.
    /// ``AuthState/unknown(reason:)`` until the stored session has been read.
    public var state: AuthState {
        core.state()
    }

    /// Waits until the stored session has been read.
    /// - Returns: the state, which is then known.
    /// - Throws: ``AuthError/storage(_:)`` when the store is locked, fails or holds something unreadable. Nobody is
    ///   signed out by that.
    @discardableResult
    public func load() async throws -> AuthState {
        try await cancellable { [core] in try await core.load(cancel: $0) }
    }

    /// Who is signed in, from memory or the store, never from the network. Of whoever is federated, `username` is what the
    /// app said of them (`username`, `name` or `email`, or else their identity) and `userId` their identity.
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, ``AuthError/storage(_:)``.
    public func getCurrentUser() async throws -> AuthUser {
        try await cancellable { [core] in try await core.getCurrentUser(cancel: $0) }
    }

    // MARK: - Accounts

    /// The accounts that are signed in here, the current one first, from memory: never waits and never uses the network.
    /// Empty until the stored session has been read. Another user joins with ``ExistingSession/keep``.
    public var accounts: [AuthUser] {
        core.accounts()
    }

    /// Makes another account that is signed in here the current one. The session of the one before stays.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `account_not_found` if the account has no session here,
    ///   ``AuthError/storage(_:)``, and what every call may throw.
    public func switchAccount(to user: AuthUser) async throws {
        try await cancellable { [core] in try await core.switchAccount(user: user, cancel: $0) }
    }

    // MARK: - Session

    /// The session, with new tokens if the present ones are about to expire. However many calls come at once, the
    /// service gets one request. Offline, the session says so and is still signed in.
    /// - Throws: ``AuthError/storage(_:)`` when the session cannot be known. Every other failure is in
    ///   ``AuthSession/tokensOutcome``, and thrown by ``AuthSession/tokens``.
    public func fetchAuthSession(options: FetchSessionOptions = FetchSessionOptions()) async throws -> AuthSession {
        if !options.forceRefresh && !options.awsCredentials && options.minimumValidity == nil {
            try Task.checkCancellation()
            if let fresh = freshSession.get(from: core) { return fresh }
        }
        return AuthSession(try await cancellable { [core] in
            try await core.fetchAuthSession(options: options, cancel: $0)
        })
    }

    /// Asks the service whether the signed-in user is still welcome, which nothing else does before the tokens run out
    /// (`GetUser`; where that is refused, `GetTokensFromRefreshToken`). A user who was disabled or deleted, or whose
    /// sessions were revoked, is then signed out of this one: ``state`` is ``AuthState/sessionExpired(user:error:)``, with
    /// the reason. A network, a firewall or a service that fails ends nothing.
    /// - Returns: who is signed in.
    /// - Throws: ``AuthError/notSignedIn(_:)``, ``AuthError/sessionExpired(_:)``, and what every call may throw.
    @discardableResult
    public func verifySession() async throws -> AuthUser {
        try await cancellable { [core] in try await core.verifySession(cancel: $0) }
    }

    /// Has the `ClientMetadata` of refreshes asked for from the closure, from now on, for the pre-token-generation trigger:
    /// tokens are renewed by whichever call needs them first, and that one has no options for it. Set it before the first
    /// call: it is not stored.
    /// - Parameter clientMetadata: gives the entries, over the configuration's; those of ``FetchSessionOptions`` stand over
    ///   both. Called from a background thread, once a refresh; what takes more than 1 s or throws is left out. `nil`:
    ///   nobody is asked any more.
    public func setRefreshMetadataProvider(_ clientMetadata: (@Sendable () throws -> [String: String])?) {
        _ = core.setRefreshMetadata(metadata: clientMetadata.map(AskedMetadata.init))
    }

    /// Signs out: here at once and always, then at the service, for which it waits 5 seconds at most. Cannot fail, and a
    /// cancelled task waits for it too, so that the result is true. No other account becomes the current one by it.
    /// - Returns: which remote part failed, if one did; the user is signed out here all the same.
    @discardableResult
    public func signOut(options: SignOutOptions = SignOutOptions()) async -> SignOutResult {
        defer { freshSession.forget() }
        do {
            return try await core.signOut(options: options, cancel: nil)
        } catch {
            let info = AuthError(error).info
            return SignOutResult(isComplete: false, revokeTokenError: info, globalSignOutError: nil, storageError: nil, webUISession: false)
        }
    }

    /// Ends the event streams and abandons an unfinished sign-in. Later calls throw ``AuthError/invalidState(_:)`` with the
    /// code `client_closed`. The stored session stays, and what has been sent to the service runs to its end; so does a call
    /// of the store: a write that hangs may land after this, and the next client finds it.
    public func close() {
        core.shutdown()
    }
}

extension AuthClient.Storage {
    var core: BuiltInStorage {
        switch self {
        case .keychain(let accessGroup, let previousAccessGroup):
            .keychain(accessGroup: accessGroup, previousAccessGroup: previousAccessGroup)
        case .files(let directory): .file(directory: directory.path)
        case .memory: .memory
        }
    }
}
