//! What comes next in a sign-in: one pure function of what was proven and of what is so now.
//!
//! It is asked at every step anew, also before an answer is judged: an answer counts only to the question that would be
//! put now. So a password that was changed, a factor that was set up and a user who was disabled meanwhile count at once.

use super::attempt::{Attempt, Choice, CustomState, FirstProof, Flow, Said};
use super::challenges::{
    Challenge as _, CustomChallenge, DevicePasswordVerifier, DeviceSrpAuth, EmailOtp, MfaSetup, NewPasswordRequired,
    PasswordVerifier, Purpose, Question, SelectChallenge, SelectMfaType, SmsMfa, SmsOtp, SoftwareTokenMfa, WebAuthn,
    mfa_setup,
};
use super::device;
use super::facts::Facts;
use super::second_factor::{self, Decision};
use crate::error::ServiceError;
use crate::events;
use crate::users::first_factors::{self, FirstFactor};
use crate::users::mfa::Factor;
use crate::users::{User, UserStatus};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Ask(Question),
    /// The custom flow's define trigger has to say.
    Define,
    Tokens,
}

/// Why a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// What was proven is not so any more.
    Stale,
    /// The user was deleted.
    Gone {
        hidden: bool,
    },
    WrongCredentials,
    Disabled,
    NotConfirmed,
    ResetRequired,
    TemporaryPasswordExpired,
    /// A second factor is required, and the user has none that could be asked for or set up.
    NoFactor,
    /// The define trigger wants what cannot be.
    Unrecognizable,
}

type Step = Result<Next, Refusal>;

pub(crate) fn next_step(attempt: &Attempt, facts: &Facts<'_>) -> Step {
    if attempt.sub.is_some() && facts.user.is_none() {
        return Err(Refusal::Gone { hidden: facts.hides });
    }
    match &attempt.custom {
        Some(custom) => custom_step(attempt, custom, facts),
        None => step(attempt, facts),
    }
}

/// The flows in which the pool decides.
fn step(attempt: &Attempt, facts: &Facts<'_>) -> Step {
    let Some(proof) = &attempt.proven.first else { return first_factor(attempt, facts) };
    let user = provers_user(proof, facts)?;
    check_state(proof, user, facts)?;
    match user.status {
        UserStatus::ForceChangePassword => return Ok(ask(NewPasswordRequired)),
        UserStatus::Unconfirmed => return Err(Refusal::NotConfirmed),
        UserStatus::ResetRequired => return Err(Refusal::ResetRequired),
        UserStatus::ExternalProvider => return Err(Refusal::WrongCredentials),
        UserStatus::Confirmed => {}
    }
    match beside(attempt, user, facts)? {
        Some(question) => Ok(Next::Ask(question)),
        None => Ok(Next::Tokens),
    }
}

/// The flow in which the define trigger decides. The pool's second factor follows a password that was proven; a
/// remembered device proves itself after the last round.
fn custom_step(attempt: &Attempt, custom: &CustomState, facts: &Facts<'_>) -> Step {
    let proven = attempt.proven.first.as_ref();
    let mut replacement_is_due = false;
    match (proven, &facts.user) {
        (Some(proof), _) => {
            let user = provers_user(proof, facts)?;
            check_state(proof, user, facts)?;
            // A password that has to be replaced is no reason to ask for more yet.
            replacement_is_due = matches!(user.status, UserStatus::ForceChangePassword | UserStatus::ResetRequired);
            if user.status == UserStatus::Confirmed
                && let Some(question) = second_factor(attempt, user, facts)?
            {
                return Ok(Next::Ask(question));
            }
        }
        (None, Some(user)) if !user.enabled && !facts.hides => return Err(Refusal::Disabled),
        (None, _) => {}
    }
    let begins_with_srp = attempt.srp_a.is_some() && proven.is_none() && custom.history.len() == 1;
    match &custom.said {
        None => Ok(Next::Define),
        Some(Said::Fail) => Err(Refusal::WrongCredentials),
        Some(Said::Tokens) => {
            // Nobody is signed in who is not there.
            let user = facts.visible(attempt).ok_or(Refusal::WrongCredentials)?;
            match user.status {
                UserStatus::Unconfirmed => Err(Refusal::NotConfirmed),
                UserStatus::ExternalProvider => Err(Refusal::WrongCredentials),
                _ if attempt.proven.second.as_ref().is_some_and(|proof| proof.holds(user)) => Ok(Next::Tokens),
                _ => Ok(device_proof(attempt, facts).map_or(Next::Tokens, Next::Ask)),
            }
        }
        Some(Said::Challenge(name)) => match name.as_str() {
            CustomChallenge::NAME => Ok(ask(CustomChallenge)),
            PasswordVerifier::NAME if begins_with_srp => Ok(ask(PasswordVerifier)),
            NewPasswordRequired::NAME if replacement_is_due => Ok(ask(NewPasswordRequired)),
            _ => Err(Refusal::Unrecognizable),
        },
    }
}

