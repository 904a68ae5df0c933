//! What was asked for.

use crate::install::Piece;
use crate::steps::demo::Language;
use crate::steps::{Step, browser};

mod long_runs;
mod request;

pub use request::Request;

pub const USAGE: &str = "\
cargo xtask <command>

  test                     everything: lints, Rust, Kotlin, Swift, drift, interoperability, browser, mobile
                           type-check
  ci                       the same with CI's rules: what could not run is a failure, Cargo.lock is not touched
  demo [--chapter NAME]    a sign-in against local-pool in Rust, or another chapter: sign-in, mfa, new-password, choice,
                           passkey, devices, account, credentials, hosted-ui, all
  demo --kotlin|--swift    the sign-in in that language; these have no chapters

Single steps:
  fmt                      the formatting of the Rust code (cargo fmt repairs it)
  clippy                   lints, warnings are errors
  doc                      the Rust documentation, warnings are errors
  rust-test                cargo test over the workspace
  races                    every order of threads around the current session (shuttle)
  timing                   whether time tells who has an account at local-pool
  errors                   write the errors' codes and cases into Swift and Kotlin, and docs/errors.md, from the Rust table
  bindgen [--check]        write the Kotlin and Swift bindings; with --check only say whether they are current
  kotlin-test              the Kotlin build and tests (Maven)
  swift-test               the Swift build and tests (SwiftPM)
  interop-test             other Cognito clients and servers against ours (boto3, moto, amazon-cognito-identity-js)
  browser-test [--screenshots]
                           the hosted pages and sign-ins by them in Chromium; --screenshots writes pictures of every page
                           to target/browser/screenshots
  mobile-check             type-check for Android and iOS, with no SDK needed
  deny [--advisories]      licences, sources and forbidden crates; --advisories downloads the advisory database too
  bench [ARGS]             the benchmarks; those of the bridge: demo --kotlin --bench, demo --swift --bench

Long runs, which are not part of test:
  fuzz [--minutes N] [--seed N] [TARGET...]
                           look for inputs that break a reader: claims configuration exception file record (all, a
                           minute each); what is found goes to fuzz/found, which rust-test replays
  fuzz --replay FILE       one input again
  mutants [PATH...]        change the code of session, storage and devices, or of PATH, and see whether tests notice
  mutants --thorough [--shard K/N] [PATH...]
                           the same with each change compiled by itself, which takes hours; K counts from 0
  soak [--operations N] [--seed N]
                           the model test of the session for N operations (1000000)
  size                     build the shipped library and say what it weighs, held against docs/size.md

Tools:
  setup [PIECE...]         install what the steps need: rust kotlin swift mobile node python browser, deny
                           mutants (not the last two when none is named)
  swift -- ARGS            run swift where swift-test runs it, in the current folder

PORTCULLIS_CACHE names the folder for what is installed outside the system (default: ~/.cache/portcullis).";

/// Reads the arguments after `cargo xtask`.
pub fn parse(arguments: &[String]) -> Result<Request, String> {
    let Some((command, rest)) = arguments.split_first() else {
        return Ok(Request::Help);
    };
    let without_arguments = |steps: Vec<Step>| match rest.first() {
        None => Ok(Request::Steps(steps)),
        Some(extra) => Err(format!("{command} takes no argument, not {extra:?}")),
    };
    match command.as_str() {
        "help" | "--help" | "-h" => Ok(Request::Help),
        "test" | "ci" => without_arguments(Step::ALL_TESTS.to_vec()),
        "fmt" => without_arguments(vec![Step::Fmt]),
        "clippy" => without_arguments(vec![Step::Clippy]),
        "doc" => without_arguments(vec![Step::Doc]),
        "races" => without_arguments(vec![Step::Races]),
        "timing" => without_arguments(vec![Step::Timing]),
        "rust-test" => without_arguments(vec![Step::RustTest]),
        "kotlin-test" => without_arguments(vec![Step::KotlinTest]),
        "swift-test" => without_arguments(vec![Step::SwiftTest]),
        "interop-test" => without_arguments(vec![Step::InteropTest]),
        "browser-test" => flag(command, rest, "--screenshots")
            .map(|screenshots| one(Step::BrowserTest(browser::Options { screenshots }))),
        "mobile-check" => without_arguments(vec![Step::MobileCheck]),
        "errors" => without_arguments(vec![Step::Errors]),
        "bindgen" => flag(command, rest, "--check").map(|check| one(Step::Bindgen { check })),
        "deny" => flag(command, rest, "--advisories").map(|advisories| one(Step::Deny { advisories })),
        "demo" => demo(rest),
        "bench" => Ok(Request::Bench(after_dashes(rest))),
        "swift" => Ok(Request::Swift(after_dashes(rest))),
        "fuzz" => long_runs::fuzz(rest),
        "mutants" => long_runs::mutants(rest),
        "soak" => long_runs::soak(rest),
        "size" => without_arguments(vec![Step::Size]),
        "setup" => setup(rest),
        unknown => Err(format!("no command {unknown:?}")),
    }
}

