//! What the person has to do next.

use std::collections::HashMap;
use std::time::SystemTime;

use crate::factors::{CodeDeliveryDetails, FirstFactor, MfaType, TotpSetupDetails};

/// What comes after a sign-in call. Each step says what `confirmSignIn` wants as `challengeResponse`.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
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

/// What the service says of the user is not printed: of parameters only the names.
impl std::fmt::Debug for SignInStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |parameters: &HashMap<String, String>| {
            let mut names: Vec<_> = parameters.keys().cloned().collect();
            names.sort();
            names
        };
        match self {
            Self::ConfirmSignInWithCustomChallenge { parameters } => {
                f.debug_struct("ConfirmSignInWithCustomChallenge").field("parameters", &names(parameters)).finish()
            }
            Self::ConfirmSignInWithNewPassword { parameters, missing_attributes } => f
                .debug_struct("ConfirmSignInWithNewPassword")
                .field("parameters", &names(parameters))
                .field("missing_attributes", missing_attributes)
                .finish(),
            Self::ConfirmSignInWithSmsMfaCode { delivery_details } => {
                f.debug_tuple("ConfirmSignInWithSmsMfaCode").field(delivery_details).finish()
            }
            Self::ConfirmSignInWithTotpCode { friendly_device_name } => {
                f.debug_tuple("ConfirmSignInWithTotpCode").field(friendly_device_name).finish()
            }
            Self::ConfirmSignInWithOtp { delivery_details } => {
                f.debug_tuple("ConfirmSignInWithOtp").field(delivery_details).finish()
            }
            Self::ConfirmSignInWithPassword => f.write_str("ConfirmSignInWithPassword"),
            Self::ConfirmSignInWithPasskey { .. } => f.write_str("ConfirmSignInWithPasskey"),
            Self::ContinueSignInWithMfaSelection { types } => {
                f.debug_tuple("ContinueSignInWithMfaSelection").field(types).finish()
            }
            Self::ContinueSignInWithMfaSetupSelection { types } => {
                f.debug_tuple("ContinueSignInWithMfaSetupSelection").field(types).finish()
            }
            Self::ContinueSignInWithTotpSetup { .. } => f.write_str("ContinueSignInWithTotpSetup"),
            Self::ContinueSignInWithEmailMfaSetup => f.write_str("ContinueSignInWithEmailMfaSetup"),
            Self::ContinueSignInWithFirstFactorSelection { factors } => {
                f.debug_tuple("ContinueSignInWithFirstFactorSelection").field(factors).finish()
            }
            Self::ConfirmSignUp => f.write_str("ConfirmSignUp"),
            Self::ResetPassword => f.write_str("ResetPassword"),
            Self::Done => f.write_str("Done"),
        }
    }
}

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
