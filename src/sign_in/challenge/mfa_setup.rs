//! `MFA_SETUP`: the pool wants a second factor and the person has none. An authenticator app is set up with
//! `AssociateSoftwareToken` and `VerifySoftwareToken`, an e-mail address with the answer itself.

use super::{Answer, AuthCall, Challenge, Context, IncomingChallenge, NextAction, SignInStep, choice, list};
use crate::error::{Error, InputError, Result, ServiceError};
use crate::factors::{MfaType, TotpSetupDetails};
use crate::protocol::user_pool::{AssociateAnswer, AssociateSoftwareToken, VerifyAnswer, VerifySoftwareToken};
use crate::support::input::check_totp_code;
use crate::support::secret::Secret;
use crate::support::shown::shows;

pub(super) const NAME: &str = "MFA_SETUP";

/// Goes on with the only kind that can be set up, or lets the person choose.
pub(super) fn begin(put: &IncomingChallenge<'_>, context: &Context) -> Result<NextAction> {
    // A phone number cannot be set up here: the service has no call for it.
    let mut offered = list(put, "MFAS_CAN_SETUP")?;
    offered.retain(|name| MfaType::from_name(name) != MfaType::Sms);
    match offered.as_slice() {
        [] => Err(Error::UnsupportedChallenge(format!("{NAME} with no kind that can be set up during a sign-in"))),
        [only] => set_up(&MfaType::from_name(only), context),
        _ => Ok(NextAction::Ask(Challenge::MfaSetupSelection(Selection { offered }))),
    }
}

fn set_up(kind: &MfaType, context: &Context) -> Result<NextAction> {
    match kind {
        MfaType::Totp => {
            let session = context.session.clone();
            Ok(NextAction::Send(AuthCall::Associate(AssociateSoftwareToken { session, access_token: None })))
        }
        MfaType::Email => Ok(NextAction::Ask(Challenge::EmailSetup(EmailSetup))),
        other => Err(Error::UnsupportedChallenge(format!("{NAME} of {}", other.name()))),
    }
}

/// The choice between the kinds.
#[derive(Clone)]
pub(in super::super) struct Selection {
    offered: Vec<String>,
}
shows!(Selection { offered });

impl Selection {
    pub fn step(&self) -> SignInStep {
        let types = self.offered.iter().map(|name| MfaType::from_name(name)).collect();
        SignInStep::ContinueSignInWithMfaSetupSelection { types }
    }

    pub fn answer(&self, text: &str, context: &Context) -> Result<NextAction> {
        let chosen = choice(MfaType::from_name(text).name(), &self.offered)?;
        set_up(&MfaType::from_name(&chosen), context)
    }
}

/// The e-mail address that codes shall go to; `EMAIL_OTP` comes next.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct EmailSetup;

impl EmailSetup {
    pub fn step(self) -> SignInStep {
        SignInStep::ContinueSignInWithEmailMfaSetup
    }

    pub fn answer(self, address: &str, context: &Context) -> Result<AuthCall> {
        if !address.contains('@') {
            return Err(InputError::new("challengeResponse", "should be an e-mail address").into());
        }
        Ok(context.respond(NAME, [("EMAIL", address.into())]))
    }
}

/// An authenticator app whose first code is awaited.
#[derive(Clone)]
pub(in super::super) struct TotpSetup {
    secret: Secret,
    username: String,
    /// The first code was right; only the last request did not come through.
    is_verified: bool,
}
shows!(TotpSetup { is_verified });

/// The service made the secret: the person's app has to know it.
pub(in super::super) fn associated(answer: AssociateAnswer, context: &mut Context) -> Result<NextAction> {
    let secret = answer.secret_code.ok_or_else(|| Error::bad_answer("AssociateSoftwareToken gave no secret"))?;
    context.session = answer.session.or(context.session.take());
    let username = context.username().to_owned();
    Ok(NextAction::Ask(Challenge::TotpSetup(TotpSetup { secret, username, is_verified: false })))
}

/// The app's first code was right, or not.
pub(in super::super) fn verified(answer: VerifyAnswer, context: &mut Context) -> Result<NextAction> {
    let is_verified = answer.is_verified();
    context.session = answer.session.or(context.session.take());
    if !is_verified {
        return Err(mismatch());
    }
    Ok(NextAction::Send(finish(context)))
}

fn finish(context: &Context) -> AuthCall {
    context.respond(NAME, std::iter::empty::<(&str, Secret)>())
}

/// `Status: ERROR` is the modelled form of what the service usually says with this exception.
fn mismatch() -> Error {
    let (exception, text) = ("EnableSoftwareTokenMFAException".to_owned(), "The code is wrong.".to_owned());
    ServiceError { operation: "VerifySoftwareToken", exception, text, status: 200, request_id: None }.into()
}

impl TotpSetup {
    pub fn step(&self) -> SignInStep {
        let shared_secret = self.secret.expose().to_owned();
        let details = TotpSetupDetails { shared_secret, username: self.username.clone() };
        SignInStep::ContinueSignInWithTotpSetup { details }
    }

    pub fn answer(&self, answer: Answer<'_>, context: &Context) -> Result<AuthCall> {
        if self.is_verified {
            return Ok(finish(context));
        }
        Ok(AuthCall::Verify(VerifySoftwareToken {
            access_token: None,
            session: context.session.clone(),
            user_code: check_totp_code("challengeResponse", answer.text)?.into(),
            friendly_device_name: answer.friendly_device_name,
        }))
    }

    pub fn once_verified(self) -> Self {
        Self { is_verified: true, ..self }
    }
}
