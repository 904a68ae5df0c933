//! What the person has to do next.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::factors::{CodeDeliveryDetails, FirstFactor, MfaType, TotpSetupDetails};
use crate::support::shown::shows;

/// What comes after a sign-in call. Each step says what `confirmSignIn` wants as `challengeResponse`.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SignInStep {
    /// A custom challenge (`CUSTOM_CHALLENGE`) that the pool's Lambda triggers made: show what the parameters say and
    /// give the answer to `confirmSignIn`.
    ConfirmSignInWithCustomChallenge {
        /// The public challenge parameters of the Create Auth Challenge trigger, with what the service adds.
        parameters: HashMap<String, String>,
    },
    /// The password was given by an administrator (`NEW_PASSWORD_REQUIRED`): answer with a new one, and put the missing
    /// attributes into the options.
    ConfirmSignInWithNewPassword {
        /// The challenge parameters as the service sent them.
        parameters: HashMap<String, String>,
        /// The names of the required attributes that the user does not have yet.
        missing_attributes: Vec<String>,
    },
    /// A code was sent by text message as second factor (`SMS_MFA`): answer with it.
    ConfirmSignInWithSmsMfaCode {
        /// Where the code was sent.
        delivery_details: CodeDeliveryDetails,
    },
    /// The second factor is an authenticator app (`SOFTWARE_TOKEN_MFA`): answer with its 6 digits.
    ConfirmSignInWithTotpCode {
        /// The name that the user gave the app when it was set up.
        friendly_device_name: Option<String>,
    },
    /// A one-time code was sent (`EMAIL_OTP`, `SMS_OTP`): answer with it. Its length is the service's affair.
    ConfirmSignInWithOtp {
        /// Where the code was sent.
        delivery_details: CodeDeliveryDetails,
    },
    /// The user chose the password as first factor: answer with it.
    ConfirmSignInWithPassword,
    /// A passkey is wanted (`WEB_AUTHN`): let the platform make an assertion and answer with its JSON.
    ConfirmSignInWithPasskey {
        /// The request as WebAuthn's JSON (`PublicKeyCredentialRequestOptionsJSON`).
        request: String,
    },
    /// The user has several second factors (`SELECT_MFA_TYPE`): answer with the service's name of the chosen one.
    ContinueSignInWithMfaSelection {
        /// The factors to choose among.
        types: Vec<MfaType>,
    },
    /// The pool wants a second factor and the user has none (`MFA_SETUP`): answer with the service's name of the kind
    /// to set up.
    ContinueSignInWithMfaSetupSelection {
        /// The kinds to choose among.
        types: Vec<MfaType>,
    },
    /// An authenticator app is to be set up (`MFA_SETUP`): show the secret, and answer with the app's first code. A
    /// wrong code can be typed again.
    ContinueSignInWithTotpSetup {
        /// What the app needs.
        details: TotpSetupDetails,
    },
    /// An e-mail address is to be set up as second factor (`MFA_SETUP`): answer with it.
    ContinueSignInWithEmailMfaSetup,
    /// The user chooses how to sign in (`SELECT_CHALLENGE`): answer with the service's name of the chosen factor.
    ContinueSignInWithFirstFactorSelection {
        /// The factors that the pool offers this user.
        factors: Vec<FirstFactor>,
    },
    /// The account is not confirmed yet: ask for the code, call `confirmSignUp`, then `signIn` again.
    ConfirmSignUp,
    /// The password must be reset: call `resetPassword`, then `signIn` again.
    ResetPassword,
    /// Signed in.
    Done,
}
shows!(enum SignInStep {
    ConfirmSignInWithCustomChallenge { parameters: names },
    ConfirmSignInWithNewPassword { parameters: names, missing_attributes },
    ConfirmSignInWithSmsMfaCode { delivery_details },
    ConfirmSignInWithTotpCode {},
    ConfirmSignInWithOtp { delivery_details },
    ConfirmSignInWithPassword,
    ConfirmSignInWithPasskey {},
    ContinueSignInWithMfaSelection { types },
    ContinueSignInWithMfaSetupSelection { types },
    ContinueSignInWithTotpSetup {},
    ContinueSignInWithEmailMfaSetup,
    ContinueSignInWithFirstFactorSelection { factors },
    ConfirmSignUp,
    ResetPassword,
    Done,
});

/// The result of `signIn` and `confirmSignIn`.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct SignInResult {
    /// Whether the sign-in is complete, that is whether `next_step` is done.
    pub is_signed_in: bool,
    /// What to do next.
    pub next_step: SignInStep,
}

impl SignInResult {
    pub(crate) fn new(next_step: SignInStep) -> Self {
        Self { is_signed_in: next_step == SignInStep::Done, next_step }
    }
}

/// A sign-in that waits for an answer.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Record)]
pub struct PendingSignIn {
    /// What it waits for.
    pub step: SignInStep,
    /// When that was asked. The service forgets a sign-in after some minutes (3 unless the app client says otherwise).
    pub asked_at: SystemTime,
}
