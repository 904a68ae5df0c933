//! Runs steps one after the other and adds up what they found.

use std::process::ExitCode;

use crate::count::Counts;
use crate::progress::Progress;
use crate::steps::Step;
use crate::verdict::Stop;
use crate::workspace::Workspace;

/// Runs every step, whatever became of those before it, and ends with the line `N passed, N failed, N skipped`.
///
/// Counted are tests. A step that fails without a failing test (a lint, a build) counts as one failure; a step that
/// could not run counts as one skipped, and in CI as one failed.
pub fn run(workspace: &Workspace, steps: &[Step]) -> ExitCode {
    let mut total = Counts::default();
    let mut notes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let name = step.name();
        let title = format!("[{}/{}] {name}", index + 1, steps.len());
        let progress = match Progress::start(title, &name, &workspace.logs()) {
            Ok(progress) => progress,
            Err(error) => {
                eprintln!("{}: {error}", workspace.logs().display());
                return ExitCode::FAILURE;
            }
        };
        let outcome = step.run(workspace, &progress);
        let elapsed = progress.elapsed();
        match &outcome {
            Ok(counts) if counts.is_empty() => progress.say(&format!("ok in {elapsed}")),
            Ok(counts) => progress.say(&format!("ok in {elapsed} ({counts})")),
            Err(Stop::Missing(what)) => {
                progress.say(&format!("NOT RUN: {what}"));
                notes.push(format!("not run: {name} ({what})"));
            }
            Err(Stop::Failed { why, excerpt, .. }) => {
                progress.say(&format!("FAILED after {elapsed}: {why}"));
                if !excerpt.is_empty() {
                    println!("{excerpt}\n    the whole log: {}", workspace.shown(progress.log()));
                }
                notes.push(format!("failed: {name} ({why})"));
            }
        }
        total += counted(&outcome, workspace.ci);
    }
    println!();
    for note in &notes {
        println!("{note}");
    }
    if !steps.iter().all(|step| matches!(step, Step::Setup(_))) {
        println!("{total}");
    }
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn counted(outcome: &Result<Counts, Stop>, ci: bool) -> Counts {
    match outcome {
        Ok(counts) => *counts,
        Err(Stop::Missing(_)) if ci => Counts { failed: 1, ..Counts::default() },
        Err(Stop::Missing(_)) => Counts { skipped: 1, ..Counts::default() },
        Err(Stop::Failed { counts, .. }) => Counts { failed: counts.failed.max(1), ..*counts },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_run_is_skipped_here_and_failed_in_ci() {
        let outcome = Err(Stop::Missing("swift".into()));
        assert_eq!(counted(&outcome, false), Counts { skipped: 1, ..Counts::default() });
        assert_eq!(counted(&outcome, true), Counts { failed: 1, ..Counts::default() });
    }

    #[test]
    fn a_failed_step_is_at_least_one_failure() {
        let failed = |failed| Err(Stop::failed("why", Counts { passed: 5, failed, skipped: 0 }, ""));
        assert_eq!(counted(&failed(0), true), Counts { passed: 5, failed: 1, skipped: 0 });
        assert_eq!(counted(&failed(3), true), Counts { passed: 5, failed: 3, skipped: 0 });
    }
}
