import PortcullisCore

/// The app's closure as the core sees it.
final class AskedMetadata: RefreshMetadata {
    private let tell: @Sendable () throws -> [String: String]

    init(_ tell: @escaping @Sendable () throws -> [String: String]) {
        self.tell = tell
    }

    func clientMetadata() throws -> [String: String] {
        do {
            return try tell()
        } catch {
            throw RefreshMetadataError.Unavailable
        }
    }
}
