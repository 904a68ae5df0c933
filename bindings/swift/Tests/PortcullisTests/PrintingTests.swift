import Foundation
import Portcullis
import PortcullisCore
import Testing

/// What is personal is in nothing that a public type prints: each one that has text is made here with a canary in every text
/// that is not to be shown.
@Suite struct PrintingTests {
    private static let canary = "canary"
    private static let data = ["seen": canary]
    private static let attribute = UserAttribute(name: "seen", value: canary)
    private static let user = AuthUser(username: canary, userId: canary)
    private static let delivery = CodeDeliveryDetails(
        destination: canary, medium: .unknown(name: "seen"), attributeName: "seen")
    private static let setup = TOTPSetupDetails(sharedSecret: canary, username: canary)

    @Test func nothingPersonalIsPrintedOrDumped() {
        let values = Self.options + Self.coreOptions + Self.steps + Self.results + Self.events + Self.others
        for value in values {
            for text in ["\(value)", String(reflecting: value), dumped(value), "\([value])", "\(Optional(value) as Any)"] {
                #expect(!text.contains(Self.canary), "\(text)")
            }
        }
    }

    @Test func everyPublicTypeWithTextIsTried() throws {
        let values = Self.options + Self.coreOptions + Self.steps + Self.results + Self.events + Self.others
        let tried = Set(values.map { String(reflecting: type(of: $0)) })
        // `SecretsStory` has these from a real sign-in; an event's error and an event queue's event are tried as such.
        // The pool's schema, the names of attributes, is no secret.
        let inTheStory: Set = [
            "Portcullis.AuthConfiguration", "Portcullis.AuthErrorCode", "Portcullis.AuthUserAttributeKey",
            "Portcullis.AWSCredentials",
        ]
        let public_ = try textTypes(in: "Portcullis").union(textTypes(in: "PortcullisCore"))
        #expect(public_.subtracting(tried).subtracting(inTheStory) == [])
        #expect(public_.isSuperset(of: ["PortcullisCore.SignInStep", "PortcullisCore.AuthUser", "PortcullisCore.AuthEvent"]))
    }

