//! Changes the code and sees whether a test notices: cargo-mutants, which `.cargo/mutants.toml` tells the tests.

use std::fs;
use std::path::Path;

use crate::count::Counts;
use crate::install::{self, CARGO_MUTANTS, Piece};
use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

mod exceptions;
mod report;

use exceptions::Exceptions;
use report::Report;

/// The list of those that no test can, or need, catch.
const LISTED: &str = "docs/mutants.md";
/// The code that decides whether somebody stays signed in.
const CHANGED: [&str; 3] = ["src/session", "src/storage", "src/devices"];
/// cargo-mutants leaves with these when it ran: all caught, some missed, some timed out.
const RAN: [i32; 3] = [0, 2, 3];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// As cargo-mutants counts: `0/8` to `7/8`.
    pub shard: Option<String>,
    /// Files or folders; none means those that are changed by default.
    pub paths: Vec<String>,
}

pub fn run(workspace: &Workspace, options: &Options) -> Result<(), Stop> {
    let progress = Progress::start("mutants".into(), "mutants", &workspace.logs())?;
    install::install(workspace, &progress, Piece::Rust)?;
    install::install(workspace, &progress, Piece::Mutants)?;
    let listed = Exceptions::parse(&fs::read_to_string(workspace.root.join(LISTED))?)
        .map_err(|complaint| Stop::failed(format!("{LISTED}: {complaint}"), Counts::default(), ""))?;
    let folder = workspace.target.join("mutants");
    fs::create_dir_all(&folder)?;
    mutate(workspace, &progress, options, &folder)?;

    let report = Report::read(&folder.join("mutants.out"))?;
    let unlisted: Vec<_> = report.missed.iter().filter(|mutant| !listed.contains(mutant)).collect();
    println!("{report}\n{} of the missed are listed in {LISTED}", report.missed.len() - unlisted.len());
    for mutant in &unlisted {
        println!("not listed: {mutant}");
    }
    if options.shard.is_none() && options.paths.is_empty() {
        for stale in listed.not_in(&report.missed) {
            println!("listed and not missed any more: {stale}");
        }
    }
    progress.say(&format!("{}, the details: {}", progress.elapsed(), workspace.shown(&folder.join("mutants.out"))));
    if report.is_enough() || unlisted.is_empty() {
        return Ok(());
    }
    Err(Stop::failed(format!("under {} %, and missed ones are not listed", report::ENOUGH), Counts::default(), ""))
}

fn mutate(workspace: &Workspace, progress: &Progress, options: &Options, folder: &Path) -> Result<(), Stop> {
    // Each run mutates a copy in a folder of another name, so what earlier ones built of the workspace is of no use any
    // more; the dependencies are.
    let build = folder.join("build");
    let mut clean = workspace.cargo("clean");
    clean.args(["--package", "portcullis", "--package", "local-pool", "--profile", "mutants"]);
    progress.run(clean.env("CARGO_TARGET_DIR", &build), "cargo clean")?;

    let mut command = workspace.command(CARGO_MUTANTS.program(workspace));
    command.args(["mutants", "--package", "portcullis", "--colors", "never", "--caught", "--output"]).arg(folder);
    if options.paths.is_empty() {
        command.args(CHANGED.iter().flat_map(|path| ["--file".to_owned(), glob(path)]));
    }
    command.args(options.paths.iter().flat_map(|path| ["--file".to_owned(), glob(path)]));
    if let Some(shard) = &options.shard {
        command.args(["--shard", shard]);
    }
    let finished = progress.run(command.env("CARGO_TARGET_DIR", &build), "cargo mutants")?;
    if finished.code.is_some_and(|code| RAN.contains(&code)) {
        return Ok(());
    }
    Err(Stop::failed("cargo mutants did not run", Counts::default(), &finished.output))
}

/// A folder means what is in it.
fn glob(path: &str) -> String {
    if Path::new(path).extension().is_some() { path.to_owned() } else { format!("{}/**", path.trim_end_matches('/')) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_means_what_is_in_it() {
        assert_eq!(glob("src/session/"), "src/session/**");
        assert_eq!(glob("src/session/live.rs"), "src/session/live.rs");
    }
}
