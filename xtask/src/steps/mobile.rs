//! Does the library compile for phones? A type-check needs neither NDK nor Xcode: the C code in the dependencies is
//! not compiled, and nothing is linked.

use std::path::Path;
use std::process::Command;

use crate::count::Counts;
use crate::install::{self, Piece, mobile::StandardLibrary};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, must};
use crate::workspace::Workspace;

const TARGETS: [&str; 2] = ["aarch64-linux-android", "aarch64-apple-ios"];

pub fn check(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Mobile)?;
    let library = StandardLibrary::find(workspace, &TARGETS)
        .ok_or_else(|| Stop::Missing("a Rust standard library for phones".into()))?;
    let target = workspace.target.join("mobile");
    let no_sdk = target.join("no-sdk");
    std::fs::create_dir_all(&no_sdk)?;
    for features in [None, Some("platform-verifier")] {
        let mut command = library.cargo_check(workspace);
        command.args(["-p", "portcullis", "--lib"]).env("CARGO_TARGET_DIR", &target);
        without_c(&mut command, &no_sdk);
        if let Some(features) = features {
            command.args(["--features", features]);
        }
        let what = format!("cargo check for {} with {} features", TARGETS.join(" and "), features.unwrap_or("default"));
        must(progress, &mut command, &what)?;
    }
    Ok(Counts::default())
}

/// Build scripts find a compiler that does nothing and an empty SDK.
fn without_c(command: &mut Command, no_sdk: &Path) {
    for target in TARGETS {
        let variable = target.replace('-', "_");
        command.args(["--target", target]);
        command.env(format!("CC_{variable}"), "true").env(format!("AR_{variable}"), "true");
    }
    command.env("SDKROOT", no_sdk);
}
