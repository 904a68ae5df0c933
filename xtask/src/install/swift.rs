//! The Swift toolchain: the one on the PATH, or one in a Debian root of our own.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{apt, node, swift_root};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

pub enum Toolchain {
    OnPath(PathBuf),
    InRoot(swift_root::Root),
}

/// A `swift` on the PATH, Debian's package where there is one (trixie and later), or else a trixie root in the cache.
pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if on_path_and_works(workspace).is_some() {
        return node::program(workspace, progress);
    }
    if swift_root::is_there(workspace) {
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        return Err(Stop::Missing("swift (install Xcode or a toolchain from swift.org)".into()));
    }
    if apt::offers(workspace, progress, "swiftlang")? {
        apt::packages_for(workspace, progress, &["swiftlang"])?;
        return node::program(workspace, progress);
    }
    swift_root::install(workspace, progress)
}

impl Toolchain {
    /// What [`install`] made sure of.
    pub fn find(workspace: &Workspace) -> Result<Self, Stop> {
        if let Some(swift) = on_path_and_works(workspace) {
            return Ok(Self::OnPath(swift));
        }
        swift_root::Root::find(workspace).map(Self::InRoot)
    }

    /// `swift ARGUMENTS` in `folder`, with the variables given. The repository and the target folder have the same
    /// paths wherever it runs.
    pub fn command(
        &self,
        workspace: &Workspace,
        folder: &Path,
        arguments: &[String],
        environment: &[(String, String)],
    ) -> Command {
        self.tool("swift", workspace, folder, arguments, environment)
    }

    /// `swiftc ARGUMENTS` in the repository.
    pub fn compiler(&self, workspace: &Workspace, arguments: &[String]) -> Command {
        self.tool("swiftc", workspace, &workspace.root, arguments, &[])
    }

    fn tool(
        &self,
        name: &str,
        workspace: &Workspace,
        folder: &Path,
        arguments: &[String],
        environment: &[(String, String)],
    ) -> Command {
        match self {
            Self::OnPath(swift) => {
                let mut command = workspace.command(swift.with_file_name(name));
                command.args(arguments).current_dir(folder);
                command.envs(environment.iter().map(|(name, value)| (name, value)));
                command
            }
            Self::InRoot(root) => {
                let shared = [workspace.root.as_path(), workspace.target.as_path(), folder];
                let words: Vec<String> = std::iter::once(name.to_owned()).chain(arguments.iter().cloned()).collect();
                root.command(workspace, &shared, folder, &words, environment)
            }
        }
    }
}

/// OpenStack's client is called `swift` too.
fn on_path_and_works(workspace: &Workspace) -> Option<PathBuf> {
    let swift = on_path("swift")?;
    let output = workspace.command(&swift).arg("--version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.success() && said.contains("Swift version")).then_some(swift)
}
