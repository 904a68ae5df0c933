//! The challenges, one file each: its name, how it is put, how an answer is judged and what a right one proves.
//!
//! To add one: a file with its type and [`Challenge`], and a line in [`challenges!`] below. When it is put is decided in
//! `next_step.rs`.

mod custom_challenge;
mod device_password_verifier;
mod device_srp_auth;
mod email_otp;
pub(crate) mod mfa_setup;
mod new_password_required;
mod password_verifier;
pub(crate) mod select_challenge;
mod select_mfa_type;
mod sent_code;
mod sms_mfa;
mod sms_otp;
mod software_token_mfa;
mod srp_claim;
mod timestamp;
mod verdict;
mod web_authn;

use serde_json::{Map, Value};

pub(crate) use self::email_otp::Purpose;
pub(crate) use self::verdict::Wrong;

use super::attempt::{Attempt, Learned};
use super::context::{Response, SignIn};
use super::facts::Facts;
use super::lock_out;
use super::sessions::{self, Opened};
use crate::error::{Outcome, ServiceError};

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

macro_rules! challenges {
    ($($module:ident::$name:ident),+ $(,)?) => {
        $(pub(crate) use self::$module::$name;)+

        /// A question to the person or their software.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(crate) enum Question {
            $($name($name)),+
        }

        $(impl From<$name> for Question {
            fn from(challenge: $name) -> Self {
                Self::$name(challenge)
            }
        })+

        impl Question {
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => <$name as Challenge>::NAME),+ }
            }

            pub fn key(&self) -> String {
                match self { $(Self::$name(challenge) => challenge.key()),+ }
            }

            pub async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
                match self { $(Self::$name(challenge) => challenge.put(sign_in, attempt, facts).await),+ }
            }
        }

        impl Answered {
            /// The challenge of a name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $(<$name as Challenge>::NAME => Some(Self::$name),)+ _ => None }
            }

            pub fn name(self) -> &'static str {
                match self { $(Self::$name => <$name as Challenge>::NAME),+ }
            }

            pub fn counts(self) -> Option<lock_out::Of> {
                match self { $(Self::$name => <$name as Challenge>::COUNTS),+ }
            }

            pub fn is_forgotten(self) -> bool {
                match self { $(Self::$name => <$name as Challenge>::FORGOTTEN),+ }
            }

            pub fn checks_device_first(self) -> bool {
                match self { $(Self::$name => <$name as Challenge>::CHECKS_DEVICE_FIRST),+ }
            }

            pub fn stale(self) -> ServiceError {
                match self { $(Self::$name => <$name as Challenge>::stale()),+ }
            }

            pub fn open(self, sign_in: &SignIn<'_>, response: &Response<'_>) -> Result<Opened, Wrong> {
                match self { $(Self::$name => <$name as Challenge>::open(sign_in, response)),+ }
            }

            pub async fn judge(
                self,
                sign_in: &SignIn<'_>,
                response: &Response<'_>,
                attempt: &Attempt,
                facts: &Facts<'_>,
            ) -> Result<Learned, Wrong> {
                match self { $(Self::$name => <$name as Challenge>::judge(sign_in, response, attempt, facts).await),+ }
            }
        }

        /// The challenge that an answer is to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Answered {
            $($name),+
        }
    };
}

challenges! {
    custom_challenge::CustomChallenge,
    device_password_verifier::DevicePasswordVerifier,
    device_srp_auth::DeviceSrpAuth,
    email_otp::EmailOtp,
    mfa_setup::MfaSetup,
    new_password_required::NewPasswordRequired,
    password_verifier::PasswordVerifier,
    select_challenge::SelectChallenge,
    select_mfa_type::SelectMfaType,
    sms_mfa::SmsMfa,
    sms_otp::SmsOtp,
    software_token_mfa::SoftwareTokenMfa,
    web_authn::WebAuthn,
}

/// What a challenge kept when it was put.
fn state_of<T: serde::de::DeserializeOwned>(attempt: &Attempt) -> Outcome<T> {
    serde_json::from_value(attempt.state.clone()).map_err(|_| ServiceError::invalid_session())
}