fn one(step: Step) -> Request {
    Request::Steps(vec![step])
}

fn flag(command: &str, rest: &[String], name: &str) -> Result<bool, String> {
    match rest {
        [] => Ok(false),
        [only] if only == name => Ok(true),
        _ => Err(format!("{command} takes only {name}")),
    }
}

fn demo(rest: &[String]) -> Result<Request, String> {
    let (language, rest) = match rest.first().map(String::as_str) {
        Some("--kotlin") => (Language::Kotlin, &rest[1..]),
        Some("--swift") => (Language::Swift, &rest[1..]),
        Some("--rust") => (Language::Rust, &rest[1..]),
        _ => (Language::Rust, rest),
    };
    // The Rust demo knows its chapters and names them when it is asked for another.
    if language != Language::Rust && rest.first().is_some_and(|argument| argument == "--chapter") {
        return Err("only the Rust demo has chapters".into());
    }
    Ok(Request::Demo(language, after_dashes(rest)))
}

fn setup(rest: &[String]) -> Result<Request, String> {
    if rest.is_empty() {
        return Ok(Request::Steps(Piece::USUAL.iter().copied().map(Step::Setup).collect()));
    }
    let pieces = rest
        .iter()
        .map(|name| Piece::named(name).map(Step::Setup).ok_or_else(|| format!("setup knows no piece {name:?}")));
    pieces.collect::<Result<Vec<_>, _>>().map(Request::Steps)
}

fn after_dashes(rest: &[String]) -> Vec<String> {
    rest.strip_prefix(&["--".to_owned()]).unwrap_or(rest).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Request, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn flags_choose_the_variant_of_a_step() {
        assert_eq!(parsed("bindgen"), Ok(one(Step::Bindgen { check: false })));
        assert_eq!(parsed("bindgen --check"), Ok(one(Step::Bindgen { check: true })));
        assert_eq!(parsed("demo"), Ok(Request::Demo(Language::Rust, vec![])));
        assert_eq!(parsed("demo --swift -- -v"), Ok(Request::Demo(Language::Swift, vec!["-v".into()])));
        let chapter = vec!["--chapter".into(), "mfa".into()];
        assert_eq!(parsed("demo --chapter mfa"), Ok(Request::Demo(Language::Rust, chapter)));
        assert!(parsed("demo --kotlin --chapter mfa").is_err_and(|text| text.contains("chapters")));
        let pictures = Step::BrowserTest(browser::Options { screenshots: true });
        assert_eq!(parsed("browser-test --screenshots"), Ok(one(pictures)));
        assert_eq!(parsed("setup swift"), Ok(one(Step::Setup(Piece::Swift))));
    }

    #[test]
    fn unknown_words_are_refused_and_named() {
        assert!(parsed("tset").is_err_and(|text| text.contains("tset")));
        assert!(parsed("fmt --now").is_err_and(|text| text.contains("--now")));
        assert!(parsed("bindgen --chekc").is_err_and(|text| text.contains("--check")));
        assert!(parsed("setup perl").is_err_and(|text| text.contains("perl")));
    }
}
