import Foundation
import Portcullis
import Testing

/// A code of the same form that is another one.
func wrong(_ code: String) -> String {
    String(code.map { $0 == "9" ? "0" : "9" })
}

/// What the authenticator app shows after it showed this code: at most half a minute later.
func nextCode(_ pool: UserPool, _ secret: String, after code: String) async throws -> String {
    var shown = code
    try await eventually(within: 40) {
        shown = (try? await pool.server.totpCode(secret: secret)) ?? code
        return shown != code
    }
    return shown
}
