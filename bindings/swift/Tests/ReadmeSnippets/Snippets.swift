// Written by tests/readme_snippets.rs from the READMEs.

import Foundation
import LocalPoolProcess
import Portcullis
import PortcullisTesting

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

// README.md
extension AtHand {
    @MainActor func snippet1() async throws {
        let auth = try AuthClient(configuration: .amplifyOutputs(Data(contentsOf: url)))
        let result = try await auth.signIn(username: "ann", options: .init(authFlow: .customWithoutSRP))
        if case .confirmSignInWithCustomChallenge(let parameters) = result.nextStep {
            let done = try await auth.confirmSignIn(challengeResponse: answer(to: parameters))
        }
        let session = try await auth.fetchAuthSession()
        for await event in auth.events { fatalError() }
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet2() async throws {

        let url = Bundle.main.url(forResource: "amplify_outputs", withExtension: "json")!
        let auth = try AuthClient(configuration: .amplifyOutputs(Data(contentsOf: url)))
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet3() async throws {
        let email = UserAttribute(.email, value: "ann@example.com")         // or .custom("tenant")
        let result = try await auth.signUp(
            username: "ann", password: password, options: SignUpOptions(userAttributes: [email]))
        if case .confirmUser(let delivery, _) = result.nextStep {
            // Ask for the code that went to delivery?.destination.
            try await auth.confirmSignUp(for: "ann", confirmationCode: code)
        }
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet4() async throws {
        var result = try await auth.signIn(username: "ann", password: password)
        switch result.nextStep {
        case .done: break                                            // signed in
        case .confirmSignUp: break                                   // ask for the code of the sign-up, then sign in again
        case .resetPassword: break                                   // the password must be reset
        case .confirmSignInWithSMSMFACode, .confirmSignInWithTOTPCode, .confirmSignInWithOTP:
            result = try await auth.confirmSignIn(challengeResponse: code)
        case .continueSignInWithMFASelection(let types):             // the user picks one of several
            result = try await auth.confirmSignIn(challengeResponse: picked(from: types).challengeResponse)
        case .continueSignInWithTOTPSetup(let details):              // show a QR code of details.setupURI(appName:)
            result = try await auth.confirmSignIn(challengeResponse: code)
        case .confirmSignInWithCustomChallenge(let parameters):      // your Lambda triggers ask something
            result = try await auth.confirmSignIn(challengeResponse: answer(to: parameters))
        default: fatalError()                                                   // `SignInStep` says of each what it wants
        }
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet5() async throws {
        var result = try await auth.signIn(username: "ann", options: SignInOptions(authFlow: .userAuth()))
        if case .continueSignInWithFirstFactorSelection(let factors) = result.nextStep {
            result = try await auth.confirmSignIn(challengeResponse: picked(from: factors).challengeResponse)
        }
        try await auth.resendSignInCode()                            // the one-time code did not come
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet6() async throws {
        let presenter = ASPasskeyPresenter(anchor: window)           // or a `PasskeyPresenter` of your own
        try await auth.associatePasskey(presenter: presenter)        // for the signed-in user
        let result = try await auth.signInWithPasskey(username: "ann", presenter: presenter)
        let passkeys = try await auth.listPasskeys().passkeys
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet7() async throws {
        let presenter = ASWebUIPresenter(anchor: window)             // or a `WebUIPresenter` of your own
        try await auth.signInWithWebUI(presenter: presenter)
        await auth.signOutWithWebUI(presenter: presenter)            // the browser forgets the user too
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet8() async throws {
        let session = try await auth.fetchAuthSession()              // renews the tokens if they are about to end
        let upload = try await auth.fetchAuthSession(options: .init(minimumValidity: 600))   // fatalError() or end within ten minutes
        try await auth.verifySession()                               // asks the service whether the user is still welcome
        request.setValue("Bearer \(try session.tokens.accessToken.rawValue)", forHTTPHeaderField: "Authorization")
        let claims = try session.tokens.idToken?.claims()            // claims?.groups, claims?.email
        if case .integer(let plan) = claims?["plan"] { fatalError() }            // or .text, .number (a fraction), .flag, .texts, .json
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet9() async throws {
        auth.state                                                   // now, from memory
        for await event in auth.events { print(event.hubName) }      // begins with the current state
        let subscription = try auth.listen { event in fatalError() }                // the same with a closure, until it is dropped
        await auth.signOut()                                         // cannot fail, and waits for the service 5 s at most
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet10() async throws {
        let keep = SignInOptions(existingSession: .keep)             // or .refuse; without it, the other user's session ends
        _ = try await auth.signIn(username: "bob", password: password, options: keep)
        for user in auth.accounts { print(user.username) }           // the current one first, from memory
        try await auth.switchAccount(to: ann)
        await auth.signOut(options: SignOutOptions(account: bob))    // or allAccounts: true; without, the current one
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet11() async throws {
        let attributes = try await auth.withTimeout(5).fetchUserAttributes()   // seconds, everything included
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet12() async throws {
        let details = try await auth.setUpTOTP()
        show(qrCode(of: details.setupURI(appName: "My App")))        // holds the secret: show it to the user only
        try await auth.verifyTOTPSetup(code: code)
        try await auth.updateMFAPreference(totp: .preferred)
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet13() async throws {
        do {
            try await auth.confirmSignUp(for: "ann", confirmationCode: code)
        } catch AuthError.codeMismatch {
            // wrong: let the user type it again
        } catch AuthError.network(let info) where info.isRetryable {
            // that ends no session; try later
        } catch let error as AuthError where error.code == .userDisabled {
            // only an administrator can help
        } catch let error as AuthError {
            logger.error("\(error.code) \(error.requestId ?? "-"): \(error.recovery)")
            show(error.userMessage())
        }
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet14() async throws {
        let model = AuthModel(auth)                                   // observed by views; AuthObject before iOS 17, macOS 14
        let name = model.user?.username
        for await state in auth.states { print(state) }               // or a stream: the present state first, then each change
        let subscription = auth.listenOnMainActor { event in fatalError() }      // or every event, on the main actor
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet15() async throws {
        let (body, answer) = try await auth.data(for: request)        // with the access token; after a 401 once more with a new one
        let other = try await request.authorized(by: auth)            // or only the request, to send it yourself
        try await auth.verifySession()                                // is the user still welcome? asks the service
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet16() async throws {

        let fake = FakeAuth()
        fake.signInSteps = [.confirmSignInWithTOTPCode(friendlyDeviceName: nil)]
        fake.fail(.confirmSignIn, with: .codeMismatch)                // the first code is wrong
        _ = try await fake.signIn(username: "ann", password: password)
        let preview = AuthModel(FakeAuth.signedIn(as: "ann"))
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet17() async throws {
        final class MyStore: SecureStore {
            func read(key: String) throws -> StoredValue { fatalError() }       // .found(bytes:), .absent, .locked, .corrupt(detail:)
            func write(key: String, bytes: Data) throws { fatalError() }
            func remove(key: String) throws { fatalError() }
            func keys(prefix: String) throws -> [String] { fatalError() }
            func tryLock(name: String, owner: String, lease: TimeInterval) throws -> LockOutcome { fatalError() }   // .held or .busy, at once
            func unlock(name: String, owner: String) throws { fatalError() }
        }
        let auth = try AuthClient(configuration: configuration, store: MyStore())
    }
}

// bindings/swift/README.md
extension AtHand {
    @MainActor func snippet18() async throws {

        let pool = try LocalPool(configuration: poolTOML)             // on macOS and Linux; PORTCULLIS_LOCAL_POOL is the program
        try await pool.users.create("ann", password: password)
        try await pool.faults.queue("GetTokensFromRefreshToken", .dropAfterCommit)   // the next refresh loses its answer
        try await pool.clock.advance(by: 3600)                        // tokens of an hour have expired at the service
        try await pool.users.revokeTokens("ann")                      // signed out everywhere
    }
}

// docs/hosted-sign-in.md
extension AtHand {
    @MainActor func snippet19() async throws {
        let presenter = ASWebUIPresenter(anchor: window)
        let result = try await auth.signInWithWebUI(presenter: presenter)

        var options = WebUISignInOptions()
        options.provider = .google          // Auth.federatedSignIn({ provider: 'Google' })
        options.customState = "cart 7"      // comes back in AuthEvent.customState
        try await auth.signInWithWebUI(presenter: presenter, options: options)
    }
}

// docs/credentials-and-federation.md
extension AtHand {
    @MainActor func snippet20() async throws {
        let credentials = try await auth.fetchAWSCredentials()          // of the user, of whoever is federated, or of a guest
        let id = try await auth.fetchIdentityId()
        let session = try await auth.fetchAuthSession(options: FetchSessionOptions(awsCredentials: true))
        let (tokens, same) = (try session.tokens, try session.awsCredentials)   // one failing part hides no other
    }
}

// docs/credentials-and-federation.md
extension AtHand {
    @MainActor func snippet21() async throws {
        let request = AWSRequest(method: "GET", url: "https://abc.execute-api.eu-west-1.amazonaws.com/prod/pets",
                                 region: "eu-west-1", service: "execute-api")
        for (name, value) in try await auth.signAWSRequest(request) { sent.setValue(value, forHTTPHeaderField: name) }
    }
}
