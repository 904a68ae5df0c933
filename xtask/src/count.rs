//! Reads how many tests passed, failed and were skipped out of what the test runners print or write.

use std::fmt;
use std::ops::{Add, AddAssign};
use std::path::Path;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Counts {
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The output of `cargo test`. Ignored tests of the binaries whose source is called `own_step*` are not counted: they
/// run, and count, in a step of their own.
pub fn cargo_test(output: &str, own_step: &str) -> Counts {
    let mut counts = Counts::default();
    let mut elsewhere = false;
    for line in output.lines().map(str::trim) {
        if let Some(binary) = line.strip_prefix("Running ") {
            let source = binary.split(" (").next().unwrap_or(binary);
            elsewhere = source.rsplit('/').next().is_some_and(|file| file.starts_with(own_step));
        } else if line.starts_with("Doc-tests ") {
            elsewhere = false;
        } else if let Some(result) = line.strip_prefix("test result: ") {
            counts.passed += number_before(result, " passed");
            counts.failed += number_before(result, " failed");
            if !elsewhere {
                counts.skipped += number_before(result, " ignored");
            }
        }
    }
    counts
}

/// Every Surefire report (`TEST-*.xml`) under `folder`.
pub fn surefire_reports(folder: &Path) -> std::io::Result<Counts> {
    let mut counts = Counts::default();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            counts += surefire_reports(&path)?;
        } else if is_surefire_report(&path) {
            counts += surefire(&std::fs::read_to_string(&path)?);
        }
    }
    Ok(counts)
}

pub fn is_surefire_report(path: &Path) -> bool {
    let in_its_folder = path.parent().is_some_and(|folder| folder.ends_with("surefire-reports"));
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    in_its_folder && name.starts_with("TEST-") && name.ends_with(".xml")
}

/// One Surefire report: the attributes of its `<testsuite>`.
fn surefire(report: &str) -> Counts {
    junit(report, "<testsuite ")
}

/// The report of Playwright, in JUnit's form: the attributes of its `<testsuites>`, which are the sums.
pub fn playwright(report: &str) -> Counts {
    junit(report, "<testsuites ")
}

fn junit(report: &str, start: &str) -> Counts {
    let Some((_, rest)) = report.split_once(start) else {
        return Counts::default();
    };
    let element = rest.split('>').next().unwrap_or(rest);
    let attribute = |name: &str| -> u64 {
        let quoted = element.split_once(&format!(" {name}=\"")).map(|(_, rest)| rest);
        quoted.and_then(|rest| rest.split('"').next()).and_then(|value| value.parse().ok()).unwrap_or(0)
    };
    let failed = attribute("failures") + attribute("errors");
    let skipped = attribute("skipped");
    Counts { passed: attribute("tests").saturating_sub(failed + skipped), failed, skipped }
}

/// The output of `swift test`: XCTest's lines and Swift Testing's.
pub fn swift_test(output: &str) -> Counts {
    let lines = || output.lines().map(str::trim);
    lines().fold(Counts::default(), |counts, line| counts + xctest_case(line)) + swift_testing(lines())
}

/// `Test Case 'Suite.name' passed (0.001 seconds)`.
fn xctest_case(line: &str) -> Counts {
    let Some((_, verdict)) = line.strip_prefix("Test Case '").and_then(|rest| rest.rsplit_once("' ")) else {
        return Counts::default();
    };
    Counts {
        passed: verdict.starts_with("passed (").into(),
        failed: verdict.starts_with("failed (").into(),
        skipped: verdict.starts_with("skipped (").into(),
    }
}

