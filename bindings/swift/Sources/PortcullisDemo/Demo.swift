#if os(macOS) || os(Linux)
import Foundation
import LocalPoolProcess
import Portcullis

/// One sign-in, end to end, against local-pool: what an app calls and what it gets.
@main enum Demo {
    static let password = "Correct-Horse-9"

    private static let configuration = """
        [[pools]]
        id = "eu-west-1_Demo"
        mfa = "OPTIONAL"
        first_factors = ["PASSWORD", "EMAIL_OTP"]
        """

    static func main() async {
        do {
            // With `--bench`, measures.
            try await CommandLine.arguments.contains("--bench") ? Bench.run() : run()
        } catch {
            print("failed: \(error)")
            exit(1)
        }
    }

    static func run() async throws {
        let pool = try LocalPool(configuration: configuration, triggers: Handlers.folder())
        guard let outputs = pool.amplifyOutputs else { return }
        let folder = try temporaryFolder()

        title("A client")
        let auth = try AuthClient(configuration: .amplifyOutputs(outputs), storage: .files(directory: folder))
        called("AuthClient(configuration: .amplifyOutputs(data), storage: .files(directory: folder))", auth.configuration)
        let events = auth.events
        let heard = Task { await events.reduce(into: [AuthEvent]()) { $0.append($1) } }
        called("auth.load()", try await auth.load())

        title("Sign up")
        let attributes = [UserAttribute(name: "email", value: "ann@example.com")]
        let signUp = try await auth.signUp(
            username: "ann", password: password, options: SignUpOptions(userAttributes: attributes))
        called(#"auth.signUp(username: "ann", password: …, options: .init(userAttributes: [email]))"#, describe(signUp.nextStep))
        let early = try await auth.signIn(username: "ann", password: password)
        called(#"auth.signIn(username: "ann", password: …), before the account is confirmed"#, early.nextStep)
        let code = try await pool.code(sentTo: "ann", kind: "signup")
        do {
            try await auth.confirmSignUp(for: "ann", confirmationCode: code == "000000" ? "000001" : "000000")
        } catch AuthError.codeMismatch(let info) {
            called(#"auth.confirmSignUp(for: "ann", confirmationCode: "000000")"#, "throws codeMismatch: \(info.recovery)")
        }
        let confirmed = try await auth.confirmSignUp(for: "ann", confirmationCode: code)
        called(#"auth.confirmSignUp(for: "ann", confirmationCode: "\#(code)")"#, confirmed.nextStep)

        title("Sign in with the password (SRP)")
        do {
            _ = try await auth.signIn(username: "ann", password: "Wrong-Horse-9")
        } catch let error as AuthError {
            called(#"auth.signIn(username: "ann", password: "Wrong-Horse-9")"#, "throws \(error.code): \(error.recovery)")
        }
        let signIn = try await auth.signIn(username: "ann", password: password)
        called(#"auth.signIn(username: "ann", password: …)"#, signIn.nextStep)
        called("auth.state", auth.state)

        title("The session")
        try await showSession(auth)

        title("After a restart")
        let restarted = try AuthClient(configuration: .amplifyOutputs(outputs), storage: .files(directory: folder))
        called("AuthClient(configuration: …, storage: …).getCurrentUser()", try await restarted.getCurrentUser())

        title("Sign out")
        called("auth.signOut()", await auth.signOut())

        title("A custom challenge without a password")
        let asked = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .customWithoutSRP))
        called(#"auth.signIn(username: "ann", options: .init(authFlow: .customWithoutSRP))"#, asked.nextStep)
        try await answer(auth, pool)
        called("auth.signOut()", await auth.signOut())

        title("A custom challenge after the password")
        let options = SignInOptions(authFlow: .customWithSRP)
        let askedAgain = try await auth.signIn(username: "ann", password: password, options: options)
        called(#"auth.signIn(username: "ann", password: …, options: .init(authFlow: .customWithSRP))"#, askedAgain.nextStep)
        try await answer(auth, pool)
        called("auth.signOut(options: .init(global: true))", await auth.signOut(options: SignOutOptions(global: true)))

        try await Account.walkThrough(auth, pool)

        title("The events of all this (for await event in auth.events)")
        auth.close()
        for event in await heard.value {
            print("  \(event.hubName): \(describe(event))")
        }
    }

    private static func showSession(_ auth: AuthClient) async throws {
        let session = try await auth.fetchAuthSession()
        let tokens = try session.tokens
        called("auth.fetchAuthSession().tokens", tokens)
        if let claims = try tokens.idToken?.claims() {
            called("tokens.idToken.claims()", claims)
            called("claims.subject, claims.email", "\(claims.subject ?? "-"), \(claims.email ?? "-")")
        }
        let renewed = try await auth.fetchAuthSession(options: FetchSessionOptions(forceRefresh: true))
        let isNew = try renewed.tokens.accessToken != tokens.accessToken
        called("auth.fetchAuthSession(options: .init(forceRefresh: true))", isNew ? "new tokens" : "the same tokens")
    }

    private static func answer(_ auth: AuthClient, _ pool: LocalPool) async throws {
        let line = try pool.printed("code for ann@example.com: ")
        let code = line.components(separatedBy: ": ").last ?? ""
        let done = try await auth.confirmSignIn(challengeResponse: code)
        called(#"auth.confirmSignIn(challengeResponse: "\#(code)")"#, done.nextStep)
    }

    static func title(_ text: String) {
        print("\n\(text)")
    }

    static func called(_ call: String, _ result: Any) {
        print("  \(call)\n    -> \(short(result))")
    }

    private static func describe(_ step: SignUpStep) -> String {
        guard case .confirmUser(let delivery, _) = step else { return short(step) }
        return "confirmUser, the code went to \(delivery?.destination ?? "nowhere")"
    }

    private static func describe(_ event: AuthEvent) -> String {
        switch event {
        case .signInFailed(let error): "signInFailed, \(error.code)"
        case .signedIn(let user), .signedOut(let user), .tokensRefreshed(let user): user.username
        default: short(event)
        }
    }

    static func short(_ value: Any) -> String {
        "\(value)".replacingOccurrences(of: "PortcullisCore.", with: "").replacingOccurrences(of: "Portcullis.", with: "")
    }
}
#else
@main enum Demo {
    static func main() {}
}
#endif
