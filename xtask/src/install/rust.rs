//! The Rust tools that are more than Cargo itself.

use super::apt;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

/// rustfmt, Clippy, and a C compiler for the dependencies written in C.
pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if cfg!(target_os = "linux") && on_path("cc").is_none() {
        apt::packages_for(workspace, progress, &["gcc", "libc6-dev"])?;
    }
    for (tool, component, package) in [("fmt", "rustfmt", "rustfmt-web"), ("clippy", "clippy", "rust-web-clippy")] {
        if works(workspace, tool)? {
            continue;
        }
        if on_path("rustup").is_some() {
            progress.say(&format!("installing {component} with rustup"));
            let mut command = workspace.command("rustup");
            progress.run(command.args(["component", "add", component]), "rustup")?;
        } else if on_path("cargo").is_some_and(|cargo| cargo.starts_with("/usr/bin")) {
            apt::packages_for(workspace, progress, &[package])?;
        }
        if !works(workspace, tool)? {
            return Err(Stop::Missing(format!("{component} for this Rust toolchain")));
        }
    }
    Ok(())
}

fn works(workspace: &Workspace, tool: &str) -> Result<bool, Stop> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Ok(workspace.command(program).args([tool, "--version"]).output()?.status.success())
}
