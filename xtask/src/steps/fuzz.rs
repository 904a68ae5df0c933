//! The long run of the fuzzer: libFuzzer, which keeps the inputs that reach new code and changes those.
//!
//! The code is instrumented with LLVM's own pass, which stable Rust can ask for; sanitizers would need nightly, and safe
//! Rust has little use for them. The short run is a test of `fuzz/`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use crate::count::Counts;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, must};
use crate::workspace::Workspace;

/// As `fuzz/src/lib.rs` names them.
pub const TARGETS: [&str; 5] = ["claims", "configuration", "exception", "file", "record"];

const FLAGS: [&str; 7] = [
    "--cfg=fuzzing",
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Cforce-frame-pointers=yes",
];
/// More than any record, configuration or answer; a hostile one is tried by the short run.
const LONGEST_INPUT: &str = "-max_len=16384";
const SECONDS_AN_INPUT: &str = "-timeout=5";
const MEGABYTES: &str = "-rss_limit_mb=1024";

/// One target's part of a long run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongRun {
    pub target: &'static str,
    pub seconds: u64,
    pub seed: u32,
}

pub fn run(workspace: &Workspace, progress: &Progress, run: LongRun) -> StepResult {
    let LongRun { target, seconds, seed } = run;
    let program = build(workspace, progress)?;
    let found = workspace.root.join("fuzz/found").join(target);
    // What this run keeps, for the next one on this machine.
    let kept = workspace.target.join("fuzz/corpus").join(target);
    std::fs::create_dir_all(&found)?;
    std::fs::create_dir_all(&kept)?;
    progress.say(&format!("{seconds} s with seed {seed}"));
    let mut command = fuzzer(workspace, &program, target);
    command.arg(format!("-seed={seed}")).arg(format!("-max_total_time={seconds}"));
    command.arg(format!("-artifact_prefix={}/", found.display())).args([
        "-print_final_stats=1",
        LONGEST_INPUT,
        MEGABYTES,
    ]);
    command.arg(&kept).arg(workspace.root.join("fuzz/corpus").join(target)).arg(&found);
    let finished = progress.run(command.env("RUST_BACKTRACE", "0"), "libFuzzer")?;
    let report = Report::of(&finished.output);
    progress.say(&format!("{report}, seed {seed}"));
    if finished.success {
        // Git has no empty folders, and an empty one says nothing.
        let _ = std::fs::remove_dir(&found);
        return Ok(Counts { passed: 1, ..Counts::default() });
    }
    let why = match &report.broken_by {
        Some(input) => format!("again: cargo xtask fuzz --replay {}", workspace.shown(input)),
        None => format!("libFuzzer stopped; again: cargo xtask fuzz {target} --seed {seed}"),
    };
    // Without the thousand lines about inputs that broke nothing.
    let said: Vec<&str> = finished.output.lines().filter(|line| !line.starts_with('#')).collect();
    Err(Stop::failed(
        format!("{target}, seed {seed}; {why}"),
        Counts { failed: 1, ..Counts::default() },
        &said.join("\n"),
    ))
}

/// Tries one input, on the screen. Its folder says which target it is for.
pub fn replay(workspace: &Workspace, input: &Path) -> Result<ExitStatus, Stop> {
    let Some(target) = target_of(input) else {
        let why = format!("{} is in no target's folder ({})", input.display(), TARGETS.join(", "));
        return Err(Stop::failed(why, Counts::default(), ""));
    };
    let progress = Progress::start(format!("fuzz {target}"), "fuzz-replay", &workspace.logs())?;
    let program = build(workspace, &progress)?;
    let mut command = fuzzer(workspace, &program, target);
    Ok(command.arg(input).env("RUST_BACKTRACE", "1").status()?)
}

fn fuzzer(workspace: &Workspace, program: &Path, target: &str) -> Command {
    let mut command = workspace.command(program);
    command.env("PORTCULLIS_FUZZ_TARGET", target).arg(SECONDS_AN_INPUT);
    command
}

/// Builds the instrumented fuzzer in a target folder of its own.
fn build(workspace: &Workspace, progress: &Progress) -> Result<PathBuf, Stop> {
    install::install(workspace, progress, Piece::Rust)?;
    install::fuzzer::compiler(workspace, progress)?;
    let host = host(workspace)?;
    let folder = workspace.target.join("fuzz");
    let mut command = workspace.cargo("build");
    command.args(["--package", "portcullis-fuzz", "--profile", "fuzz"]);
    // Named though it is the host, so that build scripts are not instrumented.
    command.args(["--target", &host]).env("RUSTFLAGS", FLAGS.join(" ")).env("CARGO_TARGET_DIR", &folder);
    must(progress, command.env_remove("CARGO_ENCODED_RUSTFLAGS"), "cargo build of the fuzzer")?;
    Ok(folder.join(host).join("fuzz/portcullis-fuzz"))
}

fn host(workspace: &Workspace) -> Result<String, Stop> {
    let output = workspace.command("rustc").arg("-vV").output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: ")).map(str::to_owned);
    host.ok_or_else(|| Stop::Missing("rustc, which names the host".into()))
}

fn target_of(input: &Path) -> Option<&'static str> {
    let folder = input.parent()?.file_name()?.to_str()?;
    TARGETS.into_iter().find(|target| *target == folder)
}

/// What libFuzzer says at its end.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    executions: u64,
    edges: u64,
    broken_by: Option<PathBuf>,
}

impl Report {
    fn of(output: &str) -> Self {
        let mut report = Self::default();
        for line in output.lines() {
            if let Some(number) = line.strip_prefix("stat::number_of_executed_units:") {
                report.executions = number.trim().parse().unwrap_or_default();
            } else if let Some((_, path)) = line.split_once("Test unit written to ") {
                report.broken_by = Some(PathBuf::from(path.trim()));
            } else if let Some((_, rest)) = line.split_once(" cov: ") {
                report.edges = rest.split(' ').next().and_then(|number| number.parse().ok()).unwrap_or(report.edges);
            }
        }
        report
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} executions, {} edges reached", self.executions, self.edges)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libfuzzers_last_words_are_read() {
        let output = "\
#2\tINITED cov: 512 ft: 700 corp: 9/1024b exec/s: 0 rss: 40Mb
#8192\tREDUCE cov: 733 ft: 1204 corp: 80/9Kb lim: 400 exec/s: 4096 rss: 61Mb L: 7/99 MS: 1 Custom-
artifact_prefix='fuzz/found/record/'; Test unit written to fuzz/found/record/crash-ab12
stat::number_of_executed_units: 9001
stat::average_exec_per_sec:     4500
";
        let broken_by = Some(PathBuf::from("fuzz/found/record/crash-ab12"));
        assert_eq!(Report::of(output), Report { executions: 9001, edges: 733, broken_by });
        assert_eq!(Report::of(""), Report::default());
    }

    #[test]
    fn an_inputs_folder_is_its_target() {
        assert_eq!(target_of(Path::new("fuzz/found/claims/crash-1")), Some("claims"));
        assert_eq!(target_of(Path::new("crash-1")), None);
    }

    #[test]
    fn every_target_has_its_seeds() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("fuzz").join("corpus");
        let mut folders: Vec<String> = std::fs::read_dir(corpus)
            .into_iter()
            .flatten()
            .flatten()
            .map(|folder| folder.file_name().to_string_lossy().into_owned())
            .collect();
        folders.sort();
        assert_eq!(folders, TARGETS);
    }
}
