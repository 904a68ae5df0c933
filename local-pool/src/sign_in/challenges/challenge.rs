//! What every kind of challenge says of itself.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, Learned};
use crate::sign_in::context::{Response, SignIn};
use crate::sign_in::facts::Facts;
use crate::sign_in::lock_out;
use crate::sign_in::sessions::{self, Opened};

/// A kind of challenge.
pub(crate) trait Challenge {
    /// `ChallengeName`
    const NAME: &'static str;
    /// What a wrong answer counts against.
    const COUNTS: Option<lock_out::Of> = None;
    /// Whether an answer, right or wrong, leaves nothing of the session: sent again, it is garbage.
    const FORGOTTEN: bool = false;
    /// Whether the device that an answer names is looked at before it: not where the answer is to prove whose device it
    /// would be.
    const CHECKS_DEVICE_FIRST: bool = true;

    /// What an answer is told once the question would not be put any more.
    fn stale() -> ServiceError {
        ServiceError::invalid_session()
    }

    /// What tells this question from others of the same name.
    fn key(&self) -> String {
        Self::NAME.to_owned()
    }

    /// What the client is sent, and what judging the answer will need.
    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put>;

    /// Finds the attempt that an answer belongs to.
    fn open(sign_in: &SignIn<'_>, response: &Response<'_>) -> Result<Opened, Wrong> {
        Ok(sessions::of_response(sign_in, response, Self::NAME)?)
    }

    /// Judges an answer. The session is taken for it, and given back unless the answer was right or says otherwise.
    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        facts: &Facts<'_>,
    ) -> Result<Learned, Wrong>;
}

/// A challenge that is put.
pub(crate) struct Put {
    /// `ChallengeParameters`
    pub parameters: Map<String, Value>,
    pub state: Value,
    pub kept: Kept,
}

/// How the attempt is found again.
pub(crate) enum Kept {
    /// By the session that the answer carries.
    BySession,
    /// By what else the client sends back; some send no session with it.
    By { hash: [u8; 32], session_too: bool },
    /// By the session, or by this.
    BySessionOr([u8; 32]),
}

impl Put {
    pub fn new(parameters: Map<String, Value>, state: Value) -> Self {
        Self { parameters, state, kept: Kept::BySession }
    }
}

/// What a challenge kept when it was put.
pub(super) fn state_of<T: DeserializeOwned>(attempt: &Attempt) -> Outcome<T> {
    serde_json::from_value(attempt.state.clone()).map_err(|_| ServiceError::invalid_session())
}
