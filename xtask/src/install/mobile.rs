//! A Rust standard library for phones: the toolchain's own, or built from its source.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::{Workspace, on_path};

const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];
/// Debian's current toolchain, which comes with the source of the standard library; rustup is not needed for it.
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

pub enum StandardLibrary {
    /// The toolchain in use has it for every target.
    Installed,
    /// The toolchain in use has its source.
    Source,
    /// Debian's toolchain has its source.
    DebianSource,
}

impl StandardLibrary {
    pub fn find(workspace: &Workspace, targets: &[&str]) -> Option<Self> {
        let sysroot = sysroot(workspace, Path::new("rustc"))?;
        let has = |target: &&str| sysroot.join("lib/rustlib").join(target).join("lib").is_dir();
        if targets.iter().all(has) {
            return Some(Self::Installed);
        }
        if has_source(&sysroot) {
            return Some(Self::Source);
        }
        let debian = sysroot_of_debian(workspace)?;
        has_source(&debian).then_some(Self::DebianSource)
    }

    /// `cargo check`, with what makes the standard library.
    pub fn cargo_check(&self, workspace: &Workspace) -> Command {
        // The standard library's unstable parts are used by building it, not by our code.
        let from_source = |mut command: Command| {
            command.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_unwind");
            command
        };
        match self {
            Self::Installed => workspace.cargo("check"),
            Self::Source => from_source(workspace.cargo("check")),
            Self::DebianSource => {
                let mut command = workspace.command(DEBIAN_CARGO);
                command.arg("check").env("RUSTC", DEBIAN_RUSTC).env("RUSTDOC", "/usr/bin/rustdoc");
                // rustup's toolchain, through which this program may have been started, must not leak in.
                command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env_remove("LD_LIBRARY_PATH");
                from_source(command)
            }
        }
    }
}

pub fn install(workspace: &Workspace, progress: &Progress) -> Result<(), Stop> {
    if StandardLibrary::find(workspace, &TARGETS).is_some() {
        return Ok(());
    }
    if on_path("apt-get").is_some() && apt::offers(workspace, progress, "rust-web-src")? {
        apt::packages_for(workspace, progress, &DEBIAN_PACKAGES)?;
    } else if on_path("rustup").is_some() {
        let mut command = workspace.command("rustup");
        progress.run(command.args(["target", "add"]).args(TARGETS), "rustup target add")?;
    }
    match StandardLibrary::find(workspace, &TARGETS) {
        Some(_) => Ok(()),
        None => Err(Stop::Missing(format!("`rustup target add {}`", TARGETS.join(" ")))),
    }
}

fn sysroot(workspace: &Workspace, rustc: &Path) -> Option<PathBuf> {
    let mut command = workspace.command(rustc);
    let output = command.args(["--print", "sysroot"]).env_remove("LD_LIBRARY_PATH").output().ok()?;
    output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn sysroot_of_debian(workspace: &Workspace) -> Option<PathBuf> {
    let rustc = Path::new(DEBIAN_RUSTC);
    if Path::new(DEBIAN_CARGO).is_file() && rustc.is_file() { sysroot(workspace, rustc) } else { None }
}

fn has_source(sysroot: &Path) -> bool {
    sysroot.join("lib/rustlib/src/rust/library/std/Cargo.toml").is_file()
}
