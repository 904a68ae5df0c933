//! Formatting, lints, documentation, dependencies.

use crate::count::Counts;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, must};
use crate::workspace::Workspace;

pub fn fmt(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("fmt");
    command.args(["--all", "--", "--check", "--files-with-diff", "--color", "never"]);
    // A macro declares these modules, so rustfmt does not find them by itself.
    for operation in std::fs::read_dir(workspace.root.join("local-pool/src/operations"))? {
        command.arg(operation?.path());
    }
    must(progress, &mut command, "cargo fmt --check: `cargo fmt`, or `rustfmt FILE`, repairs these files")?;
    Ok(Counts::default())
}

/// With every feature, so that what is off by default is checked too; `rust-test` compiles the defaults.
pub fn clippy(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("clippy");
    command.args(["--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"]);
    must(progress, &mut command, "cargo clippy")?;
    Ok(Counts::default())
}

pub fn doc(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("doc");
    command.args(["--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    must(progress, &mut command, "cargo doc")?;
    Ok(Counts::default())
}

/// The advisory database comes from a git repository, so it is asked for separately.
pub fn deny(workspace: &Workspace, progress: &Progress, advisories: bool) -> StepResult {
    install::install(workspace, progress, Piece::Deny)?;
    let mut command = workspace.command(install::CARGO_DENY.program(workspace));
    command.args(["--workspace", "check", "--show-stats", "bans", "licenses", "sources"]);
    if advisories {
        command.arg("advisories");
    }
    must(progress, &mut command, "cargo deny")?;
    Ok(Counts::default())
}
