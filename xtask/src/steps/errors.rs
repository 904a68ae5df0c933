//! What is written from the table of errors: the codes and cases in Swift and Kotlin, and their document. The test that
//! compares them (`tests/errors.rs`, a part of `rust-test`) writes them instead.

use crate::count::Counts;
use crate::progress::Progress;
use crate::verdict::{StepResult, must};
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    let mut command = workspace.cargo("test");
    command.args(["--package", "portcullis", "--test", "errors"]).env("PORTCULLIS_WRITE_ERRORS", "1");
    must(progress, &mut command, "cargo test --test errors")?;
    Ok(Counts::default())
}
