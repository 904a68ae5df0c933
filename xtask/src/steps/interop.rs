//! Other people's Cognito clients and servers against ours: the ignored tests in `interop_*.rs`.

use std::path::Path;

use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, judged};
use crate::workspace::Workspace;

/// The tests that need Python or Node packages are in files of this name, and ignored outside this step.
pub const TEST_PREFIX: &str = "interop_";

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    let folders = ["tests", "local-pool/tests"];
    if !folders.iter().any(|folder| has_interop_tests(&workspace.root.join(folder))) {
        return Err(Stop::Missing(format!("no {TEST_PREFIX}*.rs in {}", folders.join(" or "))));
    }
    install::install(workspace, progress, Piece::Rust)?;
    install::install(workspace, progress, Piece::Python)?;
    install::install(workspace, progress, Piece::Node)?;
    let mut command = workspace.cargo("test");
    command.args(["--workspace", "--no-fail-fast", "--test", "interop_*", "--", "--include-ignored"]);
    command.env("PORTCULLIS_PYTHON", install::python::program(workspace));
    command.env("PORTCULLIS_NODE_MODULES", install::node::modules(workspace));
    command.env("NODE_PATH", install::node::modules(workspace));
    let finished = progress.run(&mut command, "cargo test of the interoperability tests")?;
    let counts = count::cargo_test(&finished.output, "no such prefix");
    judged(&finished, counts, "the interoperability tests")
}

fn has_interop_tests(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        name.starts_with(TEST_PREFIX) && name.ends_with(".rs")
    })
}
