//! Tools of Cargo's that it builds from source, once.

use std::path::PathBuf;

use super::stamp;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

/// A program from crates.io.
pub struct CargoTool {
    /// The package, its program and its folder in the cache.
    pub name: &'static str,
    pub version: &'static str,
    /// Whether one of another version, found on the PATH, does as well.
    pub any_version: bool,
}

impl CargoTool {
    pub fn install(&self, workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
        let Self { name, version, .. } = *self;
        if self.on_path().is_some() {
            return Ok(());
        }
        stamp::folder(workspace, progress, name, version, stamp::remove, |folder| {
            progress.say(&format!("building {name} {version}"));
            let build = workspace.cache.join(format!("{name}-build"));
            let mut command = workspace.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            command.args(["install", name, "--version", version, "--locked", "--root"]).arg(folder);
            command.env("CARGO_TARGET_DIR", &build);
            if progress.run(&mut command, &format!("cargo install {name}"))?.success {
                Ok(std::fs::remove_dir_all(build)?)
            } else {
                Err(Stop::Missing(format!("{name} (cargo install failed)")))
            }
        })?;
        Ok(())
    }

    pub fn program(&self, workspace: &Workspace) -> PathBuf {
        self.on_path().unwrap_or_else(|| workspace.cache.join(self.name).join("bin").join(self.name))
    }

    fn on_path(&self) -> Option<PathBuf> {
        self.any_version.then(|| on_path(self.name)).flatten()
    }
}
