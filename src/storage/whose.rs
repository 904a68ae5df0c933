//! Whose session a sign-out is about, and up to when it must have begun.

use crate::support::shown::shows;

/// Whose session a sign-out is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Whose {
    pub who: Who,
    pub until: Until,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Who {
    /// Whoever is the current account.
    Current,
    User(String),
    All,
}
shows!(
    enum Who {
        Current,
        User {},
        All,
    }
);

/// Up to when a session must have begun to be meant: who has signed in since, in whichever process, stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Until {
    /// Whenever it began.
    Ever,
    /// In that generation of the accounts or before.
    Generation(u64),
    /// The store could not be asked how far it is: in the generation that was known or before, or by that moment (Unix
    /// milliseconds by the service's clock).
    Moment { known: u64, at: i64 },
}

impl Whose {
    pub const fn user(username: String, until: Until) -> Self {
        Self { who: Who::User(username), until }
    }

    #[cfg(test)]
    pub const CURRENT: Self = Self { who: Who::Current, until: Until::Ever };
    #[cfg(test)]
    pub const ALL: Self = Self { who: Who::All, until: Until::Ever };

    /// The same where it is done at once: whoever is there then is meant, if it is not about a certain user.
    pub fn at_once(self) -> Self {
        match self {
            Self { who: who @ (Who::Current | Who::All), until: Until::Generation(_) } => {
                Self { who, until: Until::Ever }
            }
            whose => whose,
        }
    }
}

impl Until {
    /// At least until that generation.
    pub fn or_generation(self, began: u64) -> Self {
        match self {
            Self::Ever => Self::Ever,
            Self::Generation(known) => Self::Generation(known.max(began)),
            Self::Moment { known, at } => Self::Moment { known: known.max(began), at },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_names_nobody() {
        let whose = [Who::Current, Who::User("ann".to_owned()), Who::All];
        assert_eq!(format!("{whose:?}"), "[Current, User, All]");
    }
}
