import Foundation

// What Apple's framework gives, as WebAuthn's JSON (W3C Web Authentication Level 3, section 5.1).

/// Where the passkey is.
enum PasskeyAttachment: String, Encodable, Sendable {
    /// On this device.
    case platform
    /// On another one.
    case crossPlatform = "cross-platform"
}

/// A `RegistrationResponseJSON`.
struct PasskeyRegistration {
    let credentialID: Data
    let clientDataJSON: Data
    let attestationObject: Data
    let attachment: PasskeyAttachment

    var json: String {
        get throws {
            try PasskeyJSON(
                credentialID,
                attachment,
                Response(
                    clientDataJSON: Base64URL(clientDataJSON),
                    attestationObject: Base64URL(attestationObject),
                    // As browsers say of such passkeys.
                    transports: attachment == .platform ? ["internal", "hybrid"] : ["hybrid"]
                )
            ).text
        }
    }

    private struct Response: Encodable {
        let clientDataJSON: Base64URL
        let attestationObject: Base64URL
        let transports: [String]
    }
}

/// An `AuthenticationResponseJSON`.
struct PasskeyAssertion {
    let credentialID: Data
    let clientDataJSON: Data
    let authenticatorData: Data
    let signature: Data
    /// The `user.id` of the registration.
    let userHandle: Data
    let attachment: PasskeyAttachment

    var json: String {
        get throws {
            try PasskeyJSON(
                credentialID,
                attachment,
                Response(
                    clientDataJSON: Base64URL(clientDataJSON),
                    authenticatorData: Base64URL(authenticatorData),
                    signature: Base64URL(signature),
                    userHandle: userHandle.isEmpty ? nil : Base64URL(userHandle)
                )
            ).text
        }
    }

    private struct Response: Encodable {
        let clientDataJSON: Base64URL
        let authenticatorData: Base64URL
        let signature: Base64URL
        let userHandle: Base64URL?
    }
}

private struct PasskeyJSON<Response: Encodable>: Encodable {
    let id: Base64URL
    let rawId: Base64URL
    let type = "public-key"
    let authenticatorAttachment: PasskeyAttachment
    let clientExtensionResults: [String: String] = [:]
    let response: Response

    init(_ credentialID: Data, _ attachment: PasskeyAttachment, _ response: Response) {
        id = Base64URL(credentialID)
        rawId = id
        authenticatorAttachment = attachment
        self.response = response
    }

    var text: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}
