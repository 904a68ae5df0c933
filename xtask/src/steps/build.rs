//! What the other languages need from Rust.

use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{Stop, must};
use crate::workspace::Workspace;

/// Builds the library and the local-pool program, without what only tests turn on.
pub fn library_and_pool(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("build");
    if workspace.optimised {
        command.arg("--release");
    }
    must(progress, command.args(["-p", "portcullis", "-p", "local-pool"]), "cargo build of the library")?;
    Ok(())
}
