use std::path::PathBuf;

use crate::model::trigger_kind::TriggerKind;

/// Why a trigger gave no usable event back. How Cognito words each is the caller's business.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TriggerFailure {
    /// The function threw, or its process ended under it. Holds the error's message.
    #[error("{0}")]
    Threw(String),
    /// The function could not be run at all. Holds what goes after "invocation failed due to error".
    #[error("{0}")]
    NotInvocable(String),
    /// No answer within the time allowed, on every try.
    #[error("the function did not answer in time")]
    TimedOut,
    /// The answer is not the event with a response of the right types.
    #[error("the function's answer is not the event it was given")]
    Unrecognizable,
}

/// What is wrong with the folder or the endpoint that triggers were to come from.
#[derive(Debug, thiserror::Error)]
pub enum TriggerSetupError {
    #[error("the trigger folder {0} does not exist or is not a folder")]
    FolderMissing(PathBuf),
    #[error("the trigger folder {folder} cannot be read: {reason}")]
    FolderUnreadable { folder: PathBuf, reason: String },
    #[error("JavaScript triggers need Node.js {least} or later; `node` is not on the PATH")]
    NodeMissing { least: u32 },
    #[error("JavaScript triggers need Node.js {least} or later; `node --version` says {found}")]
    NodeTooOld { found: String, least: u32 },
    #[error("two handlers for {}: {first} and {second}", .trigger.name())]
    TwoHandlers { trigger: TriggerKind, first: PathBuf, second: PathBuf },
    #[error("{0} is named like a trigger, but has neither the `main` of a package.json nor an index.js, .mjs or .cjs")]
    NoEntry(PathBuf),
    #[error("the Lambda endpoint {url} cannot be used: {reason}")]
    Endpoint { url: String, reason: String },
}
