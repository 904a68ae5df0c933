//! The AWS JSON 1.1 wire: what requests may look like and how answers do.

pub(crate) mod answer;
pub(crate) mod constraint;
pub(crate) mod members;
pub(crate) mod pool_members;
pub(crate) mod request;
