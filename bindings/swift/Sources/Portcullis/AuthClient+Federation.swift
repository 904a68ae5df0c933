import Foundation
import PortcullisCore

extension AuthClient {
    /// Exchanges the token of another provider for AWS credentials (`federatedSignIn` of Amplify for JavaScript). No user
    /// pool takes part: the state is ``AuthState/federated(identityId:)``, and there are no user pool tokens. Survives the
    /// process; a later call replaces it. Signing in with the user pool and federation exclude each other.
    /// - Throws: ``AuthError/invalidState(_:)`` with the code `user_pool_session_active`, ``AuthError/validation(_:)`` (an
    ///   expiry that cannot be a moment, too), ``AuthError/notAuthorized(_:)`` with the code `provider_token_expired` or
    ///   `provider_token_refused`, ``AuthError/configuration(_:)`` (there is no identity pool), and what every call may
    ///   throw.
    @discardableResult
    public func federateToIdentityPool(
        provider: FederatedProvider,
        token: String,
        options: FederateOptions = FederateOptions()
    ) async throws -> AWSCredentials {
        AWSCredentials(try await cancellable { [core] in
            try await core.federateToIdentityPool(provider: provider, token: token, options: options, cancel: $0)
        })
    }

    /// Ends the federation on this device, at once. Nothing happens where nobody is federated.
    /// - Throws: ``AuthError/storage(_:)`` if it could not be removed from the store yet, which is tried again at the next
    ///   call. Ended it is.
    public func clearFederation() async throws {
        try await cancellable { [core] in try await core.clearFederation(cancel: $0) }
    }

    /// Who is federated, with the provider's latest token, from memory; `nil` until the store has been read.
    public var federatedInfo: FederatedInfo? {
        core.federatedInfo()
    }

    /// Has new tokens of that provider asked for from the closure, from now on, shortly before the present one expires
    /// (`refreshHandlers` of Amplify for JavaScript). Set it at every start of the app: it is not stored.
    ///
    /// The closure may take 30 seconds. It throws ``FederatedTokenError`` `.Refused` if the person has to sign in at the
    /// provider again; any other error counts as `.Unavailable`, and the next call asks again.
    /// - Parameter fetchToken: gives a new token; `nil`: nobody is asked any more.
    public func setTokenProvider(
        for provider: FederatedProvider,
        _ fetchToken: (@Sendable () async throws -> FederatedToken)?
    ) {
        _ = core.setTokenProvider(provider: provider, tokenProvider: fetchToken.map(AskedTokenProvider.init))
    }
}

/// Whose token is exchanged for AWS credentials.
public typealias FederatedProvider = PortcullisCore.FederatedProvider
/// Options of ``AuthClient/federateToIdentityPool(provider:token:options:)``.
public typealias FederateOptions = PortcullisCore.FederateOptions
/// Who is federated.
public typealias FederatedInfo = PortcullisCore.FederatedInfo
/// A token of another provider.
public typealias FederatedToken = PortcullisCore.FederatedToken
/// Why there is no new token of a provider.
public typealias FederatedTokenError = PortcullisCore.FederatedTokenError

/// The app's closure as the core sees it: asked from a thread of the core's own, which waits for it.
private final class AskedTokenProvider: CoreTokenProvider {
    private let ask: @Sendable () async throws -> FederatedToken

    init(_ ask: @escaping @Sendable () async throws -> FederatedToken) {
        self.ask = ask
    }

    func fetchToken() throws -> FederatedToken {
        let answer = Answer()
        let done = DispatchSemaphore(value: 0)
        Task.detached { [ask] in
            do {
                answer.value = .success(try await ask())
            } catch let error as FederatedTokenError {
                answer.value = .failure(error)
            } catch {
                // Its text is dropped: it can hold a token.
                answer.value = .failure(.Unavailable(detail: "the token provider threw an error of its own"))
            }
            done.signal()
        }
        done.wait()
        return try answer.value.get()
    }

    /// Written before the signal and read after it.
    private final class Answer: @unchecked Sendable {
        var value: Result<FederatedToken, FederatedTokenError> = .failure(.Unavailable(detail: ""))
    }
}
