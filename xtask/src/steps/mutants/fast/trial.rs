//! Runs the tests that come to a mutant until one fails.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::folders::Folders;
use super::killers::Killers;
use super::numbered::Numbered;
use super::programs::Program;
use super::test::Test;
use super::workers;
use crate::progress::Progress;
use crate::steps::mutants::report::Outcome;
use crate::verdict::Stop;

/// As `xtask/switches/src/switch.rs` names it.
const ACTIVE: &str = "PORTCULLIS_MUTANT";
/// Tests run together with those that take as long as they do, the shortest first: those of each of these, and the rest.
const AS_LONG: [Duration; 3] = [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2)];
/// When the tests of a mutant have taken so long, it counts as missed: a slow test that would notice is worth little.
const BUDGET: Duration = Duration::from_secs(60);
/// A busy machine is no mutant that hangs.
const AT_LEAST: Duration = Duration::from_secs(10);
const TIMES: u32 = 10;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// The line of the test, or the way that the process ended.
    Badly(String),
    TooLate,
}

/// What all trials have in common.
pub struct Trials<'a> {
    pub folders: &'a Folders,
    pub programs: Vec<Program>,
    pub tests: Vec<Test>,
    pub killers: &'a Killers,
}

/// What became of a mutant.
#[derive(Debug, PartialEq, Eq)]
pub struct Tried {
    pub outcome: Outcome,
    /// The test that noticed.
    pub by: Option<String>,
    /// In words.
    pub how: String,
}

pub fn all(progress: &Progress, trials: &Trials<'_>, mutants: &[Numbered]) -> Result<Vec<Tried>, Stop> {
    progress.say(&format!("{} mutants", mutants.len()));
    let missed = Mutex::new(File::create(trials.folders.work.join("missed.txt"))?);
    let tried = workers::each(progress, "mutants tried", mutants, |mutant| {
        let tried = match mutant.outcome() {
            Some(outcome) => Tried { outcome, by: None, how: String::new() },
            None => trials.of(mutant)?,
        };
        if tried.outcome == Outcome::Missed {
            // For who does not want to wait for the report.
            writeln!(missed.lock().unwrap_or_else(PoisonError::into_inner), "{} {}", mutant.mutant, tried.how)?;
        }
        Ok(tried)
    });
    emptied(&trials.folders.work.join("tmp"))?;
    tried.into_iter().map(|tried: io::Result<_>| tried.map_err(Stop::from)).collect()
}

impl Trials<'_> {
    fn of(&self, mutant: &Numbered) -> io::Result<Tried> {
        let batches = batches(&self.tests, mutant.number, self.killers.of(&mutant.mutant), &words(&mutant.mutant.file));
        let how = if batches.is_empty() { "(no test comes there)" } else { "" };
        for Batch { program, names, takes } in batches {
            let mut command = command(&self.programs[program], self.folders);
            command.arg("--exact").args(&names).env(ACTIVE, mutant.number.to_string());
            match run(command, AT_LEAST + takes * TIMES)? {
                (Ended::Well, _) => {}
                (Ended::Badly(how), _) => {
                    let by = names.iter().find(|name| how == failed(name)).map(|name| (*name).to_owned());
                    return Ok(Tried { outcome: Outcome::Caught, by, how });
                }
                (Ended::TooLate, _) => {
                    let by = (names.len() == 1).then(|| names[0].to_owned());
                    return Ok(Tried { outcome: Outcome::TimedOut, by, how: names.join(" ") });
                }
            }
        }
        Ok(Tried { outcome: Outcome::Missed, by: None, how: how.to_owned() })
    }
}

fn failed(test: &str) -> String {
    format!("test {test} ... FAILED")
}

/// Tests that one process runs.
#[derive(Debug, PartialEq, Eq)]
struct Batch<'a> {
    program: usize,
    names: Vec<&'a str>,
    takes: Duration,
}

/// What a test is named after that is about a file: the file, or its folder.
fn words(file: &str) -> Vec<&str> {
    let parts = file.trim_end_matches(".rs").rsplit('/').filter(|part| !["mod", "lib", "src"].contains(part));
    parts.take(2).collect()
}

/// Those that come to the mutant, the one that noticed the last time first and then the quickest, until the budget is
/// spent: first by those whose names have one of the words.
fn batches<'a>(tests: &'a [Test], mutant: usize, killer: Option<&str>, words: &[&str]) -> Vec<Batch<'a>> {
    let mut coming: Vec<&Test> = tests.iter().filter(|test| test.reaches.contains(&mutant)).collect();
    coming.sort_by_key(|test| (!words.iter().any(|word| test.name.contains(word)), test.takes));
    let killer = coming.iter().position(|test| Some(test.name.as_str()) == killer).map(|at| coming.remove(at));
    let mut batches: BTreeMap<(usize, usize), Batch<'_>> = BTreeMap::new();
    let mut spent = Duration::ZERO;
    for test in coming {
        // The quickest runs, however slow it is.
        if spent >= BUDGET {
            break;
        }
        spent += test.takes;
        let speed = AS_LONG.iter().filter(|limit| test.takes > **limit).count();
        let batch = batches.entry((speed, test.program)).or_insert(Batch {
            program: test.program,
            names: Vec::new(),
            takes: Duration::ZERO,
        });
        batch.names.push(&test.name);
        batch.takes += test.takes;
    }
    let alone = |test: &'a Test| Batch { program: test.program, names: vec![&test.name], takes: test.takes };
    killer.map(alone).into_iter().chain(batches.into_values()).collect()
}

