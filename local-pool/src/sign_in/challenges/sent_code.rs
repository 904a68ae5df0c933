//! What the challenges with a code in a message share: sending it, and judging the answer.
//!
//! A code belongs to its session and lives as long. A wrong one leaves the session usable.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};

use super::challenge::{Put, state_of};
use super::verdict::Wrong;
use crate::crypto::same_secret;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Fingerprint, FirstProof, Learned, SecondProof};
use crate::sign_in::context::SignIn;
use crate::sign_in::facts::Facts;
use crate::sign_in::second_factor::{self, Decision};
use crate::sign_in::stand_in;
use crate::users::delivery::{self, Destination, Occasion};
use crate::users::first_factors::FirstFactor;
use crate::users::mfa::Factor;
use crate::users::{User, UserStatus, aliases, codes};

/// Anybody can ask for a first factor's code: not without end.
const MOST_AN_HOUR: i64 = 100;

/// A message with a code.
pub(super) struct Message {
    /// What it goes to: `email` or `phone_number`.
    pub attribute: &'static str,
    pub digits: usize,
}

#[derive(Serialize, Deserialize)]
struct SentCode {
    code: String,
    attribute: String,
    address: String,
}

impl Message {
    /// To the user's own address.
    pub async fn send(self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let user = facts.user.as_ref().ok_or_else(ServiceError::invalid_session)?;
        let destination = delivery::destination(user, self.attribute).ok_or_else(|| {
            ServiceError::invalid_parameter(format!("User has no {} to send a code to", self.attribute))
        })?;
        self.deliver(sign_in, attempt, user, &destination).await
    }

    /// As [`Self::send`]; to somebody who is not to be seen it only looks so: no code is sent, and none is right.
    pub async fn send_or_pretend(self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        if facts.visible(attempt).is_some() {
            return self.send(sign_in, attempt, facts).await;
        }
        let destination = delivery::pretended_destination(facts.pool, &attempt.typed);
        let sent = self.code(sign_in, attempt, &destination)?;
        let nobody = stand_in::nobody(&attempt.username, &destination);
        delivery::pretend(sign_in.call, &message(sign_in, &nobody, &destination, &sent.code))?;
        Ok(Put::new(parameters(&attempt.username, &destination), serde_json::to_value(sent)?))
    }

    /// To an address that is not the user's yet.
    pub async fn send_to(
        self,
        sign_in: &SignIn<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
        address: &str,
    ) -> Outcome<Put> {
        let user = facts.user.as_ref().ok_or_else(ServiceError::invalid_session)?;
        let destination = Destination { medium: "EMAIL", attribute: "email", address: address.to_owned() };
        self.deliver(sign_in, attempt, user, &destination).await
    }

    async fn deliver(
        self,
        sign_in: &SignIn<'_>,
        attempt: &Attempt,
        user: &User,
        destination: &Destination,
    ) -> Outcome<Put> {
        let sent = self.code(sign_in, attempt, destination)?;
        delivery::send(sign_in.call, message(sign_in, user, destination, &sent.code)).await?;
        Ok(Put::new(parameters(&attempt.username, destination), serde_json::to_value(sent)?))
    }

    /// A new code, unless there were too many: of pretended ones too, or the limit would tell.
    fn code(&self, sign_in: &SignIn<'_>, attempt: &Attempt, destination: &Destination) -> Outcome<SentCode> {
        let service = &sign_in.call.service;
        codes::limit_requests(service, &sign_in.pool, &attempt.username, "sign-in", MOST_AN_HOUR)?;
        Ok(SentCode {
            code: service.random.digits(self.digits),
            attribute: destination.attribute.into(),
            address: destination.address.clone(),
        })
    }
}

fn message<'a>(
    sign_in: &'a SignIn<'_>,
    user: &'a User,
    destination: &'a Destination,
    code: &'a str,
) -> delivery::Message<'a> {
    delivery::Message {
        occasion: Occasion::SignIn,
        pool: &sign_in.pool,
        client_id: Some(&sign_in.client.id),
        user,
        destination,
        code,
        client_metadata: &sign_in.client_metadata,
    }
}

fn parameters(username: &str, destination: &Destination) -> Map<String, serde_json::Value> {
    Map::from_iter([
        ("USER_ID_FOR_SRP".to_owned(), json!(username)),
        ("CODE_DELIVERY_DELIVERY_MEDIUM".to_owned(), json!(destination.medium)),
        ("CODE_DELIVERY_DESTINATION".to_owned(), json!(destination.masked())),
    ])
}

/// A code that was right.
pub(super) struct RightCode<'a> {
    sign_in: &'a SignIn<'a>,
    attempt: &'a Attempt,
    sent: SentCode,
}

pub(super) fn judge<'a>(
    sign_in: &'a SignIn<'a>,
    attempt: &'a Attempt,
    facts: &Facts<'_>,
    entered: &str,
) -> Result<RightCode<'a>, Wrong> {
    let sent: SentCode = state_of(attempt)?;
    let is_right = same_secret(sent.code.as_bytes(), entered.as_bytes());
    match facts.visible(attempt) {
        Some(_) if is_right => Ok(RightCode { sign_in, attempt, sent }),
        known => {
            let why = if known.is_some() { "wrong code" } else { "unknown user" };
            Err(Wrong::guess(ServiceError::code_mismatch("Invalid code or auth state for the user.").because(why)))
        }
    }
}

impl RightCode<'_> {
    /// In place of the password, it confirms the user as well.
    pub fn first_factor(self, factor: FirstFactor) -> Result<Learned, Wrong> {
        self.sign_in.change_user(self.attempt, |db, user| {
            self.verify(db, user)?;
            if user.status == UserStatus::Unconfirmed {
                user.status = UserStatus::Confirmed;
            }
            Ok(())
        })?;
        Ok(Learned::First(FirstProof::Code { factor, address: self.sent.address }))
    }

    pub fn second_factor(self, factor: Factor) -> Result<Learned, Wrong> {
        self.sign_in.change_user(self.attempt, |db, user| self.verify(db, user))?;
        Ok(self.proof(factor))
    }

    /// Gives the user the address as a second factor, unless they have come by one meanwhile.
    pub fn set_up(self, factor: Factor) -> Result<Learned, Wrong> {
        let pool = &self.sign_in.pool;
        self.sign_in.change_user(self.attempt, |db, user| {
            match second_factor::decide(pool, user) {
                Decision::SetUp(factors) if factors.contains(&factor) => {}
                _ => return Err(ServiceError::invalid_session().because("a factor was set up meanwhile")),
            }
            user.attributes.insert(self.sent.attribute.clone(), self.sent.address.clone());
            user.mfa.activate(factor);
            self.verify(db, user)
        })?;
        Ok(self.proof(factor))
    }

    fn proof(&self, factor: Factor) -> Learned {
        Learned::Second(SecondProof { factor, with: Fingerprint::of(self.sent.address.as_bytes()) })
    }

    /// A right code verifies its address, unless that was changed since the code was sent.
    fn verify(&self, db: &Connection, user: &mut User) -> Outcome<()> {
        if user.attribute(&self.sent.attribute) == Some(&self.sent.address) {
            user.attributes.insert(format!("{}_verified", self.sent.attribute), "true".into());
            aliases::move_verified(db, &self.sign_in.pool, user)?;
        }
        Ok(())
    }
}
