//! What the other languages need from Rust.

use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{Stop, must};
use crate::workspace::Workspace;

/// Builds the library and the local-pool program, without what only tests turn on.
pub fn library_and_pool(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("build");
    must(progress, command.args(["-p", "portcullis", "-p", "local-pool"]), "cargo build of the library")?;
    if workspace.optimised {
        let mut command = workspace.cargo("build");
        must(progress, command.args(["--release", "-p", "portcullis"]), "cargo build of the library as it is shipped")?;
    }
    Ok(())
}
