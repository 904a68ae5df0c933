//! `cargo test` over the workspace: units, stories against local-pool, documentation examples.

use super::interop;
use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, judged};
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    // local-pool runs Lambda triggers with it.
    install::node::program(workspace, progress)?;
    let mut command = workspace.cargo("test");
    command.args(["--workspace", "--no-fail-fast"]);
    let finished = progress.run(&mut command, "cargo test")?;
    let counts = count::cargo_test(&finished.output, interop::TEST_PREFIX);
    judged(&finished, counts, "cargo test")
}
