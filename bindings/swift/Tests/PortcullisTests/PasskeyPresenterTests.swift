import Foundation
@testable import Portcullis
import Testing

/// What stands between WebAuthn's JSON and the platform's dialogs, without the dialogs.
@Suite struct PasskeyPresenterTests {
    @Test func creationOptionsAreTakenApart() throws {
        let request = try PasskeyCreationRequest(json: """
            {"rp": {"id": "example.com", "name": "Example"},
             "user": {"id": "YW5u", "name": "ann", "displayName": "Ann"},
             "challenge": "-_8", "pubKeyCredParams": [{"type": "public-key", "alg": -7}], "timeout": 60000,
             "excludeCredentials": [{"type": "public-key", "id": "AQI", "transports": ["internal"]}],
             "authenticatorSelection": {"requireResidentKey": true, "userVerification": "preferred"},
             "attestation": "none"}
            """)
        #expect(request.relyingPartyID == "example.com")
        #expect(request.userID == Data("ann".utf8))
        #expect(request.userName == "ann")
        #expect(request.challenge == Data([0xFB, 0xFF]))
        #expect(request.excludedCredentialIDs == [Data([1, 2])])
        #expect(request.userVerification == "preferred")
        #expect(request.attestation == "none")
    }

    @Test func requestOptionsAreTakenApart() throws {
        let request = try PasskeyAssertionRequest(json: """
            {"challenge": "AAAA", "rpId": "example.com", "timeout": 180000,
             "allowCredentials": [{"type": "public-key", "id": "AQI="}], "userVerification": "required"}
            """)
        #expect(request.relyingPartyID == "example.com")
        #expect(request.challenge == Data([0, 0, 0]))
        #expect(request.allowedCredentialIDs == [Data([1, 2])])
        #expect(request.userVerification == "required")
        let least = try PasskeyAssertionRequest(json: #"{"challenge": "", "rpId": "example.com"}"#)
        #expect(least.allowedCredentialIDs.isEmpty)
        #expect(least.userVerification == nil)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "canary", #"{"challenge": "AAAA"}"#, #"{"challenge": "?", "rpId": "example.com"}"#,
        #"{"challenge": 1, "rpId": "example.com"}"#, #"{"challenge": "A", "rpId": "example.com"}"#,
    ])
    func whatAreNoOptionsIsAFailureThatShowsNoneOfIt(json: String) {
        for read in [{ _ = try PasskeyAssertionRequest(json: json) }, { _ = try PasskeyCreationRequest(json: json) }] {
            #expect {
                try read()
            } throws: { error in
                guard case .failed(let text)? = error as? PasskeyPresentationError else { return false }
                return text.contains("passkey options") && !text.contains("canary")
            }
        }
    }

    @Test func aRegistrationIsPutTogether() throws {
        let registration = PasskeyRegistration(
            credentialID: Data([0xFB, 0xFF]), clientDataJSON: Data("{}".utf8), attestationObject: Data([1]),
            attachment: .platform)
        let credential = try object(registration.json)
        #expect(credential["id"] as? String == "-_8")
        #expect(credential["rawId"] as? String == "-_8")
        #expect(credential["type"] as? String == "public-key")
        #expect(credential["authenticatorAttachment"] as? String == "platform")
        #expect((credential["clientExtensionResults"] as? [String: Any])?.isEmpty == true)
        let response = try #require(credential["response"] as? [String: Any])
        #expect(response["clientDataJSON"] as? String == "e30")
        #expect(response["attestationObject"] as? String == "AQ")
        #expect(response["transports"] as? [String] == ["internal", "hybrid"])
    }

    @Test func anAssertionIsPutTogether() throws {
        let assertion = PasskeyAssertion(
            credentialID: Data([1, 2]), clientDataJSON: Data("{}".utf8), authenticatorData: Data([3]),
            signature: Data([4]), userHandle: Data("ann".utf8), attachment: .crossPlatform)
        let credential = try object(assertion.json)
        #expect(credential["id"] as? String == "AQI")
        #expect(credential["authenticatorAttachment"] as? String == "cross-platform")
        #expect(credential["response"] as? [String: String] == [
            "clientDataJSON": "e30", "authenticatorData": "Aw", "signature": "BA", "userHandle": "YW5u",
        ])
    }

    @Test func thePlatformsErrorsHaveTheirMeaning() {
        let domain = "com.apple.AuthenticationServices.AuthorizationError"
        let reason = "Application with identifier TEAM.app is not associated with domain example.com"
        for (code, reason, expected) in [
            (1001, nil, "cancelled"), (1004, reason, "relyingPartyMismatch"), (1004, nil, "failed"),
            (1006, nil, "alreadyRegistered"), (1010, nil, "unsupported"), (1000, nil, "failed"), (1002, nil, "failed"),
        ] as [(Int, String?, String)] {
            let info = reason.map { [NSLocalizedFailureReasonErrorKey: $0] }
            let meaning = AppleAuthorizationError.meaning(of: NSError(domain: domain, code: code, userInfo: info))
            #expect(Mirror(reflecting: meaning).children.first?.label == expected)
            if let reason { #expect("\(meaning)".contains(reason)) }
        }
        let foreign = AppleAuthorizationError.meaning(of: NSError(domain: "other", code: 1001))
        guard case .failed = foreign else { return #expect(Bool(false), "\(foreign)") }
    }

    @Test func eachOutcomeHasItsCode() {
        for (outcome, code) in [
            (PasskeyPresentationError.cancelled("t"), "passkey_cancelled"),
            (.unsupported("t"), "passkey_unsupported"),
            (.alreadyRegistered("t"), "passkey_already_registered"),
            (.relyingPartyMismatch("t"), "passkey_relying_party_mismatch"),
            (.failed("t"), "passkey_failed"),
        ] {
            let error = AuthError(outcome)
            guard case .passkey(let info) = error else { return #expect(Bool(false), "\(error)") }
            #expect(info.code == code)
            #expect(info.text == "t")
        }
    }

    private func object(_ json: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }
}
