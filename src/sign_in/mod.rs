//! Signing in: a pure dialog with the service and the person, and the loop that sends its requests.
//! The README beside this file has the diagram and says how to add a challenge.

mod attempt;
mod call;
mod challenge;
mod context;
mod dialog;
mod driver;
mod opening;
mod options;
mod step;

pub(crate) use attempt::{Attempts, Failed, Progress};
pub(crate) use context::Parameters;
pub(crate) use dialog::Finished;
pub use options::{ConfirmSignInOptions, SignInOptions};
pub use step::{PendingSignIn, SignInResult, SignInStep};

#[cfg(test)]
mod transcripts;
