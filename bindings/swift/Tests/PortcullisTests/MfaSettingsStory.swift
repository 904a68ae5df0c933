import Foundation
import Portcullis
import Testing

/// A signed-in user sets second factors up and says which sign-in asks for.
@Suite struct MfaSettingsStory {
    @Test func anAuthenticatorAppIsSetUpAndAskedFor() async throws {
        let (pool, auth) = try await annSignedIn()
        let events = auth.events
        let details = try await auth.setUpTOTP()
        #expect(details.username == "ann")
        #expect(details.setupURI(appName: "App").contains("secret=\(details.sharedSecret)"))

        let code = try await pool.server.totpCode(secret: details.sharedSecret)
        for _ in 1...2 {
            let error = try await failure { try await auth.verifyTOTPSetup(code: wrong(code)) }
            guard case .codeMismatch = error else { throw error }
            #expect(error.code == .totpCodeMismatch)
        }
        try await auth.verifyTOTPSetup(
            code: code, options: VerifyTOTPSetupOptions(friendlyDeviceName: "Ann's phone"))
        #expect(try await auth.fetchMFAPreference() == MFAPreference(enabled: [], preferred: nil))
        try await auth.updateMFAPreference(totp: .preferred)
        #expect(try await auth.fetchMFAPreference() == MFAPreference(enabled: [.totp], preferred: .totp))

        await auth.signOut()
        let asked = try await auth.signIn(username: "ann", password: UserPool.password)
        #expect(asked.nextStep == .confirmSignInWithTOTPCode(friendlyDeviceName: "Ann's phone"))
        auth.close()
        #expect(await events.contains { $0.hubName == "verify" })
    }

    @Test func whatIsNotGivenStaysAsItIs() async throws {
        let (_, auth) = try await annSignedIn()
        try await auth.updateMFAPreference(sms: .preferred, email: .enabled)
        let both = try await auth.fetchMFAPreference()
        #expect(Set(both.enabled) == [.sms, .email])
        #expect(both.preferred == .sms)

        try await auth.updateMFAPreference(email: .preferred)
        #expect(try await auth.fetchMFAPreference().preferred == .email)
        try await auth.updateMFAPreference(email: .notPreferred)
        let neither = try await auth.fetchMFAPreference()
        #expect(Set(neither.enabled) == [.sms, .email])
        #expect(neither.preferred == nil)
        try await auth.updateMFAPreference(sms: .disabled, email: .disabled)
        #expect(try await auth.fetchMFAPreference() == MFAPreference(enabled: [], preferred: nil))
    }

    @Test func whatMakesNoSenseIsRefused() async throws {
        let (_, auth) = try await annSignedIn()
        let nothing = try await failure { try await auth.updateMFAPreference() }
        guard case .validation = nothing else { throw nothing }
        let two = try await failure { try await auth.updateMFAPreference(sms: .preferred, email: .preferred) }
        guard case .validation = two else { throw two }
        // There is no authenticator app yet.
        let noApp = try await failure { try await auth.updateMFAPreference(totp: .enabled) }
        guard case .validation = noApp else { throw noApp }

        await auth.signOut()
        let signedOut = try await failure { try await auth.setUpTOTP() }
        guard case .notSignedIn = signedOut else { throw signedOut }
    }

    private func annSignedIn() async throws -> (UserPool, AuthClient) {
        let pool = try await UserPool(mfa: .optional(.sms, .totp, .email))
        try await pool.add("ann", attributes: [
            "email_verified": "true", "phone_number": "+15551234567", "phone_number_verified": "true",
        ])
        let auth = try pool.client()
        _ = try await auth.signIn(username: "ann", password: UserPool.password)
        return (pool, auth)
    }
}
