//! What has to be proven, said once more and otherwise: not a line is shared with the pool. It knows what people have
//! and what a pool requires now, and judges tokens by what their sign-in has proven.

use std::collections::BTreeSet;

/// Second factors, under their names on the wire.
pub const SMS: &str = "SMS_MFA";
pub const APP: &str = "SOFTWARE_TOKEN_MFA";
pub const MAIL: &str = "EMAIL_OTP";

/// A secret: no two are the same, though they may read alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    pub text: String,
    pub number: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    Temporary,
    Reset,
}

/// A person, from when they were made until they were deleted.
#[derive(Clone, Debug)]
pub struct Person {
    /// Whoever takes a name again is another.
    pub number: u32,
    pub enabled: bool,
    pub status: Status,
    pub password: Secret,
    pub mail: Option<String>,
    pub phone: Option<String>,
    pub app: Option<Secret>,
    pub active: BTreeSet<&'static str>,
    pub preferred: Option<&'static str>,
    pub passkeys: Vec<String>,
    /// Keys and secrets of remembered devices.
    pub devices: Vec<String>,
}

/// What was proven first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum First {
    Password(Secret),
    Mail(String),
    Phone(String),
    Passkey(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Second {
    App(Secret),
    Mail(String),
    Phone(String),
}

/// What a sign-in has proven so far.
#[derive(Clone, Debug, Default)]
pub struct Proven {
    pub first: Option<First>,
    pub second: Option<Second>,
    pub device: Option<String>,
    pub custom: bool,
}

/// Which second factor a sign-in needs.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Needs {
    Nothing,
    OneOf(Vec<&'static str>),
    /// There is none: one has to be set up.
    SetUp,
}

impl Person {
    fn has(&self, factor: &str) -> bool {
        match factor {
            SMS => self.phone.is_some(),
            MAIL => self.mail.is_some(),
            _ => self.app.is_some(),
        }
    }

    /// The table of the developer guide, for a pool with all factors and without a rule for recovery.
    fn needs(&self, mfa: &str) -> Needs {
        let usable: Vec<&'static str> = [SMS, APP, MAIL].into_iter().filter(|factor| self.has(factor)).collect();
        let preferred = self.preferred.filter(|factor| usable.contains(factor));
        match (mfa, preferred) {
            ("OFF", _) => Needs::Nothing,
            (_, Some(preferred)) => Needs::OneOf(vec![preferred]),
            ("ON", None) if usable.is_empty() => Needs::SetUp,
            ("ON", None) => Needs::OneOf(usable),
            (_, None) => {
                let active: Vec<_> = usable.into_iter().filter(|factor| self.active.contains(factor)).collect();
                if active.is_empty() { Needs::Nothing } else { Needs::OneOf(active) }
            }
        }
    }

    pub fn has_to_set_up(&self, mfa: &str) -> bool {
        self.needs(mfa) == Needs::SetUp
    }

    fn still_has(&self, first: &First) -> bool {
        match first {
            First::Password(secret) => *secret == self.password,
            First::Mail(address) => self.mail.as_ref() == Some(address),
            First::Phone(number) => self.phone.as_ref() == Some(number),
            First::Passkey(id) => self.passkeys.contains(id),
        }
    }

    /// The factor of a proof, if it still proves something.
    fn counts(&self, second: &Second) -> Option<&'static str> {
        let (factor, holds) = match second {
            Second::App(secret) => (APP, self.app.as_ref() == Some(secret)),
            Second::Mail(address) => (MAIL, self.mail.as_ref() == Some(address)),
            Second::Phone(number) => (SMS, self.phone.as_ref() == Some(number)),
        };
        holds.then_some(factor)
    }
}

/// Whose sign-in it is, and by which flow.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    pub number: u32,
    pub is_custom: bool,
}

/// Why tokens may not come; None when they may.
pub fn objection(person: Option<&Person>, claim: Claim, proven: &Proven, mfa: &str) -> Option<String> {
    let Some(person) = person else { return Some("there is no such user".into()) };
    if person.number != claim.number {
        return Some("the name is another's by now".into());
    }
    if !person.enabled {
        return Some("the user is disabled".into());
    }
    // In the custom flow the function decides what becomes of a reset.
    if person.status == Status::Temporary || (person.status == Status::Reset && !claim.is_custom) {
        return Some(format!("the user is {:?}", person.status));
    }
    if claim.is_custom && !proven.custom {
        return Some("the custom challenge was not answered".into());
    }
    match &proven.first {
        None => return Some("nothing was proven".into()),
        Some(first) if !person.still_has(first) => return Some(format!("{first:?} proves nothing any more")),
        Some(_) => {}
    }
    let second = proven.second.as_ref().and_then(|second| person.counts(second));
    let by_device = proven.device.as_ref().is_some_and(|key| person.devices.contains(key));
    match person.needs(mfa) {
        Needs::Nothing => None,
        Needs::OneOf(factors) if second.is_some_and(|factor| factors.contains(&factor)) || by_device => None,
        needs => Some(format!("needs {needs:?}, was given {:?}", proven.second)),
    }
}
