//! The calls that sign somebody up or in.

use super::AuthCore;
use super::table::calls;
use crate::account::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult};
use crate::factors::CodeDeliveryDetails;
use crate::ffi::secret_text::SecretText;
use crate::sign_in::{ConfirmSignInOptions, SignInOptions, SignInResult};

calls! {
    /// Creates an account.
    fn sign_up(client, username: String, password: Option<SecretText>, options: SignUpOptions) -> SignUpResult {
        client.sign_up(username, password.as_deref(), options)
    }

    /// Confirms an account with the code that was sent.
    fn confirm_sign_up(
        client, username: String, confirmation_code: String, options: ConfirmSignUpOptions,
    ) -> SignUpResult {
        client.confirm_sign_up(username, confirmation_code, options)
    }

    /// Sends the code of a sign-up again.
    fn resend_sign_up_code(client, username: String, options: ResendSignUpCodeOptions) -> CodeDeliveryDetails {
        client.resend_sign_up_code(username, options)
    }

    /// Begins a sign-in.
    fn sign_in(client, username: String, password: Option<SecretText>, options: SignInOptions) -> SignInResult {
        client.sign_in(username, password.as_deref(), options)
    }

    /// Answers the challenge of the unfinished sign-in.
    fn confirm_sign_in(client, challenge_response: String, options: ConfirmSignInOptions) -> SignInResult {
        client.confirm_sign_in(challenge_response, options)
    }

    /// Has the one-time code of the unfinished sign-in sent once more, where it is the first factor.
    fn resend_sign_in_code(client) -> SignInResult { client.resend_sign_in_code() }

    /// Signs in the user who has just signed up, without asking them anything again.
    fn auto_sign_in(client) -> SignInResult { client.auto_sign_in() }
}
