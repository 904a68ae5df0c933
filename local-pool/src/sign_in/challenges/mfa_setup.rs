//! MFA_SETUP: the pool requires a second factor and the user has none. An authenticator app is set up by
//! AssociateSoftwareToken and VerifySoftwareToken with this challenge's session, an e-mail address by naming it.
//!
//! The secret that is handed out is the session's own: nobody else's session, and no access token, verifies it.

use serde::{Deserialize, Serialize};

use super::challenge::{Challenge, Put, state_of};
use super::verdict::Wrong;
use crate::crypto::totp;
use crate::error::{Outcome, ServiceError};
use crate::model::software_token::SoftwareToken;
use crate::sign_in::attempt::{Attempt, Choice, Learned, SecondProof};
use crate::sign_in::context::{Response, SignIn};
use crate::sign_in::facts::Facts;
use crate::sign_in::second_factor::{self, Decision};
use crate::store::users;
use crate::users::mfa::Factor;
use crate::users::{attributes, names};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MfaSetup {
    pub factors: Vec<Factor>,
}

#[derive(Default, Serialize, Deserialize)]
struct State {
    /// Handed out and not verified, in base32.
    secret: Option<String>,
    /// What VerifySoftwareToken proved.
    proof: Option<SecondProof>,
}

impl Challenge for MfaSetup {
    const NAME: &'static str = "MFA_SETUP";

    async fn put(&self, _: &SignIn<'_>, attempt: &Attempt, _: &Facts<'_>) -> Outcome<Put> {
        let parameters = second_factor::parameters(&attempt.username, "MFAS_CAN_SETUP", &self.factors);
        Ok(Put::new(parameters, serde_json::to_value(State::default())?))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        if let Some(email) = response.parameters.get("EMAIL").filter(|email| !email.is_empty()) {
            check_email(sign_in, attempt, facts, email)?;
            return Ok(Learned::Choice(Choice::SetUp { email: email.clone() }));
        }
        let State { proof, .. } = state_of(attempt)?;
        let not_set_up =
            || ServiceError::software_token_mfa_not_found("Software token MFA is not set up for the user").into();
        proof.map(Learned::Second).ok_or_else(not_set_up)
    }
}

/// What VerifySoftwareToken proved with this attempt's session.
pub(crate) fn verified(attempt: &Attempt) -> Option<SecondProof> {
    let is_asked = attempt.asked.as_deref() == Some(MfaSetup::NAME);
    state_of::<State>(attempt).ok().filter(|_| is_asked)?.proof
}

/// Hands a secret out; one that was handed out before with this session does not count any more.
pub(crate) fn hand_out(sign_in: &SignIn<'_>, attempt: &mut Attempt) -> Outcome<String> {
    if !sign_in.pool.mfa.enables(Factor::SoftwareTokenMfa) {
        let text = "Software Token MFA has not been enabled by the userPool";
        return Err(ServiceError::software_token_mfa_not_found(text));
    }
    let secret = totp::encode(&sign_in.call.service.random.bytes::<32>());
    attempt.state = serde_json::to_value(State { secret: Some(secret.clone()), proof: None })?;
    Ok(secret)
}

/// Makes the app with the secret that was handed out the user's second factor, if `code` is of it and the user has come
/// by none meanwhile.
pub(crate) fn verify(sign_in: &SignIn<'_>, attempt: &mut Attempt, code: &str, name: Option<String>) -> Outcome<()> {
    let State { secret, .. } = state_of(attempt)?;
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    let no_secret = || ServiceError::software_token_mfa_not_found(NO_SECRET);
    let secret = secret.ok_or_else(no_secret)?;
    let token = SoftwareToken::verify(&secret, code, service.now_ms(), name).ok_or_else(mismatch)?;
    let proof = sign_in.change_user(attempt, |_, user| {
        if !matches!(second_factor::decide(pool, user), Decision::SetUp(_)) {
            return Err(ServiceError::invalid_session().because("a factor was set up meanwhile"));
        }
        user.mfa.software_token = Some(token);
        user.mfa.activate(Factor::SoftwareTokenMfa);
        Ok(SecondProof::of(Factor::SoftwareTokenMfa, user))
    })?;
    attempt.state = serde_json::to_value(State { secret: None, proof })?;
    Ok(())
}

pub(crate) const NO_SECRET: &str = "No software token has been associated with the user";

pub(crate) fn mismatch() -> ServiceError {
    ServiceError::enable_software_token_mfa("Code mismatch and fail enable Software Token MFA")
}

fn check_email(sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>, email: &str) -> Outcome<()> {
    let offers = |user| matches!(second_factor::decide(facts.pool, user), Decision::SetUp(all) if all.contains(&Factor::EmailOtp));
    if !facts.user.as_ref().is_some_and(offers) {
        return Err(ServiceError::invalid_parameter("EMAIL_OTP is not among the factors that can be set up."));
    }
    let pool = facts.pool;
    attributes::check_values(pool, &[("email".to_owned(), email.to_owned())].into())?;
    let is_name = |names: &[String]| names.iter().any(|name| name == "email");
    if is_name(&pool.settings.username_attributes) || is_name(&pool.settings.alias_attributes) {
        let owner = sign_in.call.service.store.read(|db| users::owner_of(db, pool, email, &attempt.username))?;
        if owner.is_some() {
            return Err(ServiceError::alias_exists(names::taken_text("email")));
        }
    }
    Ok(())
}
