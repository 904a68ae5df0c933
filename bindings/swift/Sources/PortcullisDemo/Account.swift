#if os(macOS) || os(Linux)
import LocalPoolProcess
import Portcullis

/// What a signed-in user does with the account, and what sign-in asks then.
enum Account {
    static func walkThrough(_ auth: AuthClient, _ pool: LocalPool) async throws {
        try await chooseHowToSignIn(auth, pool)
        try await attributes(auth)
        try await secondFactors(auth, pool)
        try await end(auth, pool)
    }

    private static func chooseHowToSignIn(_ auth: AuthClient, _ pool: LocalPool) async throws {
        Demo.title("The user chooses how to sign in")
        let offered = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        Demo.called(#"auth.signIn(username: "ann", options: .init(authFlow: .userAuth()))"#, offered.nextStep)
        let sent = try await auth.confirmSignIn(challengeResponse: FirstFactor.emailOTP.challengeResponse)
        Demo.called("auth.confirmSignIn(challengeResponse: FirstFactor.emailOTP.challengeResponse)", sent.nextStep)
        let code = try await pool.code(sentTo: "ann", kind: "email")
        let done = try await auth.confirmSignIn(challengeResponse: code)
        Demo.called(#"auth.confirmSignIn(challengeResponse: "\#(code)")"#, done.nextStep)
    }

    private static func attributes(_ auth: AuthClient) async throws {
        Demo.title("Attributes")
        let nickname = UserAttribute(name: "nickname", value: "Annie")
        Demo.called("auth.updateUserAttribute(nickname)", try await auth.updateUserAttribute(nickname).nextStep)
        let names = try await auth.fetchUserAttributes().map(\.name)
        Demo.called("auth.fetchUserAttributes()", names.joined(separator: ", "))
        let contacts = try await auth.fetchVerifiedContacts()
        Demo.called("auth.fetchVerifiedContacts().verified", contacts.verified.map(\.name).joined(separator: ", "))
    }

    private static func secondFactors(_ auth: AuthClient, _ pool: LocalPool) async throws {
        Demo.title("Second factors")
        let details = try await auth.setUpTOTP()
        Demo.called("auth.setUpTOTP()", details)
        try await auth.verifyTOTPSetup(code: pool.totpCode(secret: details.sharedSecret))
        Demo.called("auth.verifyTOTPSetup(code: …)", "done")
        try await auth.updateMFAPreference(totp: .enabled, email: .preferred)
        Demo.called("auth.updateMFAPreference(totp: .enabled, email: .preferred)", try await auth.fetchMFAPreference())
        await auth.signOut()
        let asked = try await auth.signIn(username: "ann", password: Demo.password)
        Demo.called(#"auth.signIn(username: "ann", password: …)"#, asked.nextStep)
        let code = try await pool.code(sentTo: "ann", kind: "email")
        let done = try await auth.confirmSignIn(challengeResponse: code)
        Demo.called(#"auth.confirmSignIn(challengeResponse: "\#(code)")"#, done.nextStep)
        try await auth.updateMFAPreference(totp: .disabled, email: .disabled)
    }

    private static func end(_ auth: AuthClient, _ pool: LocalPool) async throws {
        Demo.title("A new password, and the end of the account")
        try await auth.updatePassword(oldPassword: Demo.password, newPassword: "Better-Horse-10")
        Demo.called("auth.updatePassword(oldPassword: …, newPassword: …)", "done")
        let reset = try await auth.resetPassword(for: "ann")
        Demo.called(#"auth.resetPassword(for: "ann")"#, reset.nextStep)
        let code = try await pool.code(sentTo: "ann", kind: "forgot")
        try await auth.confirmResetPassword(for: "ann", newPassword: Demo.password, confirmationCode: code)
        Demo.called(#"auth.confirmResetPassword(for: "ann", newPassword: …, confirmationCode: "\#(code)")"#, "done")
        try await auth.deleteUser()
        Demo.called("auth.deleteUser()", auth.state)
    }
}
#endif
