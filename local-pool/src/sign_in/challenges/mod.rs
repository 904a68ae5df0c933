//! The challenges, one file each: its name, how it is put, how an answer is judged and what a right one proves.
//!
//! To add one: a file with its type and [`Challenge`], and a line in [`challenges!`] below. When it is put is decided in
//! `next_step.rs`.

mod challenge;
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

pub(crate) use self::challenge::{Challenge, Kept, Put};
pub(crate) use self::email_otp::Purpose;
pub(crate) use self::verdict::Wrong;

use super::attempt::{Attempt, Learned};
use super::context::{Response, SignIn};
use super::facts::Facts;
use super::lock_out;
use super::sessions::Opened;
use crate::error::{Outcome, ServiceError};

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
