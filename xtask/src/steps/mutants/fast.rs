//! All mutants in one copy of the code, each behind a switch: compiled once, and then run by run, with those tests only
//! that come to the mutant.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::report::{Mutant, Outcome, Report};
use super::thorough;
use crate::install::CARGO_MUTANTS;
use crate::progress::Progress;
use crate::verdict::{Stop, must};
use crate::workspace::Workspace;

mod copy;
mod folders;
mod killers;
mod numbered;
mod package;
mod programs;
mod test;
mod tests;
mod trial;
mod workers;

use folders::Folders;
use killers::Killers;
use numbered::{Numbered, State};
use package::Package;
use trial::Tried;

pub fn run(
    workspace: &Workspace,
    progress: &Progress,
    paths: &[&str],
    folder: &Path,
) -> Result<(Report, PathBuf), Stop> {
    let work = folder.join("fast");
    let folders = Folders { copy: folder.join("tree"), build: folder.join("build"), work: work.clone() };
    fs::create_dir_all(&work)?;
    let (mut report, mut results) = (Report::default(), String::new());
    let mut killers = Killers::read(&work.join("killers.txt"));
    for package in package::of(&workspace.root, paths)? {
        progress.say(&format!("{}: listing the mutants", package.name));
        let files = listed(workspace, progress, &package, &work)?;
        if files.is_empty() {
            progress.say(&format!("{}: no mutants", package.name));
            continue;
        }
        copy::update(workspace, &folders.copy, &files)?;
        let (mutants, programs) = programs::build(workspace, progress, &package, &folders)?;
        let tests = tests::record(progress, &folders, &programs, &package.leave_out)?;
        let tried =
            trial::all(progress, &trial::Trials { folders: &folders, programs, tests, killers: &killers }, &mutants)?;
        for (Numbered { mutant, .. }, Tried { outcome, by, how }) in mutants.into_iter().zip(tried) {
            results.push_str(&format!("{outcome:?}\t{mutant}\t{how}\n"));
            if let Some(test) = by {
                killers.learn(&mutant, &test);
            }
            report.add(mutant, outcome);
        }
        killers.write(&work.join("killers.txt"))?;
    }
    let details = work.join("results.txt");
    fs::write(&details, results)?;
    Ok((report, details))
}

/// Writes cargo-mutants' list and returns the files in it, with the root of the crate.
fn listed(
    workspace: &Workspace,
    progress: &Progress,
    package: &Package,
    work: &Path,
) -> Result<BTreeSet<String>, Stop> {
    let list = |json: bool| {
        let mut command = workspace.command(CARGO_MUTANTS.program(workspace));
        command.args(["mutants", "--package", &package.name, "--colors", "never", "--list"]);
        command.args(json.then_some("--json"));
        command.args(package.paths.iter().flat_map(|path| ["--file".to_owned(), thorough::glob(path)]));
        must(progress, &mut command, "cargo mutants --list")
    };
    let json = spelled_out(&list(true)?.output);
    fs::write(work.join("list.json"), json)?;
    let mut files: BTreeSet<String> =
        list(false)?.output.lines().filter_map(Mutant::parse).map(|mutant| mutant.file).collect();
    if !files.is_empty() {
        files.insert(package.root());
    }
    Ok(files)
}

/// cargo-mutants knows `Result` by its name alone, and tries constructors of a type by another: what is a value of
/// local-pool's `Outcome<T>` is put as it puts a `Result`'s, and the compiler refuses the others.
fn spelled_out(list: &str) -> String {
    list.replace("Outcome::new(", "Ok(")
}

impl Numbered {
    /// A line of the index that the instrumenter writes.
    fn parse(line: &str) -> Option<Self> {
        let (number, rest) = line.split_once('\t')?;
        let (state, name) = rest.split_once('\t')?;
        let state = match state {
            "switched" => State::Switched,
            "unswitchable" => State::Unswitchable,
            "unviable" => State::Unviable,
            _ => return None,
        };
        Some(Self { number: number.parse().ok()?, mutant: Mutant::parse(name)?, state })
    }

    /// What is known without a test.
    fn outcome(&self) -> Option<Outcome> {
        match self.state {
            State::Switched => None,
            State::Unswitchable => Some(Outcome::Untried),
            State::Unviable => Some(Outcome::Unviable),
        }
    }
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn an_outcome_is_put_as_a_result() {
        assert_eq!(spelled_out(r#""replacement": "Outcome::new(None)""#), r#""replacement": "Ok(None)""#);
        assert_eq!(spelled_out("Outcome::from_iter([None])"), "Outcome::from_iter([None])");
    }

    #[test]
    fn the_index_says_what_became_of_a_mutant() {
        let line = "7\tunviable\tsrc/a.rs:1:2: replace a -> B with Default::default()";
        let read = Numbered::parse(line).map(|mutant| (mutant.number, mutant.outcome(), mutant.mutant.line));
        assert_eq!(read, Some((7, Some(Outcome::Unviable), Some(1))));
        assert!(Numbered::parse("7\tlost\tsrc/a.rs:1:2: a").is_none());
    }
}
