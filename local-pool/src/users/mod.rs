//! Users: the names they sign in by, attributes, passwords, codes and messages.

pub(crate) mod aliases;
pub(crate) mod attribute_change;
pub(crate) mod attributes;
pub(crate) mod codes;
pub(crate) mod confirmation;
pub(crate) mod control;
pub(crate) mod delivery;
pub(crate) mod first_factors;
pub(crate) mod invitation;
pub(crate) mod links;
pub(crate) mod mfa;
pub(crate) mod migration;
pub(crate) mod names;
pub(crate) mod occasion;
pub(crate) mod passwords;
pub(crate) mod recovery;

pub(crate) use crate::model::timestamp::seconds;
pub(crate) use crate::model::user::{Attributes, User, UserStatus};
