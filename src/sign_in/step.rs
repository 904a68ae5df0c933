//! What the person has to do next.

use std::collections::HashMap;
use std::time::SystemTime;

/// What comes after a sign-in call.
#[derive(Clone, Debug, PartialEq, Eq, uniffi::Enum)]
#[uniffi::export(Debug)]
pub enum SignInStep {
    /// A custom challenge (`CUSTOM_CHALLENGE`) that the pool's Lambda triggers made: show what the parameters say and
    /// give the answer to `confirmSignIn`.
    ConfirmSignInWithCustomChallenge {
        /// The public challenge parameters of the Create Auth Challenge trigger, with what the service adds.
        parameters: HashMap<String, String>,
    },
    /// The account is not confirmed yet: ask for the code, call `confirmSignUp`, then `signIn` again.
    ConfirmSignUp,
    /// The password must be reset: call `resetPassword`, then `signIn` again.
    ResetPassword,
    /// Signed in.
    Done,
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
