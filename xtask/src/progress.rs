//! Runs programs with their output in a log, and says now and then what is being waited for.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HEARTBEAT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

/// One step's place on the screen and its log.
pub struct Progress {
    title: String,
    log: PathBuf,
    started: Instant,
}

/// What a program left behind.
pub struct Finished {
    pub success: bool,
    /// The exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// Its standard output and error, as they came.
    pub output: String,
}

impl Progress {
    /// Announces the step `name` under `title` and empties its log.
    pub fn start(title: String, name: &str, logs: &Path) -> io::Result<Self> {
        fs::create_dir_all(logs)?;
        let log = logs.join(format!("{name}.log"));
        File::create(&log)?;
        println!("{title}");
        Ok(Self { title, log, started: Instant::now() })
    }

    /// A line about what happens now.
    pub fn say(&self, text: &str) {
        println!("{}: {text}", self.title);
    }

    pub fn log(&self) -> &Path {
        &self.log
    }

    /// The time since the step began.
    pub fn elapsed(&self) -> String {
        seconds(self.started.elapsed())
    }

    /// Runs the program to its end. `waiting_for` completes "waiting for …".
    pub fn run(&self, command: &mut Command, waiting_for: &str) -> io::Result<Finished> {
        let mut log = OpenOptions::new().append(true).read(true).open(&self.log)?;
        let from = log.seek(SeekFrom::End(0))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log.try_clone()?);
        let program = command.get_program().to_string_lossy().into_owned();
        let mut child = command.spawn().map_err(|error| io::Error::new(error.kind(), format!("{program}: {error}")))?;
        let mut last_sign = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            std::thread::sleep(POLL);
            if last_sign.elapsed() >= HEARTBEAT {
                last_sign = Instant::now();
                let latest = last_line(&self.log).map(|line| format!(" ({line})")).unwrap_or_default();
                self.say(&format!("{}, waiting for {waiting_for}{latest}", self.elapsed()));
            }
        };
        let mut bytes = Vec::new();
        log.seek(SeekFrom::Start(from))?;
        log.read_to_end(&mut bytes)?;
        Ok(Finished {
            success: status.success(),
            code: status.code(),
            output: String::from_utf8_lossy(&bytes).into_owned(),
        })
    }
}

fn seconds(duration: Duration) -> String {
    match duration.as_secs() {
        short @ 0..60 => format!("{short} s"),
        long => format!("{} min {:02} s", long / 60, long % 60),
    }
}

/// The last line of the log that says something, short enough to stand in a line of ours.
fn last_line(log: &Path) -> Option<String> {
    const END: u64 = 4096;
    const WIDTH: usize = 80;
    let mut file = File::open(log).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).ok()?;
    shortened(&String::from_utf8_lossy(&bytes), WIDTH)
}

fn shortened(text: &str, width: usize) -> Option<String> {
    let line = text.split(['\n', '\r']).rev().map(str::trim).find(|line| !line.is_empty())?;
    let printable: String = line.chars().filter(|c| !c.is_control()).take(width).collect();
    Some(if printable.chars().count() < line.chars().count() { printable + "…" } else { printable })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        assert_eq!(seconds(Duration::from_secs(59)), "59 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
    }

    #[test]
    fn the_latest_sign_of_life_is_one_short_line() {
        assert_eq!(shortened("old\n 10%\r 20%\n\n", 80).as_deref(), Some("20%"));
        assert_eq!(shortened("abcdef", 3).as_deref(), Some("abc…"));
        assert_eq!(shortened("\n", 3), None);
    }

    #[test]
    fn a_run_returns_its_own_output_and_the_log_keeps_all() -> io::Result<()> {
        let folder = std::env::temp_dir().join(format!("portcullis-progress-{}", std::process::id()));
        let progress = Progress::start("test".into(), "progress", &folder)?;
        let first = progress.run(Command::new("sh").args(["-c", "echo one; exit 3"]), "sh")?;
        let second = progress.run(Command::new("sh").args(["-c", "echo two >&2"]), "sh")?;
        assert_eq!((first.success, first.output.as_str()), (false, "one\n"));
        assert_eq!((second.success, second.output.as_str()), (true, "two\n"));
        assert_eq!(fs::read_to_string(progress.log())?, "one\ntwo\n");
        fs::remove_dir_all(folder)
    }
}
