//! Swift and Kotlin have the same: `bindings/parity.md` lists what both have, and what only one has with the reason.
//! `PORTCULLIS_WRITE_PARITY=1 cargo test --test parity` writes the first list; reasons are written by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[path = "surface/mod.rs"]
mod surface;

const BEGIN: &str = "<!-- what both have, written by the test -->\n";
const END: &str = "<!-- end of what both have -->\n";
/// Set to write what both have.
const WRITE: &str = "PORTCULLIS_WRITE_PARITY";

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/parity.md")
}

/// The same for a name in either language's spelling (docs/vocabulary.md): `MFASetting.notPreferred` and
/// `MfaSetting.NOT_PREFERRED`, `StoreError` and `StoreException`. Swift's storage is nested, since the word is common.
fn key(path: &str) -> String {
    let path = path.strip_prefix("AuthClient.").filter(|rest| rest.starts_with("Storage")).unwrap_or(path);
    let owner = path.split('.').next().unwrap_or_default();
    let error = owner.strip_suffix("Exception").map(|name| format!("{name}Error"));
    let path = error.map_or_else(|| path.to_owned(), |error| path.replacen(owner, &error, 1));
    path.replace('_', "").to_lowercase()
}

fn keyed(surface: &surface::Surface) -> BTreeMap<String, &str> {
    surface.iter().map(|path| (key(path), path.as_str())).collect()
}

/// A row for each type, with its members.
fn table<'a>(paths: impl Iterator<Item = &'a str>) -> String {
    let mut types: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for path in paths {
        let (owner, member) = path.split_once('.').unwrap_or((path, ""));
        let members = types.entry(owner).or_default();
        if !member.is_empty() {
            members.push(format!("`{member}`"));
        }
    }
    let rows = types.iter().map(|(owner, members)| format!("| `{owner}` | {} |\n", members.join(", ")));
    format!("\n| type | members |\n|---|---|\n{}\n", rows.collect::<String>())
}

/// The rows of a list of what one language has alone.
fn alone<'a>(page: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    let list = page.split_once(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no {heading}")).1;
    let list = list.split("\n## ").next().unwrap();
    let rows = list.lines().filter_map(|line| line.strip_prefix("| `")?.strip_suffix(" |")?.split_once("` | "));
    rows.collect()
}

fn is_covered(path: &str, name: &str) -> bool {
    path == name || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
}

#[test]
fn what_one_language_has_the_other_has_too_or_there_is_a_reason() {
    let (swift, kotlin) = (surface::swift(), surface::kotlin());
    assert!(swift.len() > 400 && kotlin.len() > 400, "{}, {}: is this all?", swift.len(), kotlin.len());
    let (in_swift, in_kotlin) = (keyed(&swift), keyed(&kotlin));
    let text = fs::read_to_string(page()).unwrap();
    for (heading, mine, other) in [("Swift only", &in_swift, &in_kotlin), ("Kotlin only", &in_kotlin, &in_swift)] {
        let listed = alone(&text, heading);
        let only: BTreeSet<&str> =
            mine.iter().filter(|(key, _)| !other.contains_key(*key)).map(|(_, path)| *path).collect();
        let unexplained: Vec<_> =
            only.iter().filter(|path| !listed.iter().any(|(name, _)| is_covered(path, name))).collect();
        assert!(unexplained.is_empty(), "{heading}, and {} gives no reason: {unexplained:#?}", page().display());
        for (name, reason) in listed {
            assert!(only.iter().any(|path| is_covered(path, name)), "{heading}: {name} is not, or not only there");
            assert!(reason.len() > 10, "{name} has no reason");
        }
    }
}

#[test]
fn the_list_has_what_both_have() {
    let (swift, kotlin) = (surface::swift(), surface::kotlin());
    let in_kotlin = keyed(&kotlin);
    let both = table(swift.iter().map(String::as_str).filter(|path| in_kotlin.contains_key(&key(path))));
    let text = fs::read_to_string(page()).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (listed, after) = rest.split_once(END).unwrap();
    if std::env::var_os(WRITE).is_some() {
        fs::write(page(), format!("{before}{BEGIN}{both}{END}{after}")).unwrap();
        return;
    }
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (listed, both) = (lines(listed), lines(&both));
    let gone: Vec<_> = listed.difference(&both).collect();
    let new: Vec<_> = both.difference(&listed).collect();
    assert!(gone.is_empty() && new.is_empty(), "not in both any more: {gone:#?}\nin both now: {new:#?}");
}

/// With `MemberImportVisibility` a type whose declaration is not exported has no members for apps.
#[test]
fn what_swift_gives_another_name_is_exported_with_its_members() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/swift/Sources/Portcullis");
    let exports = fs::read_to_string(folder.join("Exports.swift")).unwrap();
    let exported: BTreeSet<&str> = exports
        .lines()
        .filter_map(|line| {
            line.strip_prefix("@_exported import ")?.split_once(" PortcullisCore.").map(|(_, name)| name)
        })
        .collect();
    let mut named = BTreeSet::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let aliases = text.lines().filter(|line| line.starts_with("public typealias "));
                named.extend(
                    aliases.filter_map(|line| line.split_once("= PortcullisCore.").map(|(_, name)| name.to_owned())),
                );
            }
        }
    }
    let named: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    assert!(named.len() > 50);
    assert_eq!(exported, named);
}
