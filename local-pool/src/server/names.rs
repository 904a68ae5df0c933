//! The names that requests are counted and given faults by.

use crate::hosted;
use crate::identity_operations::IDENTITY_OPERATIONS;
use crate::operations::OPERATIONS;
use crate::sts::STS_OPERATIONS;

/// What is served beside the operations, and has faults and counts of its own.
const DOCUMENTS: [&str; 2] = ["jwks.json", "openid-configuration"];

/// The operations of all services; no two have the same name.
pub(super) const OPERATIONS_OF_ALL: [&[&str]; 3] = [OPERATIONS, IDENTITY_OPERATIONS, STS_OPERATIONS];

pub(super) fn is_served(name: &str) -> bool {
    OPERATIONS_OF_ALL.iter().any(|names| names.contains(&name))
        || DOCUMENTS.contains(&name)
        || hosted::names().any(|known| known == name)
}
