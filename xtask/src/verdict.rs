//! What came of a step.

use std::fmt;
use std::process::Command;

use crate::count::{self, Counts};
use crate::progress::{Finished, Progress};

/// Why a step gave no good answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It could not run: what is missing.
    Missing(String),
    /// It ran and failed.
    Failed { why: String, counts: Counts, excerpt: String },
}

pub type StepResult = Result<Counts, Stop>;

/// How many lines of a failing program's output are shown.
const EXCERPT_LINES: usize = 120;

impl Stop {
    pub fn failed(why: impl Into<String>, counts: Counts, output: &str) -> Self {
        let excerpt = count::failure_excerpt(output, EXCERPT_LINES);
        Self::Failed { why: why.into(), counts, excerpt }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "cannot run: {what}"),
            Self::Failed { why, excerpt, .. } if excerpt.is_empty() => write!(f, "failed: {why}"),
            Self::Failed { why, excerpt, .. } => write!(f, "{excerpt}\nfailed: {why}"),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string(), Counts::default(), "")
    }
}

/// Runs a program that has to succeed and counts no tests.
pub fn must(progress: &Progress, command: &mut Command, what: &str) -> Result<Finished, Stop> {
    let finished = progress.run(command, what)?;
    if finished.success { Ok(finished) } else { Err(Stop::failed(what, Counts::default(), &finished.output)) }
}

/// The verdict over a test runner: its exit code and the tests that were found must both be good.
pub fn judged(finished: &Finished, counts: Counts, what: &str) -> StepResult {
    if !finished.success || counts.failed > 0 {
        return Err(Stop::failed(what, counts, &finished.output));
    }
    if counts.is_empty() {
        return Err(Stop::failed(format!("{what} ran no test"), counts, &finished.output));
    }
    Ok(counts)
}