    @Test func typesPrintInTheSpellingOfSwift() {
        #expect("\(SignInStep.confirmSignInWithTOTPCode(friendlyDeviceName: "phone"))" == "confirmSignInWithTOTPCode")
        let steps: [SignInStep] = [
            .confirmSignInWithCustomChallenge(parameters: ["key": "value"]), .confirmSignInWithPasskey(request: "{}"), .done,
        ]
        let printed = [#"confirmSignInWithCustomChallenge(["key"])"#, "confirmSignInWithPasskey", "done"]
        #expect(steps.map { "\($0)" } == printed)
        #expect("\(SignInOptions(authFlow: .customWithSRP))".contains("customWithSRP"))
        #expect("\(AuthUser(username: "ann", userId: "1"))" == "AuthUser()")
        let attributes = ConfirmSignInOptions(clientMetadata: ["key": "value"], userAttributes: [])
        #expect("\(attributes)" == #"ConfirmSignInOptions(clientMetadata: ["key"], userAttributes: [])"#)
        #expect("\(AuthEvent.signedUp(username: "ann", needsConfirmation: true))" == "signedUp(true)")
    }

    private static var options: [Any] {
        let automatic = AutoSignInOptions(validationData: data, clientMetadata: data)
        return [
            automatic,
            SignInOptions(clientMetadata: data, validationData: data),
            SignUpOptions(
                userAttributes: [attribute], validationData: data, clientMetadata: data, autoSignIn: automatic),
            ConfirmSignInOptions(clientMetadata: data, userAttributes: [attribute], friendlyDeviceName: canary),
            ConfirmSignUpOptions(clientMetadata: data),
            ResendSignUpCodeOptions(clientMetadata: data),
            FetchSessionOptions(clientMetadata: data),
            SignOutOptions(account: user),
            AWSCredentialsOptions(customRoleArn: "seen"),
            AWSRequest(
                method: "seen", url: canary, region: "seen", service: "seen", headers: data, body: Data(canary.utf8)),
            FederateOptions(identityId: canary, user: data),
        ]
    }

    private static var coreOptions: [Any] {
        return [
            ResetPasswordOptions(clientMetadata: data),
            ConfirmResetPasswordOptions(clientMetadata: data),
            UpdateUserAttributesOptions(clientMetadata: data),
            SendVerificationCodeOptions(clientMetadata: data),
            VerifyTOTPSetupOptions(friendlyDeviceName: canary),
            ListPasskeysOptions(nextToken: canary),
            PlatformDetails(deviceName: canary),
            ConfigurationSettings(
                userPoolId: "pool", clientId: "client", clientSecret: canary, clientMetadata: data,
                analyticsEndpointId: canary),
            BuiltInStorage.file(directory: canary),
            BuiltInStorage.keychain(accessGroup: canary, previousAccessGroup: canary),
        ]
    }

    private static var steps: [Any] {
        let steps: [SignInStep] = [
            .confirmSignInWithCustomChallenge(parameters: data),
            .confirmSignInWithNewPassword(parameters: data, missingAttributes: ["seen"]),
            .confirmSignInWithSMSMFACode(deliveryDetails: delivery),
            .confirmSignInWithTOTPCode(friendlyDeviceName: canary),
            .confirmSignInWithOTP(deliveryDetails: delivery),
            .confirmSignInWithPasskey(request: canary),
            .continueSignInWithTOTPSetup(details: setup),
            .continueSignInWithFirstFactorSelection(factors: [.other(name: "seen")]),
        ]
        return steps + steps.map { SignInResult(isSignedIn: false, nextStep: $0) }
            + [FirstFactor.other(name: "seen")]
    }

    private static var results: [Any] {
        let update = UpdateUserAttributeStep.confirmAttributeWithCode(deliveryDetails: delivery)
        return [
            setup,
            delivery,
            DeliveryMedium.unknown(name: "seen"),
            MFAType.other(name: "seen"),
            SignUpStep.confirmUser(deliveryDetails: delivery, userId: canary),
            SignUpResult(
                isSignUpComplete: false, nextStep: .confirmUser(deliveryDetails: delivery, userId: canary), userId: canary),
            UpdateUserAttributeResult(name: "seen", isUpdated: false, nextStep: update),
        ]
    }

    private static var events: [Any] {
        let error = AuthErrorInfo(
            code: "seen", text: "seen", recovery: "seen", isRetryable: false, requestId: nil, operation: nil,
            serviceCode: nil, httpStatus: nil, field: nil)
        let events: [AuthEvent] = [
            .configured(state: .signedIn(user: user)),
            .sessionExpired(user: user, error: error),
            .signedUp(username: canary, needsConfirmation: true),
            .signUpConfirmed(username: canary),
            .passwordResetRequested(username: canary),
            .passwordResetRequestFailed(username: canary, error: error),
            .passwordReset(username: canary),
            .passwordResetFailed(username: canary, error: error),
            .userAttributesUpdated(attributeNames: ["seen"]),
        ]
        return events + [
            error, user, AuthState.sessionExpired(user: user, error: error), AuthState.federated(identityId: canary),
            AuthEvent.federated(identityId: canary), AuthEvent.federationCleared(identityId: canary),
        ]
    }

    private static var webUI: [Any] {
        [
            AuthProvider.named(name: "seen"),
            WebUISignInOptions(
                provider: .google, idpIdentifier: canary, scopes: ["seen"], redirectURI: "seen", customState: canary,
                prompt: "seen", loginHint: canary, lang: "seen", resource: canary, existingSession: nil),
            WebUIRequest(url: canary, redirectURI: "seen"),
            HostedUIConfiguration(
                endpoint: "seen", scopes: ["seen"], signInRedirectURIs: ["seen"], signOutRedirectURIs: ["seen"]),
            AuthEvent.customState(customState: canary),
        ]
    }

    private static var others: [Any] {
        let values: [ClaimValue] = [.text(value: canary), .texts(values: [canary]), .json(value: canary)]
        let passkey = Passkey(
            credentialId: canary, friendlyName: canary, relyingPartyId: "seen", authenticatorAttachment: "seen",
            transports: ["seen"], createdAt: nil)
        return values + webUI + [
            attribute,
            VerifiedContacts(verified: [attribute], unverified: [attribute]),
            AuthDevice(
                id: canary, name: canary, isCurrent: true, attributes: data, createdAt: nil, lastModifiedAt: nil,
                lastAuthenticatedAt: nil),
            passkey,
            PasskeyPage(passkeys: [passkey], nextToken: canary),
            TokenClaims(
                subject: canary, username: canary, tokenUse: canary, issuer: canary, clientId: canary, issuedAt: nil,
                expiresAt: nil, authenticatedAt: nil, scopes: [canary], groups: [canary], email: canary, emailVerified: true,
                phoneNumber: canary, phoneNumberVerified: true, all: ["seen": values[0]]),
            TokenSet(accessToken: canary, idToken: canary, expiresAt: Date()),
            Token(rawValue: canary),
            FederatedProvider.oidc(issuer: "seen"),
            FederatedToken(token: canary, expiresAt: nil),
            FederatedInfo(provider: .google, token: canary, identityId: canary, expiresAt: nil, user: data),
            IdentityPoolConfiguration(
                id: "seen", region: "seen", endpoint: "seen", allowsGuests: true, mergesGuests: false),
            AwsCredentialSet(
                identityId: canary, accessKeyId: canary, secretAccessKey: canary, sessionToken: canary, expiresAt: Date()),
            CoreIdentity(identityId: canary, identityIdError: nil, awsCredentials: nil, awsCredentialsError: nil),
            StoredValue.found(bytes: Data(canary.utf8)),
            StoredValue.corrupt(detail: "seen"),
        ]
    }

    /// The public structs and enums of a module that hold text, errors and what only lifts and lowers apart.
    private func textTypes(in module: String) throws -> Set<String> {
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Sources/\(module)").standardizedFileURL
        let files = try FileManager.default.subpathsOfDirectory(atPath: sources.path).filter { $0.hasSuffix(".swift") }
        var found: Set<String> = []
        for file in files {
            let text = try String(contentsOf: sources.appendingPathComponent(file), encoding: .utf8)
            var name: String?
            for line in text.split(separator: "\n") {
                if line.hasPrefix("public struct ") || line.hasPrefix("public enum ") {
                    let words = line.split { !$0.isLetter && !$0.isNumber }
                    let isData = !words[2].hasPrefix("FfiConverter") && !line.contains("Error")
                    name = isData ? String(words[2]) : nil
                } else if line.hasPrefix("}") {
                    name = nil
                } else if let name, holdsText(line) {
                    found.insert("\(module).\(name)")
                }
            }
        }
        return found
    }

    /// A stored property, or a case's value, with a text in it.
    private func holdsText(_ line: Substring) -> Bool {
        let line = line.drop { $0 == " " }
        let isComputed = line.hasSuffix("{") || line.contains(" { ") || line.hasPrefix("func ") || line.contains("static")
        let texts = [": String", ": [String", ": Data", "String:"]
        return !isComputed && texts.contains { line.contains($0) }
    }

    private func dumped(_ value: Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
