//! The orders of threads around the current session, tried by shuttle. The crate itself is compiled for it, and nothing
//! below it: `cargo rustc` gives the flag to the one crate.

use crate::count::{self, Counts};
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, judged, must};
use crate::workspace::Workspace;

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut command = workspace.cargo("rustc");
    command.args(["--package", "portcullis", "--lib", "--profile", "test", "--message-format", "json"]);
    command.args(["--", "--cfg", "shuttle"]);
    let built = must(progress, &mut command, "cargo rustc -- --cfg shuttle")?;
    let Some(tests) = executable(&built.output) else {
        return Err(Stop::failed("cargo names no program with the tests", Counts::default(), ""));
    };
    let mut command = workspace.command(tests);
    command.arg("session::races");
    let finished = progress.run(&mut command, "the races of the session")?;
    judged(&finished, count::cargo_test(&finished.output, "\0"), "races")
}

/// The last program that cargo's messages name.
fn executable(messages: &str) -> Option<&str> {
    let after = messages.rsplit("\"executable\":\"").next().filter(|after| after.len() < messages.len())?;
    after.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_the_messages() {
        let messages = "{\"executable\":null}\n{\"executable\":\"/deps/one-1\",\"fresh\":true}\n{\"success\":true}";
        assert_eq!(executable(messages), Some("/deps/one-1"));
        assert_eq!(executable("{\"executable\":null}"), None);
    }
}
