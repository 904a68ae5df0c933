//! Compiles the copy with the mutants in it, without those that the compiler refuses.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use super::folders::Folders;
use super::numbered::Numbered;
use super::package::Package;
use crate::count::Counts;
use crate::progress::Progress;
use crate::verdict::{Stop, must};
use crate::workspace::Workspace;

/// Types are judged before lifetimes, and those before constants; a mutant that is left out may uncover another.
const ROUNDS: usize = 20;

/// A program of tests.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    pub path: PathBuf,
    /// Where Cargo would run it.
    pub folder: PathBuf,
}

pub fn build(
    workspace: &Workspace,
    progress: &Progress,
    package: &Package,
    folders: &Folders,
) -> Result<(Vec<Numbered>, Vec<Program>), Stop> {
    let refused = folders.work.join("refused.txt");
    if refused.exists() {
        fs::remove_file(&refused)?;
    }
    let mut instrumenter = workspace.cargo("build");
    instrumenter.args(["--package", "mutant-switches"]);
    must(progress, &mut instrumenter, "cargo build of the instrumenter")?;
    let work = Work { workspace, progress, package, folders };
    // The library without its tests is quicker to check, and has all the mutants.
    work.until_it_compiles("check", &["--lib"])?;
    let targets: Vec<&str> = package.targets.iter().map(String::as_str).collect();
    work.until_it_compiles("test", &[&["--no-run"], &targets[..]].concat())?;
    let mut command = work.cargo("test", &[&["--no-run"], &targets[..]].concat());
    let built = must(progress, &mut command, "cargo test --no-run")?;
    let folder = folders.copy.join(&package.folder);
    let programs = built.output.lines().filter_map(executable);
    let programs = programs.map(|path| Program { path: path.into(), folder: folder.clone() }).collect();
    let index = fs::read_to_string(folders.work.join("index.txt"))?;
    Ok((index.lines().filter_map(Numbered::parse).collect(), programs))
}

struct Work<'a> {
    workspace: &'a Workspace,
    progress: &'a Progress,
    package: &'a Package,
    folders: &'a Folders,
}

impl Work<'_> {
    fn until_it_compiles(&self, subcommand: &str, arguments: &[&str]) -> Result<(), Stop> {
        for round in 1..=ROUNDS {
            self.instrument()?;
            let what = format!("cargo {subcommand} with all mutants, round {round}");
            self.progress.say(&what);
            let mut command = self.cargo(subcommand, arguments);
            let finished = self.progress.run(command.arg("--message-format=json"), &what)?;
            if finished.success {
                return Ok(());
            }
            let messages = self.folders.work.join("messages.json");
            fs::write(&messages, finished.output)?;
            let mut command = self.instrumenter("refuse");
            command.arg(&self.folders.copy).arg(&messages).arg(self.folders.work.join("refused.txt"));
            must(self.progress, &mut command, "the mutants do not compile")?;
        }
        Err(Stop::failed(format!("the mutants do not compile after {ROUNDS} rounds"), Counts::default(), ""))
    }

    fn instrument(&self) -> Result<(), Stop> {
        let Folders { copy, work, .. } = self.folders;
        let mut command = self.instrumenter("instrument");
        command.arg(&self.workspace.root).arg(copy).arg(self.package.root());
        command.arg(work.join("refused.txt")).arg(work.join("index.txt"));
        must(self.progress, &mut command, "the instrumenter").map(|_| ())
    }

    fn instrumenter(&self, what: &str) -> Command {
        let mut command = self.workspace.command(self.workspace.built().join("mutant-switches"));
        command.arg(what).arg(self.folders.work.join("list.json"));
        command
    }

    fn cargo(&self, subcommand: &str, arguments: &[&str]) -> Command {
        let mut command = self.workspace.cargo(subcommand);
        command.current_dir(&self.folders.copy).env("CARGO_TARGET_DIR", &self.folders.build);
        command.args(["--package", &self.package.name, "--profile", "mutants"]).args(arguments);
        command
    }
}

/// `  Executable unittests src/lib.rs (/target/debug/deps/portcullis-1234)`.
fn executable(line: &str) -> Option<&str> {
    let (_, path) = line.trim().strip_prefix("Executable ")?.rsplit_once(" (")?;
    path.strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_are_those_that_cargo_names() {
        assert_eq!(executable("  Executable unittests src/lib.rs (/t/deps/a-1)"), Some("/t/deps/a-1"));
        assert_eq!(executable("  Executable tests/life.rs (/t/deps/life-2)"), Some("/t/deps/life-2"));
        assert_eq!(executable("   Compiling portcullis v0.1.0 (/t)"), None);
    }
}
