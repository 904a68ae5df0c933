//! The twins of Amplify's names (`AmplifyNames.swift`, `AmplifyNames.kt`): none can be used, and each says what is to be used
//! in its place.

use std::fs;
use std::path::Path;

const SWIFT: &str = "bindings/swift/Sources/Portcullis/AmplifyNames.swift";
const KOTLIN: &str = "bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis/AmplifyNames.kt";

#[derive(Debug)]
pub struct Twin {
    /// The type that it is a member of.
    pub owner: Option<String>,
    /// Amplify's name, in Swift with its labels.
    pub old: String,
    /// The name here, in Swift with its labels.
    pub new: String,
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// What stands between two texts, and what comes behind.
fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str)> {
    text.split_once(begin)?.1.split_once(end)
}

pub fn swift() -> Vec<Twin> {
    const REFUSED: &str = "@available(*, unavailable, ";
    let text = read(SWIFT);
    let twins: Vec<Twin> = text
        .match_indices(REFUSED)
        .map(|(at, _)| {
            let (new, rest) = between(&text[at..], "renamed: \"", "\"").unwrap();
            let (_, declared) = rest.split_once("public ").unwrap();
            let (keyword, declared) = declared.split_once(' ').unwrap();
            let old = match keyword {
                "func" => signature(declared),
                _ => declared.split([':', ' ']).next().unwrap().to_owned(),
            };
            let is_member = text[..at].ends_with(' ');
            let extended = text[..at].rsplit_once("extension ").and_then(|(_, rest)| rest.split(' ').next());
            Twin { owner: extended.filter(|_| is_member).map(str::to_owned), old, new: new.to_owned() }
        })
        .collect();
    assert_eq!(twins.len(), text.matches("public ").count(), "{SWIFT}: one can be used");
    twins
}

/// `update(oldPassword:to:)` of the text that declares it.
fn signature(declared: &str) -> String {
    let (name, rest) = declared.split_once('(').unwrap();
    let (parameters, _) = rest.split_once(')').unwrap();
    let labels =
        parameters.split(',').filter_map(|one| one.trim().split([' ', ':']).next()).filter(|one| !one.is_empty());
    format!("{name}({})", labels.map(|label| format!("{label}:")).collect::<String>())
}

pub fn kotlin() -> Vec<Twin> {
    let text = read(KOTLIN);
    let declarations = text.matches("public ").count() - text.matches("public sealed interface").count();
    let mut twins = Vec::new();
    for part in text.split("@Deprecated(").skip(1) {
        let (said, _) = between(part, "\"Renamed to ", ".\"").unwrap();
        let (replacement, rest) = between(part, "ReplaceWith(\"", "\")").unwrap();
        assert!(
            rest.trim_start_matches([',', ' ', '\n']).starts_with("DeprecationLevel.ERROR"),
            "{KOTLIN}: {replacement}"
        );
        assert_eq!(replacement.split('(').next(), Some(said), "{KOTLIN}");
        let (_, declared) = rest.split_once("public ").unwrap();
        let (keyword, declared) = declared.split_once(' ').unwrap();
        let name = declared.split(['(', ':', ' ']).next().unwrap();
        let (owner, name) = match name.split_once('.') {
            Some((owner, name)) => (Some(owner), name),
            None => ((keyword == "fun").then_some("AuthClient"), name),
        };
        // What keeps its name takes something else.
        let (old, new) = if name == said {
            let parameter = declared.split(['(', ':']).nth(1).unwrap();
            let argument = replacement.trim_end_matches(')').rsplit('.').next().unwrap();
            (format!("{name}({parameter})"), format!("{said}({argument})"))
        } else {
            (name.to_owned(), said.to_owned())
        };
        twins.push(Twin { owner: owner.map(str::to_owned), old, new });
    }
    assert_eq!(twins.len(), declarations, "{KOTLIN}: one can be used");
    twins
}
