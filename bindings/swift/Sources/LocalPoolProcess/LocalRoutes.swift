import Foundation
#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// What cannot go on: local-pool did not start, or refused; the text says what to do.
public struct LocalPoolFailure: Error, CustomStringConvertible {
    public let description: String
}

/// What local-pool has beside the service, under `/_local`.
struct LocalRoutes: Sendable {
    let endpoint: URL

    /// - Parameter path: with the names in it encoded by ``encoded(_:)``.
    @discardableResult
    func send(
        _ method: String, _ path: String, query: [URLQueryItem] = [], body: Data? = nil
    ) async throws -> Data {
        var address = URLComponents(url: endpoint, resolvingAgainstBaseURL: false)
        address?.percentEncodedPath = "/_local/\(path)"
        address?.queryItems = query.isEmpty ? nil : query
        guard let url = address?.url else { throw LocalPoolFailure(description: "no address for \(path)") }
        var request = URLRequest(url: url)
        request.httpMethod = method
        if let body {
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
            request.httpBody = body
        }
        let (answer, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw LocalPoolFailure(description: "\(method) \(path): \(String(decoding: answer, as: UTF8.self))")
        }
        return answer
    }

    /// A name as one part of a path.
    func encoded(_ name: String) -> String {
        name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? name
    }
}

/// A JSON object.
func json(_ members: [String: Any]) throws -> Data {
    try JSONSerialization.data(withJSONObject: members)
}
