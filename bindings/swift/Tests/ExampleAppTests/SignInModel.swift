import Portcullis

/// A screen's model as an app writes it: it takes any client, so its tests need no service.
@MainActor
final class SignInModel {
    enum Screen: Equatable {
        case signIn, code, home(String)
    }

    private(set) var screen = Screen.signIn
    private(set) var message: String?
    private let auth: any AuthProtocol

    init(_ auth: any AuthProtocol) {
        self.auth = auth
        if let user = auth.state.user { screen = .home(user.username) }
    }

    func signIn(_ username: String, _ password: String) async {
        await show { try await auth.signIn(username: username, password: password) }
    }

    func answer(_ code: String) async {
        await show { try await auth.confirmSignIn(challengeResponse: code) }
    }

    func signOut() async {
        await auth.signOut()
        screen = .signIn
    }

    private func show(_ call: () async throws -> SignInResult) async {
        message = nil
        do {
            switch try await call().nextStep {
            case .done: screen = .home(try await auth.getCurrentUser().username)
            case .confirmSignInWithTOTPCode, .confirmSignInWithSMSMFACode, .confirmSignInWithOTP: screen = .code
            case let step: message = "Not on this screen: \(step)"
            }
        } catch let error as AuthError {
            message = error.userMessage()
        } catch {
            message = nil
        }
    }
}
