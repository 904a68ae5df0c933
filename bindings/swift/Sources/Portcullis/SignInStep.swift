import Foundation
import PortcullisCore

/// What comes after a sign-in call. Each step says what ``AuthClient/confirmSignIn(challengeResponse:options:)`` wants as
/// `challengeResponse`.
public enum SignInStep: Sendable, Hashable {
    /// A custom challenge (`CUSTOM_CHALLENGE`) that the pool's Lambda triggers made: show what the parameters say and
    /// answer it. The parameters are the public ones of the Create Auth Challenge trigger, with what the service adds.
    case confirmSignInWithCustomChallenge(parameters: [String: String])
    /// The password was given by an administrator (`NEW_PASSWORD_REQUIRED`): answer with a new one, and give the required
    /// attributes that the user does not have yet as ``ConfirmSignInOptions``. The parameters are the service's.
    case confirmSignInWithNewPassword(parameters: [String: String], missingAttributes: [String])
    /// A code was sent by text message as second factor (`SMS_MFA`): answer with it.
    case confirmSignInWithSMSMFACode(deliveryDetails: CodeDeliveryDetails)
    /// The second factor is an authenticator app (`SOFTWARE_TOKEN_MFA`): answer with its 6 digits. The name is what the
    /// user called the app when it was set up.
    case confirmSignInWithTOTPCode(friendlyDeviceName: String?)
    /// A one-time code was sent (`EMAIL_OTP`, `SMS_OTP`): answer with it. Its length is the service's affair.
    case confirmSignInWithOTP(deliveryDetails: CodeDeliveryDetails)
    /// The user chose the password as first factor: answer with it.
    case confirmSignInWithPassword
    /// A passkey is wanted (`WEB_AUTHN`): let the platform make an assertion for the request, which is WebAuthn's JSON
    /// (`PublicKeyCredentialRequestOptionsJSON`), and answer with the assertion's JSON.
    case confirmSignInWithPasskey(request: String)
    /// The user has several second factors (`SELECT_MFA_TYPE`): answer with the ``MFAType/challengeResponse`` of one.
    case continueSignInWithMFASelection(types: [MFAType])
    /// The pool wants a second factor and the user has none (`MFA_SETUP`): answer with the
    /// ``MFAType/challengeResponse`` of the kind to set up.
    case continueSignInWithMFASetupSelection(types: [MFAType])
    /// An authenticator app is to be set up (`MFA_SETUP`): show the secret, and answer with the app's first code. A wrong
    /// code can be typed again.
    case continueSignInWithTOTPSetup(details: TOTPSetupDetails)
    /// An e-mail address is to be set up as second factor (`MFA_SETUP`): answer with it.
    case continueSignInWithEmailMFASetup
    /// The user chooses how to sign in (`SELECT_CHALLENGE`): answer with the ``FirstFactor/challengeResponse`` of one of
    /// the factors that the pool offers this user.
    case continueSignInWithFirstFactorSelection(factors: [FirstFactor])
    /// The account is not confirmed yet: ask for the code, call
    /// ``AuthClient/confirmSignUp(for:confirmationCode:options:)``, then `signIn` again.
    case confirmSignUp
    /// The password must be reset: call `resetPassword`, then `signIn` again.
    case resetPassword
    /// Signed in.
    case done
}

/// The result of a sign-in call.
public struct SignInResult: Sendable, Hashable {
    /// Whether the sign-in is complete, that is whether ``nextStep`` is ``SignInStep/done``.
    public let isSignedIn: Bool
    /// What to do next.
    public let nextStep: SignInStep

    /// A result, for previews and tests of an app.
    public init(isSignedIn: Bool, nextStep: SignInStep) {
        self.isSignedIn = isSignedIn
        self.nextStep = nextStep
    }
}

/// A sign-in that waits for an answer.
public struct PendingSignIn: Sendable, Hashable {
    /// What it waits for.
    public let step: SignInStep
    /// When that was asked. The service forgets a sign-in after some minutes (3 unless the app client says otherwise).
    public let askedAt: Date
}

// The generated code cannot spell `SMS`, `MFA`, `TOTP` and `OTP` in capitals, hence these copies.

extension SignInStep {
    init(_ core: PortcullisCore.SignInStep) {
        self = switch core {
        case .confirmSignInWithCustomChallenge(let parameters):
            .confirmSignInWithCustomChallenge(parameters: parameters)
        case .confirmSignInWithNewPassword(let parameters, let missingAttributes):
            .confirmSignInWithNewPassword(parameters: parameters, missingAttributes: missingAttributes)
        case .confirmSignInWithSmsMfaCode(let details): .confirmSignInWithSMSMFACode(deliveryDetails: details)
        case .confirmSignInWithTotpCode(let name): .confirmSignInWithTOTPCode(friendlyDeviceName: name)
        case .confirmSignInWithOtp(let details): .confirmSignInWithOTP(deliveryDetails: details)
        case .confirmSignInWithPassword: .confirmSignInWithPassword
        case .confirmSignInWithPasskey(let request): .confirmSignInWithPasskey(request: request)
        case .continueSignInWithMfaSelection(let types): .continueSignInWithMFASelection(types: types)
        case .continueSignInWithMfaSetupSelection(let types): .continueSignInWithMFASetupSelection(types: types)
        case .continueSignInWithTotpSetup(let details): .continueSignInWithTOTPSetup(details: details)
        case .continueSignInWithEmailMfaSetup: .continueSignInWithEmailMFASetup
        case .continueSignInWithFirstFactorSelection(let factors):
            .continueSignInWithFirstFactorSelection(factors: factors.map(FirstFactor.init(_:)))
        case .confirmSignUp: .confirmSignUp
        case .resetPassword: .resetPassword
        case .done: .done
        }
    }
}

extension SignInResult {
    init(_ core: PortcullisCore.SignInResult) {
        self.init(isSignedIn: core.isSignedIn, nextStep: SignInStep(core.nextStep))
    }
}

extension PendingSignIn {
    init(_ core: PortcullisCore.PendingSignIn) {
        self.init(step: SignInStep(core.step), askedAt: core.askedAt)
    }
}
