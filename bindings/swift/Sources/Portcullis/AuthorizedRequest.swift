import Foundation
import PortcullisCore

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

extension URLRequest {
    /// The request with the signed-in user's access token (`Authorization: Bearer`, RFC 6750 §2.1), renewed before if it is
    /// about to end.
    /// - Throws: ``AuthError/validation(_:)`` where the address is neither `https` nor on this machine: a token goes to nobody
    ///   who can be listened to. Else what ``AuthSession/tokens`` throws.
    public func authorized(by auth: any AuthProtocol) async throws -> URLRequest {
        try checkedForToken()
        return with(try await auth.fetchAuthSession().tokens.accessToken)
    }

    func checkedForToken() throws {
        let (scheme, host) = (url?.scheme?.lowercased(), url?.host?.lowercased())
        let isHere = host.map { ["localhost", "127.0.0.1", "::1"].contains($0) } ?? false
        guard scheme == "https" || (scheme == "http" && isHere) else {
            throw AuthError(code: .validationFailed)
        }
    }

    func with(_ token: Token) -> URLRequest {
        var request = self
        request.setValue("Bearer \(token.rawValue)", forHTTPHeaderField: "Authorization")
        return request
    }
}

extension AuthProtocol {
    /// Sends a request to the app's own server with the access token. Where that answers 401, the request is sent once more
    /// with a new token: one that another call got meanwhile, or else one that is fetched now, once for all who wait. A
    /// request whose body is a stream is not sent again.
    /// - Returns: the last answer, a second 401 too.
    /// - Throws: what ``URLRequest/authorized(by:)`` and the session throw.
    public func data(for request: URLRequest, in session: URLSession = .shared) async throws -> (Data, URLResponse) {
        try request.checkedForToken()
        let token = try await fetchAuthSession().tokens.accessToken
        let first = try await session.data(for: request.with(token))
        guard (first.1 as? HTTPURLResponse)?.statusCode == 401, request.httpBodyStream == nil else { return first }
        return try await session.data(for: request.with(try await newer(than: token)))
    }

    /// A token in the place of one that was refused.
    private func newer(than refused: Token) async throws -> Token {
        let present = try await fetchAuthSession().tokens.accessToken
        if present != refused { return present }
        return try await fetchAuthSession(options: FetchSessionOptions(forceRefresh: true)).tokens.accessToken
    }
}
