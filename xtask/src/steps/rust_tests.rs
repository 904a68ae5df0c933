//! `cargo test` over the workspace: units, stories against local-pool, documentation examples.

use super::interop;
use super::person::Person;
use crate::count;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, judged};
use crate::workspace::Workspace;

/// What the tests need that are for a feature; all at once, so that the library is built once more and not twice.
const FEATURES: &str = "platform-verifier,aws-sdk,loopback";

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    // local-pool runs Lambda triggers with it.
    install::node::program(workspace, progress)?;
    let mut command = workspace.cargo("test");
    command.args(["--workspace", "--no-fail-fast"]);
    let finished = progress.run(&mut command, "cargo test")?;
    let counts = count::cargo_test(&finished.output, interop::TEST_PREFIX);
    Ok(judged(&finished, counts, "cargo test")? + over_tls(workspace, progress)? + of_features(workspace, progress)?)
}

/// What needs the features: the AWS SDK for Rust with credentials from the library, and browsers that come back to a port.
fn of_features(workspace: &Workspace, progress: &Progress) -> StepResult {
    let mut command = workspace.cargo("test");
    command.args([
        "--package",
        "portcullis",
        "--features",
        FEATURES,
        "--test",
        "story_aws_sdk",
        "--test",
        "story_loopback",
    ]);
    let finished = progress.run(&mut command, "what needs a feature")?;
    judged(&finished, count::cargo_test(&finished.output, "\0"), "what needs a feature")
}

/// The tests that need a person with a browser.
pub fn with_person(workspace: &Workspace, progress: &Progress, person: &Person) -> StepResult {
    let mut command = workspace.cargo("test");
    command.args(["--package", "portcullis", "--features", FEATURES, "--test", "browser_sign_in", "--"]);
    // The process that one of them starts by itself is no test.
    command.args(["--ignored", "--skip", "is_an_app_that_opened_the_browser"]);
    let finished = progress.run(command.envs([person.variable()]), "sign-ins in a browser")?;
    judged(&finished, count::cargo_test(&finished.output, "\0"), "sign-ins in a browser")
}

/// What stays in memory of an answer that came over TLS: the test's server has a certificate of its own, which only the
/// system's verifier can be told to trust.
fn over_tls(workspace: &Workspace, progress: &Progress) -> StepResult {
    let mut command = workspace.cargo("test");
    command.args(["--package", "portcullis", "--features", FEATURES, "--test", "secrets_memory"]);
    let finished = progress.run(command.arg("tls"), "secrets_memory over TLS")?;
    judged(&finished, count::cargo_test(&finished.output, "\0"), "secrets_memory over TLS")
}
