//! What a user can begin a sign-in by choice (`USER_AUTH`) with.

use serde::{Deserialize, Serialize};

use super::{Attributes, User, UserStatus};
use crate::pools::{Client, Pool};

/// A first factor, under its name on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FirstFactor {
    PasswordSrp,
    Password,
    EmailOtp,
    SmsOtp,
    WebAuthn,
}

impl FirstFactor {
    /// In the order lists of them have.
    const ALL: [Self; 5] = [Self::PasswordSrp, Self::Password, Self::EmailOtp, Self::SmsOtp, Self::WebAuthn];

    pub fn name(self) -> &'static str {
        match self {
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::Password => "PASSWORD",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }

    /// The factor whose codes go to an attribute.
    pub fn of_attribute(attribute: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.attribute() == Some(attribute))
    }

    /// The attribute that codes go to.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::EmailOtp => Some("email"),
            Self::SmsOtp => Some("phone_number"),
            Self::PasswordSrp | Self::Password | Self::WebAuthn => None,
        }
    }

    /// Whether `AllowedFirstAuthFactors` has it.
    pub fn is_allowed(self, pool: &Pool) -> bool {
        let name = if self == Self::PasswordSrp { Self::Password.name() } else { self.name() };
        pool.settings.policies.sign_in_policy.allowed_first_auth_factors.iter().any(|allowed| allowed == name)
    }
}

/// What a user has set up: a password, addresses that codes go to, a passkey. Passwords need not be allowed.
pub(crate) fn configured(pool: &Pool, user: &User, has_passkey: bool) -> Vec<FirstFactor> {
    let is_configured = |factor: &FirstFactor| match factor {
        FirstFactor::PasswordSrp | FirstFactor::Password => user.has_password(),
        FirstFactor::WebAuthn => has_passkey && factor.is_allowed(pool),
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => {
            let address = factor.attribute().and_then(|attribute| user.attribute(attribute));
            address.is_some_and(|address| !address.is_empty()) && factor.is_allowed(pool)
        }
    };
    if user.status == UserStatus::ExternalProvider {
        return Vec::new();
    }
    FirstFactor::ALL.into_iter().filter(is_configured).collect()
}

/// What a user can begin with now: what is configured, as far as the second factor and the state of the password
/// leave it.
pub(crate) fn available(pool: &Pool, user: &User, has_passkey: bool) -> Vec<FirstFactor> {
    let only_password = user.status == UserStatus::ForceChangePassword;
    let second_factor = asks_for_second_factor(pool, user);
    let is_available = |factor: &FirstFactor| match factor {
        FirstFactor::PasswordSrp | FirstFactor::Password => true,
        FirstFactor::EmailOtp | FirstFactor::SmsOtp => !only_password && !second_factor,
        FirstFactor::WebAuthn => !only_password && (!second_factor || stands_for_both(pool, user)),
    };
    let mut factors = configured(pool, user, has_passkey);
    factors.retain(is_available);
    factors
}

/// Whether a passkey of this user, who was verified, stands for both factors.
pub(crate) fn stands_for_both(pool: &Pool, user: &User) -> bool {
    pool.passkeys_are_two_factors() && user.mfa.web_authn
}

/// Whether somebody can sign up without a password: a code can reach them, and the client starts such sign-ins.
pub(crate) fn can_do_without_password(pool: &Pool, client: &Client, attributes: &Attributes) -> bool {
    let has = |attribute: &str| attributes.get(attribute).is_some_and(|value| !value.is_empty());
    let reached = codes_of(pool).any(|factor| factor.attribute().is_some_and(has));
    client.allows("ALLOW_USER_AUTH") && reached
}

/// Whether a code can be the first factor of anybody.
pub(crate) fn codes_sign_in(pool: &Pool) -> bool {
    codes_of(pool).next().is_some()
}

fn codes_of(pool: &Pool) -> impl Iterator<Item = FirstFactor> {
    let required = pool.settings.mfa_configuration == "ON";
    [FirstFactor::EmailOtp, FirstFactor::SmsOtp].into_iter().filter(move |factor| !required && factor.is_allowed(pool))
}

fn asks_for_second_factor(pool: &Pool, user: &User) -> bool {
    match pool.settings.mfa_configuration.as_str() {
        "ON" => true,
        "OPTIONAL" => !user.mfa.active.is_empty(),
        _ => false,
    }
}
