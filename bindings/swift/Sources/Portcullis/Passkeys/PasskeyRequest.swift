import Foundation

// WebAuthn's JSON (W3C Web Authentication Level 3, section 5.1) as Apple's framework takes it: in parts. Here, and not
// beside the calls of that framework, so that it is tested on every system.

/// The parts of a `PublicKeyCredentialCreationOptionsJSON` that Apple's framework takes.
struct PasskeyCreationRequest: Equatable {
    let relyingPartyID: String
    let userID: Data
    let userName: String
    let challenge: Data
    /// The passkeys that the account has already.
    let excludedCredentialIDs: [Data]
    /// `required`, `preferred` or `discouraged`.
    let userVerification: String?
    /// `none`, `indirect`, `direct` or `enterprise`.
    let attestation: String?

    /// - Throws: ``PasskeyPresentationError/failed(_:)`` for a text that is none.
    init(json: String) throws {
        let options: CreationOptions = try decoded(json)
        relyingPartyID = try named(options.rp.id)
        userID = options.user.id.bytes
        userName = options.user.name
        challenge = options.challenge.bytes
        excludedCredentialIDs = options.excludeCredentials?.map(\.id.bytes) ?? []
        userVerification = options.authenticatorSelection?.userVerification
        attestation = options.attestation
    }
}

/// The parts of a `PublicKeyCredentialRequestOptionsJSON` that Apple's framework takes.
struct PasskeyAssertionRequest: Equatable {
    let relyingPartyID: String
    let challenge: Data
    /// The passkeys that may be used; empty: any of the relying party's.
    let allowedCredentialIDs: [Data]
    /// `required`, `preferred` or `discouraged`.
    let userVerification: String?

    /// - Throws: ``PasskeyPresentationError/failed(_:)`` for a text that is none.
    init(json: String) throws {
        let options: RequestOptions = try decoded(json)
        relyingPartyID = try named(options.rpId)
        challenge = options.challenge.bytes
        allowedCredentialIDs = options.allowCredentials?.map(\.id.bytes) ?? []
        userVerification = options.userVerification
    }
}

private func decoded<Options: Decodable>(_ json: String) throws -> Options {
    do {
        return try JSONDecoder().decode(Options.self, from: Data(json.utf8))
    } catch {
        throw PasskeyPresentationError.failed("the service's passkey options cannot be read")
    }
}

/// A browser knows the domain of its page; an app has none but that of the options.
private func named(_ relyingPartyID: String?) throws -> String {
    guard let relyingPartyID else {
        throw PasskeyPresentationError.failed("the service's passkey options name no relying party")
    }
    return relyingPartyID
}

private struct CreationOptions: Decodable {
    struct RelyingParty: Decodable {
        let id: String?
    }

    struct User: Decodable {
        let id: Base64URL
        let name: String
    }

    struct Selection: Decodable {
        let userVerification: String?
    }

    let rp: RelyingParty
    let user: User
    let challenge: Base64URL
    let excludeCredentials: [Descriptor]?
    let authenticatorSelection: Selection?
    let attestation: String?
}

private struct RequestOptions: Decodable {
    let rpId: String?
    let challenge: Base64URL
    let allowCredentials: [Descriptor]?
    let userVerification: String?
}

private struct Descriptor: Decodable {
    let id: Base64URL
}
