import Foundation
import Portcullis
import Testing

/// The error of a call that must fail, with what every error must have.
func failure<Value>(
    sourceLocation: SourceLocation = #_sourceLocation,
    of call: () async throws -> Value
) async throws -> AuthError {
    do {
        let value = try await call()
        throw Unexpected("no error, but \(value)")
    } catch let error as AuthError {
        #expect(error.recovery.hasSuffix("."), sourceLocation: sourceLocation)
        // What the system's alerts show is for users, so nothing of it is the service's or the developer's text.
        #expect(error.localizedDescription == error.userMessage(), sourceLocation: sourceLocation)
        #expect(error.failureReason == nil && error.recoverySuggestion == nil, sourceLocation: sourceLocation)
        #expect(!error.info.text.isEmpty, sourceLocation: sourceLocation)
        return error
    }
}

/// Waits until something holds; the thing waited for happens on another thread.
func eventually(
    within seconds: TimeInterval = 10,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async -> Bool
) async throws {
    let deadline = Date().addingTimeInterval(seconds)
    while await !condition() {
        try #require(Date() < deadline, "waited for \(seconds) s", sourceLocation: sourceLocation)
        try await Task.sleep(nanoseconds: 5_000_000)
    }
}
