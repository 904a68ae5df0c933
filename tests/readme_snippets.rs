//! What the READMEs show in Swift and Kotlin compiles: the snippets are written into a file of each language's tests, where
//! a `AtHand` has what a reader would have at hand. `PORTCULLIS_WRITE_SNIPPETS=1` writes them; the Swift one is compiled with
//! `MemberImportVisibility`, as new Xcode projects are.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

const PAGES: [&str; 5] = [
    "README.md",
    "bindings/swift/README.md",
    "bindings/kotlin/README.md",
    "docs/hosted-sign-in.md",
    "docs/credentials-and-federation.md",
];
const SWIFT: &str = "bindings/swift/Tests/ReadmeSnippets/Snippets.swift";
const KOTLIN: &str = "bindings/kotlin/portcullis/src/test/kotlin/dev/portcullis/readme/Snippets.kt";
const WRITE: &str = "PORTCULLIS_WRITE_SNIPPETS";

/// Snippets with these SDKs in them: `AwsSdkStory` and the Swift resolver's tests compile what is ours of them.
const OF_OTHERS: [&str; 2] = ["S3Client", "Auth0"];

fn path(of: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

struct Snippet {
    page: &'static str,
    lines: Vec<String>,
}

fn snippets(language: &str) -> Vec<Snippet> {
    let mut found = Vec::new();
    for page in PAGES {
        let text = fs::read_to_string(path(page)).unwrap_or_default();
        let mut open: Option<Vec<String>> = None;
        for line in text.lines() {
            match &mut open {
                None if line == format!("```{language}") => open = Some(Vec::new()),
                Some(lines) if line == "```" => {
                    let lines = std::mem::take(lines);
                    if !lines.iter().any(|line| OF_OTHERS.iter().any(|sdk| line.contains(sdk))) {
                        found.push(Snippet { page, lines });
                    }
                    open = None;
                }
                Some(lines) => lines.push(line.to_owned()),
                None => {}
            }
        }
    }
    found
}

/// A function for each snippet. An ellipsis is whatever the app does there, and never comes back.
fn written(language: &str, head: &str, function: &str, never: &str) -> String {
    let mut text = head.to_owned();
    for (number, snippet) in snippets(language).iter().enumerate() {
        text += &format!("\n// {}\n{}\n", snippet.page, function.replace('#', &(number + 1).to_string()));
        for line in snippet.lines.iter().filter(|line| !line.starts_with("import ")) {
            let indent = if function.contains('\n') { "        " } else { "    " };
            let line = format!("{indent}{}", line.replace('…', never));
            text += &format!("{}\n", line.trim_end());
        }
        text += if function.contains('\n') { "    }\n}\n" } else { "}\n" };
    }
    text
}

fn check(file: &str, text: &str) {
    if std::env::var_os(WRITE).is_some() {
        fs::write(path(file), text).unwrap();
    }
    let known = fs::read_to_string(path(file)).unwrap_or_default();
    assert!(known == text, "{file} is not what the READMEs show: run this test with {WRITE}=1");
}

#[test]
fn the_swift_snippets_are_the_ones_that_are_compiled() {
    let head = "// Written by tests/readme_snippets.rs from the READMEs.\n\nimport Foundation\nimport LocalPoolProcess\nimport Portcullis\nimport PortcullisTesting\n\n#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif\n";
    check(
        SWIFT,
        &written("swift", head, "extension AtHand {\n    @MainActor func snippet#() async throws {", "fatalError()"),
    );
}

#[test]
fn the_kotlin_snippets_are_the_ones_that_are_compiled() {
    let head = "\
// Written by tests/readme_snippets.rs from the READMEs.

@file:Suppress(\"UNUSED_VARIABLE\", \"UNREACHABLE_CODE\", \"VariableNeverRead\", \"AssignedValueIsNeverRead\")

package dev.portcullis.readme

import dev.portcullis.*
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.launch
";
    check(KOTLIN, &written("kotlin", head, "suspend fun AtHand.snippet#() {", "TODO()"));
}

#[test]
fn there_are_snippets() {
    assert!(snippets("swift").len() > 10 && snippets("kotlin").len() > 6);
}
