//! The challenges that the service may put, each in one file.

mod custom;
mod device_password_verifier;
mod device_srp_auth;
mod mfa_setup;
mod new_password;
mod one_time_code;
mod password;
mod password_verifier;
mod select_challenge;
mod select_mfa_type;
mod sms_mfa;
mod software_token_mfa;
mod srp_proof;
mod web_authn;

use std::collections::BTreeMap;

use crate::error::{Error, ErrorCode, InputError, Result, Verdict};
use crate::factors::{CodeDeliveryDetails, DeliveryMedium, FirstFactor};
use crate::protocol::user_pool::UserAttribute;

use super::call::AuthCall;
use super::context::{Context, Inputs};
use super::step::SignInStep;

pub(super) use mfa_setup::{associated, verified};

/// A challenge that waits for the person.
#[derive(Clone, Debug)]
pub(super) enum Challenge {
    Custom(custom::Custom),
    EmailSetup(mfa_setup::EmailSetup),
    MfaSetupSelection(mfa_setup::Selection),
    MfaSelection(select_mfa_type::MfaSelection),
    NewPassword(new_password::NewPassword),
    OneTimeCode(one_time_code::OneTimeCode),
    Password(password::Password),
    FirstFactorSelection(select_challenge::FirstFactorSelection),
    SmsMfa(sms_mfa::SmsMfa),
    SoftwareTokenMfa(software_token_mfa::SoftwareTokenMfa),
    TotpSetup(mfa_setup::TotpSetup),
    WebAuthn(web_authn::WebAuthn),
}

/// A challenge as the service puts it.
pub(super) struct IncomingChallenge<'a> {
    pub name: &'a str,
    pub parameters: BTreeMap<String, String>,
    /// `AvailableChallenges`.
    pub available: Vec<String>,
}

/// The person's answer.
pub(super) struct Answer<'a> {
    pub text: &'a str,
    pub user_attributes: Vec<UserAttribute>,
    pub friendly_device_name: Option<String>,
}

/// What comes next.
#[derive(Debug)]
pub(super) enum NextAction {
    /// A question to the person.
    Ask(Challenge),
    /// A request.
    Send(AuthCall),
}

/// Takes up a challenge of the service.
pub(super) fn enter(put: IncomingChallenge<'_>, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
    Ok(NextAction::Ask(match put.name {
        custom::NAME => Challenge::Custom(custom::Custom::new(put.parameters)),
        device_srp_auth::NAME => return device_srp_auth::begin(context, inputs).map(NextAction::Send),
        device_password_verifier::NAME => {
            return device_password_verifier::prove(&put, context, inputs).map(NextAction::Send);
        }
        mfa_setup::NAME => return mfa_setup::begin(&put, context),
        new_password::NAME => Challenge::NewPassword(new_password::NewPassword::new(put.parameters)),
        one_time_code::EMAIL | one_time_code::SMS => Challenge::OneTimeCode(one_time_code::OneTimeCode::new(&put)),
        password::PLAIN | password::SRP => {
            return password::Password::put(FirstFactor::from_name(put.name)).begin(context, inputs);
        }
        password_verifier::NAME => return password_verifier::prove(&put, context, inputs).map(NextAction::Send),
        select_challenge::NAME => {
            Challenge::FirstFactorSelection(select_challenge::FirstFactorSelection::new(&put.available))
        }
        select_mfa_type::NAME => Challenge::MfaSelection(select_mfa_type::MfaSelection::new(&put)?),
        sms_mfa::NAME => Challenge::SmsMfa(sms_mfa::SmsMfa::new(&put)),
        software_token_mfa::NAME => Challenge::SoftwareTokenMfa(software_token_mfa::SoftwareTokenMfa::new(&put)),
        web_authn::NAME => Challenge::WebAuthn(web_authn::WebAuthn::new(&put)?),
        _ => return Err(Error::UnsupportedChallenge(put.name.to_owned())),
    }))
}

impl Challenge {
    /// The password for a choice-based sign-in that begins with it.
    pub fn password_anew(factor: FirstFactor) -> Self {
        Self::Password(password::Password::anew(factor))
    }

    /// What to ask the person.
    pub fn step(&self) -> SignInStep {
        match self {
            Self::Custom(challenge) => challenge.step(),
            Self::EmailSetup(challenge) => challenge.step(),
            Self::MfaSetupSelection(challenge) => challenge.step(),
            Self::MfaSelection(challenge) => challenge.step(),
            Self::NewPassword(challenge) => challenge.step(),
            Self::OneTimeCode(challenge) => challenge.step(),
            Self::Password(challenge) => challenge.step(),
            Self::FirstFactorSelection(challenge) => challenge.step(),
            Self::SmsMfa(challenge) => challenge.step(),
            Self::SoftwareTokenMfa(challenge) => challenge.step(),
            Self::TotpSetup(challenge) => challenge.step(),
            Self::WebAuthn(challenge) => challenge.step(),
        }
    }

