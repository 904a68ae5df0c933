//! The model test of the session, for a million operations instead of a moment.

use crate::count::{self, Counts};
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, judged};
use crate::workspace::Workspace;

const TEST: &str = "session_model";
/// One run of the test plays so many, each run those after the last one's; a sign of life comes after each.
const HISTORIES_A_RUN: u64 = 2_000;
/// What a history is taken for where the test does not print how many operations it made.
const OPERATIONS_A_HISTORY: u64 = 25;

/// How long, and from which seed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Soak {
    pub operations: u64,
    pub seed: u64,
}

impl Soak {
    pub const OPERATIONS: u64 = 1_000_000;
}

pub fn run(workspace: &Workspace, progress: &Progress, soak: Soak) -> StepResult {
    if !workspace.root.join("tests").join(TEST).with_extension("rs").is_file() {
        return Err(Stop::Missing(format!("tests/{TEST}.rs")));
    }
    install::install(workspace, progress, Piece::Rust)?;
    let mut counts = Counts::default();
    let mut done = 0;
    let mut seed = soak.seed;
    while done < soak.operations {
        let histories = (soak.operations - done).div_ceil(OPERATIONS_A_HISTORY).min(HISTORIES_A_RUN);
        let mut command = workspace.cargo("test");
        command.args(["--package", "portcullis", "--profile", "soak", "--test", TEST, "--", "--nocapture"]);
        command.env("PORTCULLIS_MODEL_HISTORIES", histories.to_string());
        command.env("PORTCULLIS_MODEL_SEED", seed.to_string());
        let finished = progress.run(&mut command, &format!("{histories} histories, seed {seed}"))?;
        counts += judged(&finished, count::cargo_test(&finished.output, "\0"), &format!("{TEST}, seed {seed}"))?;
        done += operations(&finished.output).unwrap_or(histories * OPERATIONS_A_HISTORY).max(1);
        progress.say(&format!("{done} of {} operations, seed {seed}", soak.operations));
        seed = seed.wrapping_add(histories);
    }
    Ok(counts)
}

/// The sum of every `N operations` that the test printed.
fn operations(output: &str) -> Option<u64> {
    let words: Vec<&str> = output.split_whitespace().collect();
    let numbers = words.windows(2).filter(|pair| pair[1].trim_end_matches(['.', ',', ';', ')']) == "operations");
    numbers.filter_map(|pair| pair[0].trim_start_matches('(').replace(['_', ','], "").parse().ok()).reduce(|a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_counted_where_the_test_says_them() {
        assert_eq!(operations("2000 histories, 81_234 operations.\ntest result: ok"), Some(81_234));
        assert_eq!(operations("(12 operations)\n30 operations"), Some(42));
        assert_eq!(operations("some operations"), None);
    }
}
