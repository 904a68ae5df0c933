//! The hosted pages in a real browser: Playwright's tests in `tests/browser`, and then sign-ins of every language's library
//! through a person at that browser.

use std::fs;

use super::person::Person;
use super::{build, kotlin, rust_tests, swift};
use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, judged};
use crate::workspace::Workspace;

const FOLDER: &str = "tests/browser";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether pictures of every page are written.
    pub screenshots: bool,
}

pub fn run(workspace: &Workspace, progress: &Progress, options: Options) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    install::install(workspace, progress, Piece::Browser)?;
    build::library_and_pool(workspace, progress)?;
    let pages = pages(workspace, progress, options)?;
    let person = Person::start(workspace, FOLDER)?;
    let rust = rust_tests::with_person(workspace, progress, &person)?;
    let kotlin = kotlin::with_person(workspace, progress, &person)?;
    let swift = swift::with_person(workspace, progress, &person)?;
    Ok(pages + rust + kotlin + swift)
}

/// Playwright's tests.
fn pages(workspace: &Workspace, progress: &Progress, options: Options) -> StepResult {
    let output = workspace.target.join("browser");
    let report = output.join("report.xml");
    // One of an earlier run must not be counted.
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut command = workspace.command(install::browser::modules(workspace).join(".bin/playwright"));
    command.arg("test").current_dir(workspace.root.join(FOLDER));
    command.env("PORTCULLIS_CHROMIUM", install::browser::program()?);
    command.env("PORTCULLIS_LOCAL_POOL", workspace.local_pool()).env("PORTCULLIS_BROWSER_OUTPUT", &output);
    if options.screenshots {
        let pictures = output.join("screenshots");
        if pictures.exists() {
            fs::remove_dir_all(&pictures)?;
        }
        progress.say(&format!("pictures of the pages go to {}", workspace.shown(&pictures)));
        command.env("PORTCULLIS_SCREENSHOTS", pictures);
    }
    let finished = progress.run(&mut command, "Playwright")?;
    let counts = count::playwright(&fs::read_to_string(&report).unwrap_or_default());
    judged(&finished, counts, "the hosted pages in Chromium")
}
