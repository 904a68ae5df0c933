//! What groups are refused for.

use crate::error::{Outcome, ServiceError};

pub(crate) use crate::model::group::{Group, Membership};

pub(crate) fn no_such_group() -> ServiceError {
    ServiceError::resource_not_found("Group not found.")
}

/// Checks that a group there is to be has no namesake.
pub(crate) fn check_name_is_free(existing: Option<Group>) -> Outcome<()> {
    match existing {
        None => Ok(()),
        Some(_) => Err(ServiceError::group_exists("A group with the name already exists.")),
    }
}