fn first_factor(attempt: &Attempt, facts: &Facts<'_>) -> Step {
    match (attempt.flow, &attempt.choice) {
        (Flow::UserSrp, _) => Ok(ask(PasswordVerifier)),
        (Flow::Choice, Some(Choice::First(factor))) => {
            if !facts.first_factors(attempt).contains(factor) {
                return Err(Refusal::Stale);
            }
            let is_disabled = facts.visible(attempt).is_some_and(|user| !user.enabled);
            match factor {
                FirstFactor::PasswordSrp => Ok(ask(PasswordVerifier)),
                // It comes with its proof or not at all.
                FirstFactor::Password => Err(Refusal::WrongCredentials),
                _ if is_disabled => Err(Refusal::Disabled),
                FirstFactor::WebAuthn => Ok(ask(WebAuthn)),
                FirstFactor::EmailOtp => Ok(ask(EmailOtp { purpose: Purpose::FirstFactor })),
                FirstFactor::SmsOtp => Ok(ask(SmsOtp)),
            }
        }
        (Flow::Choice, _) => match facts.first_factors(attempt) {
            factors if factors.is_empty() => Err(Refusal::WrongCredentials),
            factors => Ok(ask(SelectChallenge { factors })),
        },
        (Flow::UserPassword | Flow::Custom, _) => Err(Refusal::WrongCredentials),
    }
}

/// What is proven beside the first factor: a remembered device, a second factor or nothing.
fn beside(attempt: &Attempt, user: &User, facts: &Facts<'_>) -> Result<Option<Question>, Refusal> {
    if stands_for_both(attempt, user, facts) {
        return Ok(None);
    }
    match second_factor(attempt, user, facts)? {
        Some(question) => Ok(Some(question)),
        None if attempt.proven.second.as_ref().is_some_and(|proof| proof.holds(user)) => Ok(None),
        None => Ok(device_proof(attempt, facts)),
    }
}

/// The second factor, unless it is proven, not asked for, or a remembered device stands for it.
fn second_factor(attempt: &Attempt, user: &User, facts: &Facts<'_>) -> Result<Option<Question>, Refusal> {
    if mfa_setup::verified(attempt).is_some_and(|proof| proof.holds(user)) {
        return Ok(Some(MfaSetup { factors: Vec::new() }.into()));
    }
    let decision = second_factor::decide(facts.pool, user);
    let proven = attempt.proven.second.as_ref().filter(|proof| proof.holds(user)).map(|proof| proof.factor);
    let is_remembered = facts.device.as_ref().is_some_and(|device| device.remembered);
    if is_remembered && proven.is_none() && device::stands_for(facts.pool, &decision) {
        return Ok(None);
    }
    match decision {
        Decision::NotAsked => Ok(None),
        Decision::Impossible => Err(Refusal::NoFactor),
        Decision::Ask(factor) if proven == Some(factor) => Ok(None),
        Decision::Choose(factors) if proven.is_some_and(|factor| factors.contains(&factor)) => Ok(None),
        Decision::Ask(factor) => Ok(Some(of_factor(factor))),
        Decision::Choose(factors) => match &attempt.choice {
            Some(Choice::Second(factor)) if factors.contains(factor) => Ok(Some(of_factor(*factor))),
            _ => Ok(Some(SelectMfaType { factors }.into())),
        },
        Decision::SetUp(factors) => match &attempt.choice {
            Some(Choice::SetUp { email }) if factors.contains(&Factor::EmailOtp) => {
                Ok(Some(EmailOtp { purpose: Purpose::SetUp { email: email.clone() } }.into()))
            }
            _ => Ok(Some(MfaSetup { factors }.into())),
        },
    }
}

