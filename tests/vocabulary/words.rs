//! The words that names and texts are made of.

use std::fs;
use std::path::{Path, PathBuf};

/// Written by a program, so that its words are those of its source.
const GENERATED: [&str; 2] = ["portcullis.kt", "PortcullisCore.swift"];

/// `confirmWithSMSCode` is `confirm`, `With`, `SMSCode`: where capitals end is not to be seen, and need not be.
pub fn words(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for run in text.split(|c: char| !c.is_ascii_alphabetic()) {
        let bytes = run.as_bytes();
        let mut start = 0;
        for at in 1..bytes.len() {
            let after_small = bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase();
            if after_small {
                found.push(&run[start..at]);
                start = at;
            }
        }
        if start < run.len() {
            found.push(&run[start..]);
        }
    }
    found
}

pub fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty())
}

/// The names that a Rust source declares for others.
pub fn public_items(text: &str) -> impl Iterator<Item = &str> {
    const KEYWORDS: [&str; 9] = ["struct", "enum", "trait", "type", "fn", "const", "mod", "static", "async"];
    text.lines().filter_map(|line| {
        let declared = line.trim_start().strip_prefix("pub ")?;
        let mut names = identifiers(declared).skip_while(|word| KEYWORDS.contains(word));
        names.next()
    })
}

/// The files of some folders and their folders, by their paths in the repository; of `.` those that are in it.
pub fn files(folders: &[&str], extensions: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folders {
        let mut waiting: Vec<PathBuf> = vec![if *folder == "." { root.to_owned() } else { root.join(folder) }];
        while let Some(place) = waiting.pop() {
            for entry in fs::read_dir(&place).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                if path.is_dir() {
                    if *folder != "." && !matches!(name.as_str(), "target" | "node_modules") {
                        waiting.push(path);
                    }
                } else if path.extension().is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
                    && !GENERATED.contains(&name.as_str())
                {
                    let shown = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                    found.push((shown, fs::read_to_string(&path).unwrap()));
                }
            }
        }
    }
    assert!(!found.is_empty(), "no {extensions:?} in {folders:?}");
    found
}
