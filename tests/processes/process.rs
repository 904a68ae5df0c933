//! A process that was started, from outside.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::child::{ANSWER, DIRECTORY, LOCK, OUTPUTS};

/// Longer than any call may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A child, which does not outlive a test that failed.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
    is_ready: bool,
}

impl Process {
    /// Starts one; the first command waits until it is there.
    pub fn start(directory: &Path, outputs: &str, lock: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "child::is_another_process", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(DIRECTORY, directory).env(OUTPUTS, outputs).env(LOCK, lock);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let answer = line.split_once(ANSWER).map(|(_, answer)| answer.to_owned());
                if answer.is_some_and(|answer| sender.send(answer).is_err()) {
                    return;
                }
            }
        });
        Self { child, input, answers, is_ready: false }
    }

    /// Waits until it takes commands, so that the next one begins at once.
    pub fn ready(&mut self) -> &mut Self {
        if !self.is_ready {
            assert_eq!(self.answer(), "ready");
            self.is_ready = true;
        }
        self
    }

    /// Gives a command, to be begun after so many microseconds.
    pub fn begin(&mut self, wait: u64, command: &str) {
        self.ready();
        writeln!(self.input, "{wait} {command}").unwrap();
        self.input.flush().unwrap();
    }

    /// The answer to the command that was begun.
    pub fn answer(&mut self) -> String {
        match self.answers.recv_timeout(PATIENCE) {
            Ok(answer) => answer,
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// A command and its answer.
    pub fn does(&mut self, command: &str) -> String {
        self.begin(0, command);
        self.answer()
    }

    /// A command that succeeds.
    pub fn must(&mut self, command: &str) -> String {
        let answer = self.does(command);
        assert!(answer.starts_with("ok"), "{command}: {answer}");
        answer
    }

    /// Kills it; gives the answer that it had sent before.
    pub fn kill(mut self) -> Option<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.answers.recv_timeout(PATIENCE).ok() // its end of the pipe is closed: this waits for the reader only
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        assert!(kill.arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The access token in the answer to `fetch` or `refresh`.
pub fn token(answer: &str) -> Option<&str> {
    answer.strip_prefix("ok ")?.split(' ').nth(1)
}