    /// What the person's answer leads to.
    pub fn answer(&self, answer: Answer<'_>, context: &mut Context, inputs: Inputs<'_>) -> Result<NextAction> {
        match self {
            Self::Custom(challenge) => Ok(NextAction::Send(challenge.answer(answer.text, context))),
            Self::EmailSetup(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
            Self::MfaSetupSelection(challenge) => challenge.answer(answer.text, context),
            Self::MfaSelection(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
            Self::NewPassword(challenge) => challenge.answer(answer, context).map(NextAction::Send),
            Self::OneTimeCode(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
            Self::Password(challenge) => challenge.answer(answer.text, context, inputs),
            Self::FirstFactorSelection(challenge) => challenge.answer(answer.text, context, inputs),
            Self::SmsMfa(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
            Self::SoftwareTokenMfa(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
            Self::TotpSetup(challenge) => challenge.answer(answer, context).map(NextAction::Send),
            Self::WebAuthn(challenge) => challenge.answer(answer.text, context).map(NextAction::Send),
        }
    }

    /// What is still open while the library goes on by itself after the answer was taken.
    pub fn while_the_library_answers(self) -> Option<Self> {
        match self {
            Self::Password(challenge) => Some(Self::Password(challenge.into_anew())),
            Self::TotpSetup(challenge) => Some(Self::TotpSetup(challenge.once_verified())),
            _ => None,
        }
    }

    /// The question that can be answered again after this failure, if it can.
    pub fn after_refusal(self, error: &Error) -> Option<Self> {
        let code = error.code();
        match self {
            Self::Password(challenge) => challenge.after_refusal(error).map(Self::Password),
            // An attribute that the user has already is refused so.
            Self::NewPassword(_) if code == ErrorCode::NotAuthorized => Some(self),
            // One of several choices may not work, and another one still can.
            Self::MfaSelection(_) | Self::MfaSetupSelection(_) | Self::FirstFactorSelection(_)
                if cannot_be_used(code) =>
            {
                Some(self)
            }
            challenge => leaves_open(error).then_some(challenge),
        }
    }

    /// The first factor that sends this challenge's code, if the sign-in can begin anew with it.
    pub fn resend(&self, context: &Context) -> Option<FirstFactor> {
        match self {
            Self::OneTimeCode(challenge) => challenge.resend(context),
            _ => None,
        }
    }
}

/// Whether a factor is refused that another choice would avoid.
fn cannot_be_used(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::MfaMethodNotFound | ErrorCode::Misconfigured | ErrorCode::TotpNotSetUp | ErrorCode::Unsupported
    )
}

/// Whether a question can be answered again after this failure: it was no verdict on the answer, or one that the person
/// can make good.
fn leaves_open(error: &Error) -> bool {
    error.verdict() == Verdict::None
        || matches!(
            error.code(),
            ErrorCode::AliasExists
                | ErrorCode::CodeDeliveryFailed
                | ErrorCode::CodeExpired
                | ErrorCode::CodeMismatch
                | ErrorCode::InvalidParameter
                | ErrorCode::InvalidPassword
                | ErrorCode::LambdaRejected
                | ErrorCode::PasswordReused
                | ErrorCode::TotpCodeMismatch
        )
}

/// Where the code of a challenge went.
fn delivery(put: &IncomingChallenge<'_>) -> CodeDeliveryDetails {
    let parameter = |name: &str| put.parameters.get(name).filter(|value| !value.is_empty()).cloned();
    CodeDeliveryDetails {
        destination: parameter("CODE_DELIVERY_DESTINATION"),
        medium: parameter("CODE_DELIVERY_DELIVERY_MEDIUM").map(DeliveryMedium::from_wire),
        attribute_name: None,
    }
}

/// A JSON array of texts inside a challenge parameter.
fn list(put: &IncomingChallenge<'_>, parameter: &str) -> Result<Vec<String>> {
    let text = put.parameters.get(parameter).map_or("[]", String::as_str);
    serde_json::from_str(text).map_err(|_| Error::bad_answer(format!("{parameter} of {} is not a list", put.name)))
}

/// One of the names that the person could choose among.
fn choice(text: &str, offered: &[String]) -> Result<String, InputError> {
    let problem = || format!("is none of {}", offered.join(", "));
    offered.iter().find(|name| *name == text).cloned().ok_or_else(|| InputError::new("challengeResponse", problem()))
}