/// The proof of a remembered device, unless it was given.
fn device_proof(attempt: &Attempt, facts: &Facts<'_>) -> Option<Question> {
    let device = facts.device.as_ref().filter(|device| device.remembered)?;
    let device_key = device.key.clone();
    match (&attempt.proven.device, &attempt.choice) {
        (Some(proof), _) if proof.holds(device) => None,
        (_, Some(Choice::Device { .. })) => Some(DevicePasswordVerifier { device_key }.into()),
        _ => Some(DeviceSrpAuth { device_key }.into()),
    }
}

fn of_factor(factor: Factor) -> Question {
    match factor {
        Factor::SmsMfa => SmsMfa.into(),
        Factor::SoftwareTokenMfa => SoftwareTokenMfa.into(),
        Factor::EmailOtp => EmailOtp { purpose: Purpose::SecondFactor }.into(),
    }
}

fn ask(challenge: impl Into<Question>) -> Next {
    Next::Ask(challenge.into())
}

/// The user, if what was proven first still proves something.
fn provers_user<'a>(proof: &FirstProof, facts: &'a Facts<'_>) -> Result<&'a User, Refusal> {
    facts.user.as_ref().filter(|_| facts.holds(proof)).ok_or(Refusal::Stale)
}

fn check_state(proof: &FirstProof, user: &User, facts: &Facts<'_>) -> Result<(), Refusal> {
    if !user.enabled {
        return Err(Refusal::Disabled);
    }
    if user.status != UserStatus::ForceChangePassword {
        return Ok(());
    }
    match (proof, user.temporary_until_ms) {
        (FirstProof::Password { .. }, Some(until)) if until <= facts.now_ms => Err(Refusal::TemporaryPasswordExpired),
        (FirstProof::Password { .. }, _) => Ok(()),
        // Only the password that an administrator gave can be replaced.
        _ => Err(Refusal::Stale),
    }
}

/// Whether a passkey was proven that counts for both factors.
fn stands_for_both(attempt: &Attempt, user: &User, facts: &Facts<'_>) -> bool {
    let by_passkey = matches!(attempt.proven.first, Some(FirstProof::Passkey { .. }));
    by_passkey && first_factors::stands_for_both(facts.pool, user)
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Stale => Self::invalid_session().because("what was proven is not so any more"),
            Refusal::Gone { hidden: true } => Self::wrong_credentials().because("the user was deleted"),
            Refusal::Gone { hidden: false } => Self::no_such_user(),
            Refusal::WrongCredentials => Self::wrong_credentials(),
            Refusal::Disabled => Self::not_authorized("User is disabled."),
            Refusal::NotConfirmed => Self::user_not_confirmed("User is not confirmed."),
            Refusal::ResetRequired => Self::password_reset_required("Password reset required for the user"),
            Refusal::TemporaryPasswordExpired => {
                Self::not_authorized("Temporary password has expired and must be reset by an administrator.")
            }
            Refusal::NoFactor => Self::invalid_user_pool_configuration(
                "MFA is required, and the user has no factor that can be used or set up.",
            ),
            Refusal::Unrecognizable => events::unrecognizable(),
        }
    }
}
