//! Small foundations that know nothing about Cognito's flows.

pub(crate) mod calendar;
pub(crate) mod clock;
pub(crate) mod deadline;
pub(crate) mod hex;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod jwt;
pub(crate) mod options;
pub(crate) mod ordered;
pub(crate) mod random;
pub(crate) mod secret;
pub(crate) mod shown;
pub(crate) mod sync;
pub(crate) mod task;
pub(crate) mod web_url;
