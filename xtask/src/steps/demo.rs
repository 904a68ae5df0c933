//! A sign-in to watch, in one of the three languages.

use std::process::ExitStatus;

use super::{build, kotlin, swift};
use crate::install;
use crate::progress::Progress;
use crate::verdict::{Stop, must};
use crate::workspace::Workspace;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    Kotlin,
    Swift,
}

/// Builds with the output in a log, then runs on the screen.
/// What is measured (`--bench`) is built as it is shipped.
pub fn run(workspace: &Workspace, language: Language, arguments: &[String]) -> Result<ExitStatus, Stop> {
    let is_measured = language != Language::Rust && arguments.iter().any(|argument| argument == "--bench");
    let workspace = &Workspace { optimised: is_measured, ..workspace.clone() };
    let name = match language {
        Language::Rust => "demo",
        Language::Kotlin => "demo-kotlin",
        Language::Swift => "demo-swift",
    };
    let progress = Progress::start(format!("building the {name}"), name, &workspace.logs())?;
    let mut command = match language {
        Language::Rust => rust(workspace, &progress)?,
        Language::Kotlin => kotlin::demo(workspace, &progress)?,
        Language::Swift => swift::demo(workspace, &progress)?,
    };
    progress.say(&format!("ready in {}", progress.elapsed()));
    Ok(command.args(arguments).status()?)
}

fn rust(workspace: &Workspace, progress: &Progress) -> Result<std::process::Command, Stop> {
    const PROGRAM: &str = "examples/demo/main.rs";
    if !workspace.root.join(PROGRAM).is_file() {
        return Err(Stop::Missing(format!("{PROGRAM} is not there")));
    }
    build::library_and_pool(workspace, progress)?;
    install::node::program(workspace, progress)?;
    must(progress, workspace.cargo("build").args(["-p", "portcullis", "--example", "demo"]), "cargo build")?;
    let mut command = workspace.command(workspace.built().join("examples/demo"));
    command.env("PORTCULLIS_LOCAL_POOL", workspace.local_pool());
    Ok(command)
}
