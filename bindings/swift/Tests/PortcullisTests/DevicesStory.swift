import Foundation
import LocalPoolProcess
import Portcullis
import Testing

/// A device is remembered, and stands for the second factor.
@Suite struct DevicesStory {
    @Test func aRememberedDeviceIsAskedForNoSecondFactor() async throws {
        let pool = try await poolWithAnn(["ChallengeRequiredOnNewDevice": true])
        let folder = try temporaryFolder()
        let auth = try pool.client(storage: .files(directory: folder), platform: PlatformDetails(deviceName: "Ann's phone"))
        try await signInWithCode(auth, pool)
        let devices = try await auth.fetchDevices()
        #expect(devices.map(\.name) == ["Ann's phone"])
        #expect(devices.map(\.isCurrent) == [true])
        #expect(devices[0].createdAt != nil)

        await auth.signOut()
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
        // After a restart, and renewing the tokens, it is still this device.
        let restarted = try pool.client(storage: .files(directory: folder))
        let session = try await restarted.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        #expect(try session.tokens.idToken != nil)
        await restarted.signOut()
        #expect(try await restarted.signIn(username: "ann", password: UserPool.password).isSignedIn)
        #expect(try await restarted.fetchDevices().count == 1)

        // Another one is asked.
        try await signInWithCode(try pool.client(), pool)
        #expect(try await restarted.fetchDevices().count == 2)
    }

    @Test func thePoolMayLeaveItToTheUser() async throws {
        let pool = try await poolWithAnn([
            "ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true,
        ])
        let auth = try pool.client()
        try await signInWithCode(auth, pool)
        await auth.signOut()
        try await signInWithCode(auth, pool)
        try await auth.rememberDevice()
        await auth.signOut()
        #expect(try await auth.signIn(username: "ann", password: UserPool.password).isSignedIn)
    }

    @Test func aForgottenDeviceIsAskedAgain() async throws {
        let pool = try await poolWithAnn(["ChallengeRequiredOnNewDevice": true])
        let (phone, tablet) = (try pool.client(), try pool.client())
        try await signInWithCode(phone, pool)
        try await signInWithCode(tablet, pool)
        // The phone forgets the tablet by its id, then itself.
        let other = try #require(try await phone.fetchDevices().first { !$0.isCurrent })
        try await phone.forgetDevice(id: other.id)
        #expect(try await phone.fetchDevices().map(\.isCurrent) == [true])
        await tablet.signOut()
        try await signInWithCode(tablet, pool)

        try await phone.forgetDevice()
        await phone.signOut()
        try await signInWithCode(phone, pool)
        let unknown = try await failure { try await phone.forgetDevice(id: other.id) }
        #expect(unknown.code == .resourceNotFound)
    }

    @Test func aPoolWithoutDevicesSaysSo() async throws {
        let pool = try await UserPool()
        try await pool.add("ben")
        let auth = try pool.client()
        let signedOut = try await failure { try await auth.rememberDevice() }
        guard case .notSignedIn = signedOut else { throw signedOut }
        _ = try await auth.signIn(username: "ben", password: UserPool.password)
        for call in [{ try await auth.rememberDevice() }, { try await auth.forgetDevice() }] {
            let error = try await failure(of: call)
            guard case .invalidState = error else { throw error }
            #expect(error.code == .deviceNotTracked)
        }
        let untracked = try await failure { try await auth.fetchDevices() }
        guard case .service = untracked else { throw untracked }
        #expect(untracked.code == .misconfigured)
    }

    private func poolWithAnn(_ devices: [String: any Sendable]) async throws -> UserPool {
        let pool = try await UserPool(settings: ["DeviceConfiguration": devices], mfa: .optional(.sms))
        try await pool.add("ann", attributes: ["phone_number": "+15551234567", "phone_number_verified": "true"])
        try await pool.enable([.sms], preferred: .sms, for: "ann")
        return pool
    }

    private func signInWithCode(_ auth: AuthClient, _ pool: UserPool) async throws {
        let result = try await auth.signIn(username: "ann", password: UserPool.password)
        guard case .confirmSignInWithSMSMFACode = result.nextStep else { throw Unexpected("\(result)") }
        let code = try await pool.code(sentTo: "ann", kind: "sms")
        #expect(try await auth.confirmSignIn(challengeResponse: code).isSignedIn)
    }
}
