import Foundation

/// Bytes that are Base64url text without padding in JSON (RFC 4648, section 5).
struct Base64URL: Codable, Equatable {
    let bytes: Data

    init(_ bytes: Data) {
        self.bytes = bytes
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        let plain = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
            .trimmingCharacters(in: CharacterSet(charactersIn: "="))
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        // Three characters of padding stand for nothing; not every Foundation refuses them.
        guard padding.count < 3, let bytes = Data(base64Encoded: plain + padding) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no Base64url")
        }
        self.bytes = bytes
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    var text: String {
        bytes.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
