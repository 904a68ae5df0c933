//! Node, which local-pool runs JavaScript triggers with, and the JavaScript client for the interoperability tests.

use std::fs;
use std::path::PathBuf;

use super::{apt, stamp};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

const FOLDER: &str = "interop-node";
const MANIFEST: &str = "tests/interop/package.json";
const LOCK: &str = "tests/interop/package-lock.json";

/// Makes sure that `node` is there.
pub fn program(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("node", "nodejs")])
}

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("node", "nodejs"), ("npm", "npm")])?;
    let manifest = fs::read_to_string(workspace.root.join(MANIFEST))?;
    let lock = fs::read_to_string(workspace.root.join(LOCK))?;
    let contents = format!("{manifest}{lock}");
    stamp::folder(workspace, progress, FOLDER, &contents, stamp::remove, |folder| {
        progress.say("installing the JavaScript packages of the interoperability tests");
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), &manifest)?;
        fs::write(folder.join("package-lock.json"), &lock)?;
        let mut command = workspace.command("npm");
        command.current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        if progress.run(&mut command, "npm ci")?.success {
            Ok(())
        } else {
            Err(Stop::Missing("the JavaScript packages of tests/interop (npm ci failed)".into()))
        }
    })?;
    Ok(())
}

/// The folder `node_modules` of the interoperability tests.
pub fn modules(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(FOLDER).join("node_modules")
}
