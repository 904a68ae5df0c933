//! Node, which local-pool runs JavaScript triggers with, and the JavaScript client for the interoperability tests.

use std::fs;
use std::path::PathBuf;

use super::{apt, stamp};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

const FOLDER: &str = "interop-node";
const TESTS: &str = "tests/interop";

/// Makes sure that `node` is there.
pub fn program(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("node", "nodejs")])
}

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    apt::programs(workspace, progress, &[("node", "nodejs"), ("npm", "npm")])?;
    packages(workspace, progress, FOLDER, TESTS)
}

/// Installs into `folder` of the cache what `package.json` and its lock in `tests` name.
pub fn packages(workspace: &Workspace, progress: &Progress, folder: &str, tests: &str) -> Result<(), Stop> {
    let manifest = fs::read_to_string(workspace.root.join(tests).join("package.json"))?;
    let lock = fs::read_to_string(workspace.root.join(tests).join("package-lock.json"))?;
    let contents = format!("{manifest}{lock}");
    stamp::folder(workspace, progress, folder, &contents, stamp::remove, |folder| {
        progress.say(&format!("installing the JavaScript packages of {tests}"));
        fs::create_dir_all(folder)?;
        fs::write(folder.join("package.json"), &manifest)?;
        fs::write(folder.join("package-lock.json"), &lock)?;
        let mut command = workspace.command("npm");
        command.current_dir(folder).args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
        if progress.run(&mut command, "npm ci")?.success {
            Ok(())
        } else {
            Err(Stop::Missing(format!("the JavaScript packages of {tests} (npm ci failed)")))
        }
    })?;
    Ok(())
}

/// The folder `node_modules` of the interoperability tests.
pub fn modules(workspace: &Workspace) -> PathBuf {
    workspace.cache.join(FOLDER).join("node_modules")
}
