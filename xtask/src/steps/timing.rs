//! Whether time tells who has an account, where local-pool hides it: an optimised server, thousands of requests.

use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, judged, must};
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut build = workspace.cargo("build");
    must(
        progress,
        build.args(["--profile", "timing", "--package", "local-pool", "--bin", "local-pool"]),
        "cargo build",
    )?;
    let mut command = workspace.cargo("test");
    command.args(["--package", "local-pool", "--test", "timing", "--", "--ignored", "--nocapture"]);
    command.env("LOCAL_POOL_PROGRAM", workspace.target.join("timing").join("local-pool"));
    let finished = progress.run(&mut command, "the timing of known and unknown users")?;
    judged(&finished, count::cargo_test(&finished.output, "\0"), "timing")
}