/// The program as Cargo would start it, but for its temporary files: a test that is ended leaves them.
pub fn command(program: &Program, folders: &Folders) -> Command {
    let mut command = Command::new(&program.path);
    command.current_dir(&program.folder).env("CARGO_MANIFEST_DIR", &program.folder);
    command.env("TMPDIR", folders.work.join("tmp")).env_remove("RUST_BACKTRACE");
    command
}

/// Runs a program of tests until one fails, or the time is over.
pub fn run(mut command: Command, limit: Duration) -> io::Result<(Ended, Duration)> {
    let started = Instant::now();
    // Its children end with it.
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
    let mut child = command.spawn()?;
    let (sender, lines) = mpsc::channel();
    if let Some(output) = child.stdout.take() {
        std::thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let _ = sender.send(String::from_utf8_lossy(&line).into_owned());
            }
        });
    }
    let ended = loop {
        match lines.recv_timeout(limit.saturating_sub(started.elapsed())) {
            Ok(line) if line.ends_with("... FAILED") => {
                end(&mut child)?;
                break Ended::Badly(line);
            }
            Ok(_) => {}
            Err(RecvTimeoutError::Timeout) => {
                end(&mut child)?;
                break Ended::TooLate;
            }
            Err(RecvTimeoutError::Disconnected) => {
                let status = child.wait()?;
                break if status.success() { Ended::Well } else { Ended::Badly(status.to_string()) };
            }
        }
    };
    Ok((ended, started.elapsed()))
}

fn end(child: &mut Child) -> io::Result<()> {
    let group = format!("-{}", child.id());
    Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status()?;
    child.kill()?;
    child.wait().map(|_| ())
}

pub fn emptied(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: u64) -> io::Result<Ended> {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        run(command, Duration::from_millis(limit)).map(|(ended, _)| ended)
    }

    #[test]
    fn the_first_failure_ends_a_run() -> io::Result<()> {
        let failure = "test a::b ... FAILED";
        assert_eq!(shell(&format!("echo '{failure}'; sleep 60"), 30_000)?, Ended::Badly(failure.into()));
        assert_eq!(shell("echo 'test a::b ... ok'", 30_000)?, Ended::Well);
        assert!(matches!(shell("exit 101", 30_000)?, Ended::Badly(_)));
        Ok(())
    }

    #[test]
    fn a_run_that_hangs_is_ended_with_its_children() -> io::Result<()> {
        let started = Instant::now();
        assert_eq!(shell("sleep 60 & wait", 100)?, Ended::TooLate);
        assert!(started.elapsed() < Duration::from_secs(30));
        Ok(())
    }

    #[test]
    fn quick_tests_go_first_and_only_those_that_come_there() {
        let test = |program, name: &str, milliseconds, reaches: &[usize]| Test {
            program,
            name: name.to_owned(),
            takes: Duration::from_millis(milliseconds),
            reaches: reaches.iter().copied().collect(),
        };
        let tests = [
            test(0, "too slow", 90_000, &[1, 3]),
            test(0, "slow", 60_000, &[1]),
            test(0, "long", 300, &[1]),
            test(1, "short", 20, &[1, 2]),
            test(1, "other", 20, &[2]),
            test(1, "brief", 30, &[1]),
        ];
        let order: Vec<_> =
            batches(&tests, 1, None, &[]).into_iter().map(|batch| (batch.program, batch.names)).collect();
        assert_eq!(order, [(1, vec!["short", "brief"]), (0, vec!["long"]), (0, vec!["slow"])]);
        assert_eq!(batches(&tests, 3, None, &[]).len(), 1, "the only one");
        assert!(batches(&tests, 4, None, &[]).is_empty());
        let order: Vec<_> = batches(&tests, 1, Some("too slow"), &[]).into_iter().map(|batch| batch.names).collect();
        assert_eq!(order, [vec!["too slow"], vec!["short", "brief"], vec!["long"], vec!["slow"]]);
        let order: Vec<_> = batches(&tests, 1, None, &["too"]).into_iter().map(|batch| batch.names).collect();
        assert_eq!(order, [["too slow"]], "it is about the file");
    }

    #[test]
    fn a_file_and_its_folder_are_what_tests_are_named_after() {
        assert_eq!(words("local-pool/src/tokens/claims.rs"), ["claims", "tokens"]);
        assert_eq!(words("src/session/mod.rs"), ["session"]);
    }
}