/// A symbol, then `Test name() passed after 0.001 seconds.`; at the end `Test run with 3 tests passed after …`, whose
/// number includes the skipped ones. Other output can tear single lines apart, so the sum comes from the last line.
fn swift_testing<'a>(lines: impl Iterator<Item = &'a str>) -> Counts {
    let mut counts = Counts::default();
    let mut total = None;
    for line in lines {
        let Some((symbol, text)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        let text = text.trim_start();
        if symbol.is_ascii() || !text.starts_with("Test ") || text.starts_with("Test case ") {
            continue;
        }
        if let Some(run) = text.strip_prefix("Test run with ") {
            total = run.split(' ').next().and_then(|number| number.parse::<u64>().ok());
        } else if text.contains(" skipped: ") || text.ends_with(" skipped.") {
            counts.skipped += 1;
        } else if text.contains(" failed after ") {
            counts.failed += 1;
        } else if text.contains(" passed after ") {
            counts.passed += 1;
        }
    }
    if let Some(total) = total {
        counts.passed = total.saturating_sub(counts.failed + counts.skipped);
    }
    counts
}

/// The whole number that stands just before `word`.
fn number_before(text: &str, word: &str) -> u64 {
    let before = text.split_once(word).map_or("", |(before, _)| before);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
    digits.parse().unwrap_or(0)
}

/// What went wrong, out of a test runner's output: the failures as Rust's harness lists them and the compiler's errors,
/// or the last lines.
pub fn failure_excerpt(output: &str, lines: usize) -> String {
    let mut listed = Vec::new();
    let mut listing = false;
    for line in output.lines() {
        if line == "failures:" || line.starts_with("error: ") || line.starts_with("error[") {
            listing = true;
        } else if line.starts_with("test result: ") || (listing && line.starts_with("warning: ")) {
            listing = false;
        }
        if listing {
            listed.push(line);
        }
    }
    if listed.is_empty() {
        let all: Vec<_> = output.lines().collect();
        listed = all[all.len().saturating_sub(lines)..].to_vec();
    }
    if listed.len() > lines {
        // Too much to read: where and what, without the pictures.
        let is_headline = |line: &&str| line.starts_with("error") || line.trim_start().starts_with("--> ");
        let headlines: Vec<_> = listed.iter().copied().filter(is_headline).collect();
        listed = if headlines.len() > 1 { headlines } else { listed };
        listed.truncate(lines);
    }
    listed.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARGO: &str = "\
   Compiling portcullis v0.1.0
     Running unittests src/lib.rs (target/debug/deps/portcullis-0e)

running 3 tests
test a::passes ... ok
test a::breaks ... FAILED

failures:

---- a::breaks stdout ----
thread 'a::breaks' panicked at src/a.rs:3:5:
left is not right

failures:
    a::breaks

test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s

     Running tests/interop_boto3.rs (target/debug/deps/interop_boto3-1f)
test result: ok. 0 passed; 0 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.00s

   Doc-tests portcullis
test result: ok. 12 passed; 0 failed; 2 ignored; 0 measured; 0 filtered out; finished in 1.00s
";

    #[test]
    fn cargo_results_are_summed_and_a_step_of_its_own_is_left_out() {
        assert_eq!(cargo_test(CARGO, "interop_"), Counts { passed: 13, failed: 1, skipped: 3 });
        assert_eq!(cargo_test(CARGO, "none_"), Counts { passed: 13, failed: 1, skipped: 7 });
        assert_eq!(cargo_test("error: could not compile", "interop_"), Counts::default());
    }

    #[test]
    fn a_surefire_report_counts_errors_as_failures() {
        let report = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="x" version="3.0.2" name="dev.portcullis.SignInTest" time="0.5" tests="9" errors="1" skipped="2" failures="1" flakes="0">
  <testcase name="a" tests="99"/></testsuite>"#;
        assert_eq!(surefire(report), Counts { passed: 5, failed: 2, skipped: 2 });
        assert_eq!(surefire("<html/>"), Counts::default());
    }

    #[test]
    fn playwrights_sums_are_its_first_elements() {
        let report = r#"<testsuites id="" name="" tests="7" failures="1" skipped="2" errors="0" time="3.5">
<testsuite name="a.spec.mjs" timestamp="x" tests="5" failures="0" skipped="2" time="1" errors="0">"#;
        assert_eq!(playwright(report), Counts { passed: 4, failed: 1, skipped: 2 });
        assert_eq!(playwright(""), Counts::default());
    }

    #[test]
    fn only_surefires_own_files_are_reports() {
        assert!(is_surefire_report(Path::new("core/target/surefire-reports/TEST-dev.A.xml")));
        assert!(!is_surefire_report(Path::new("core/target/surefire-reports/dev.A.txt")));
        assert!(!is_surefire_report(Path::new("core/target/TEST-dev.A.xml")));
    }

    #[test]
    fn both_swift_frameworks_are_counted_once() {
        let output = "\
Test Suite 'All tests' started at 2026-01-01 00:00:00.000
Test Case 'B.testFoo' started at 2026-01-01 00:00:00.000
Test Case 'B.testFoo' passed (0.001 seconds)
/repo/Tests/B.swift:5: B.testSkip : Test skipped - no
Test Case 'B.testSkip' skipped (0.0 seconds)
Test Case '-[FooTests.B testBad]' failed (0.2 seconds).
\t Executed 3 tests, with 1 test skipped and 2 failures (0 unexpected) in 0.002 (0.002) seconds
◇ Test run started.
✘ Test off() skipped: \"why\"
◇ Test many(i:) started.
✘ Test broken() recorded an issue at A.swift:3:1: Expectation failed: 1 == 2
✘ Test broken() failed after 0.001 seconds with 1 issue.
✔ Test case passing 1 argument i → 1 to many(i:) passed after 0.001 seconds.
✔ Test many(i:) passed after 0.001 seconds.
✔ Test \"a name, with words\" passed after 0.001 seconds.
✔ Suite Things passed after 0.001 seconds.
✘ Test run with 4 tests failed after 0.001 seconds with 1 issue.
";
        assert_eq!(swift_test(output), Counts { passed: 3, failed: 2, skipped: 2 });
    }

    #[test]
    fn a_torn_line_of_swift_testing_does_not_lose_a_test() {
        let output = "✔ Test a() passed after 0.1 seconds.\nlog ✔ Test b()\n passed after\n✔ Test run with 2 tests passed after 0.2 seconds.";
        assert_eq!(swift_test(output), Counts { passed: 2, failed: 0, skipped: 0 });
    }

    #[test]
    fn an_excerpt_shows_the_failures_or_the_end() {
        let excerpt = failure_excerpt(CARGO, 40);
        assert!(excerpt.contains("left is not right"));
        assert!(!excerpt.contains("Doc-tests"));
        assert_eq!(failure_excerpt("1\n2\n3", 2), "2\n3");
        assert_eq!(
            failure_excerpt("x\nerror[E0308]: mismatched types\n --> a.rs", 9),
            "error[E0308]: mismatched types\n --> a.rs"
        );
    }

    #[test]
    fn too_long_an_excerpt_keeps_what_and_where() {
        let output = "error: one\n --> a.rs:1:1\n  |\n1 | x\nerror[E1]: two\n   --> b.rs:2:2\n  |\n";
        assert_eq!(failure_excerpt(output, 4), "error: one\n --> a.rs:1:1\nerror[E1]: two\n   --> b.rs:2:2");
    }

    #[test]
    fn the_last_line_is_plain() {
        let counts = Counts { passed: 3, failed: 0, skipped: 1 };
        assert_eq!(counts.to_string(), "3 passed, 0 failed, 1 skipped");
    }
}
