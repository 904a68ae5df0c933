//! The document of what is promised names a test for each promise: every one of them is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between backticks in the document.
fn named() -> Vec<String> {
    let text = fs::read_to_string(root().join("docs/guarantees.md")).unwrap();
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn sources(folder: PathBuf, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// The names of functions under `src` and `tests`.
fn functions() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(root().join("src"), &mut files);
    sources(root().join("tests"), &mut files);
    let name = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap().to_owned();
    files.iter().flat_map(|file| file.split("fn ").skip(1).map(name).collect::<Vec<_>>()).collect()
}

#[test]
fn every_test_that_the_document_names_is_there() {
    let functions = functions();
    let (mut tests, mut files) = (0, 0);
    for name in named().iter().filter(|name| !name.starts_with("cargo ") && !name.contains('…')) {
        let is_identifier = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if name.contains('/') {
            assert!(root().join(name).exists(), "{name} is not there");
            files += 1;
        } else if is_identifier && functions.contains(name) {
            tests += 1;
        } else if is_identifier {
            let is_file = root().join("tests").join(format!("{name}.rs")).is_file();
            // A unit-test file by its short name, and a fuzz target.
            assert!(
                is_file || ["accounts_tests", "record"].contains(&name.as_str()),
                "{name} is neither a test nor a file"
            );
            files += 1;
        }
    }
    assert!(tests > 60 && files > 40, "{tests} tests and {files} files: is this the document?");
}
