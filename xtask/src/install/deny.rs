//! cargo-deny, which Cargo builds once: some ten minutes on two cores.

use std::path::PathBuf;

use super::stamp;
use crate::progress::Progress;
use crate::steps::Stop;
use crate::workspace::{Workspace, on_path};

const VERSION: &str = "0.20.2";
const FOLDER: &str = "cargo-deny";

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if on_path("cargo-deny").is_some() {
        return Ok(());
    }
    stamp::folder(workspace, progress, FOLDER, VERSION, stamp::remove, |folder| {
        progress.say(&format!("building cargo-deny {VERSION}"));
        let mut command = workspace.command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--root"]).arg(folder);
        command.env("CARGO_TARGET_DIR", workspace.cache.join("cargo-deny-build"));
        if progress.run(&mut command, "cargo install cargo-deny")?.success {
            Ok(std::fs::remove_dir_all(workspace.cache.join("cargo-deny-build"))?)
        } else {
            Err(Stop::Missing("cargo-deny (cargo install failed)".into()))
        }
    })?;
    Ok(())
}

pub fn program(workspace: &Workspace) -> PathBuf {
    on_path("cargo-deny").unwrap_or_else(|| workspace.cache.join(FOLDER).join("bin/cargo-deny"))
}
