//! The tests, and which mutants each comes to.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use super::folders::Folders;
use super::programs::Program;
use super::test::Test;
use super::trial::{self, Ended};
use super::workers;
use crate::progress::Progress;
use crate::verdict::Stop;

/// As `xtask/switches/src/switch.rs` names it.
const REACHED: &str = "PORTCULLIS_MUTANTS_REACHED";
/// For a test that nothing is wrong with.
const LIMIT: Duration = Duration::from_secs(300);

/// Runs each in a process of its own, with no mutant on.
pub fn record(
    progress: &Progress,
    folders: &Folders,
    programs: &[Program],
    leave_out: &[String],
) -> Result<Vec<Test>, Stop> {
    trial::emptied(&folders.work.join("tmp"))?;
    let mut named = Vec::new();
    for (index, program) in programs.iter().enumerate() {
        let output = trial::command(program, folders).args(["--list", "--format", "terse"]).output()?;
        let list = String::from_utf8_lossy(&output.stdout).into_owned();
        let names = list.lines().filter_map(|line| line.strip_suffix(": test"));
        let names = names.filter(|name| !leave_out.iter().any(|start| name.starts_with(start)));
        named.extend(names.map(|name| (index, name.to_owned())));
    }
    let reached = folders.work.join("reached");
    trial::emptied(&reached)?;
    progress.say(&format!("{} tests of {} programs: which mutants does each come to?", named.len(), programs.len()));
    let numbered: Vec<_> = named.into_iter().enumerate().collect();
    let tests = workers::each(progress, "tests recorded", &numbered, |(number, (program, name))| {
        let file = reached.join(number.to_string());
        let mut command = trial::command(&programs[*program], folders);
        command.args(["--exact", name]).env(REACHED, &file);
        let (ended, takes) = trial::run(command, LIMIT)?;
        if ended != Ended::Well {
            progress.say(&format!("left out, since it fails where nothing is changed: {name}"));
            return Ok(None);
        }
        let reaches = numbers(&fs::read_to_string(file).unwrap_or_default());
        Ok(Some(Test { program: *program, name: name.clone(), takes, reaches }))
    });
    let tests: Vec<Test> = tests.into_iter().filter_map(Result::transpose).collect::<std::io::Result<_>>()?;
    let lines = tests.iter().map(|test| {
        let Test { program, name, takes, reaches } = test;
        format!(
            "{:.3} s\t{} mutants\t{}\t{name}\n",
            takes.as_secs_f64(),
            reaches.len(),
            programs[*program].path.display()
        )
    });
    fs::write(folders.work.join("tests.txt"), lines.collect::<String>())?;
    Ok(tests)
}

fn numbers(lines: &str) -> BTreeSet<usize> {
    lines.lines().filter_map(|line| line.parse().ok()).collect()
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn what_several_processes_reached_is_counted_once() {
        assert_eq!(numbers("3\n1\n3\n"), BTreeSet::from([1, 3]));
    }
}
