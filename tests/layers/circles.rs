//! Which file of a crate uses which, and where that leads round in a circle.
//!
//! A file uses another when it names the other's module or something in it. A re-export counts as naming; a `mod` line
//! does not, or every folder would be a circle.

use std::collections::{BTreeMap, BTreeSet};

use super::Source;

type Uses = BTreeMap<String, BTreeSet<String>>;

/// The circles that are left when the uses in `known` (user, used) are not counted: each as its files, sorted.
pub fn circles(sources: &[Source], known: &[(&str, &str)]) -> Vec<Vec<String>> {
    let mut uses = uses(sources);
    for (user, used) in known {
        let counted = uses.get_mut(*user).is_some_and(|all| all.remove(*used));
        assert!(counted, "{user} does not use {used} any more: take the line out of the list");
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> = uses.keys().map(|file| (file.as_str(), reach(&uses, file))).collect();
    let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
    for (file, others) in &reached {
        let circle: Vec<String> =
            others.iter().filter(|other| reached[*other].contains(file)).map(|other| (*other).to_owned()).collect();
        if !circle.is_empty() {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

/// Everything that a file uses, also by way of others; the file itself when it is in a circle.
fn reach<'a>(uses: &'a Uses, file: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<&str> = uses[file].iter().map(String::as_str).collect();
    while let Some(next) = waiting.pop() {
        if reached.insert(next) {
            waiting.extend(uses[next].iter().map(String::as_str));
        }
    }
    reached
}

pub fn uses(sources: &[Source]) -> Uses {
    let files: BTreeMap<Vec<String>, &str> =
        sources.iter().map(|source| (source.path(), source.file.as_str())).collect();
    sources.iter().map(|source| (source.file.clone(), used_by(source, &files))).collect()
}

fn used_by(source: &Source, files: &BTreeMap<Vec<String>, &str>) -> BTreeSet<String> {
    let named = source.named();
    let mut imported: BTreeMap<&str, &[String]> = BTreeMap::new();
    for path in &named {
        if let [root, .., last] = path.as_slice()
            && root == "crate"
            && files.contains_key(&path[1..])
        {
            imported.insert(last, &path[1..]);
        }
    }
    let mut used = BTreeSet::new();
    for path in &named {
        let whole: Vec<String> = match path.split_first() {
            Some((root, rest)) if root == "crate" && !rest.is_empty() => rest.to_vec(),
            Some((first, rest)) if !rest.is_empty() => {
                let child = [source.path(), vec![first.clone()]].concat();
                let start = if files.contains_key(&child) { Some(child) } else { None };
                let start = start.or_else(|| imported.get(first.as_str()).map(|path| path.to_vec()));
                let Some(start) = start else { continue };
                [start.as_slice(), rest].concat()
            }
            _ => continue,
        };
        // The longest beginning that is a file; what follows is something in it.
        let file = (0..=whole.len()).rev().find_map(|length| files.get(&whole[..length]));
        if let Some(file) = file.filter(|file| **file != source.file) {
            used.insert((*file).to_owned());
        }
    }
    used
}

#[cfg(test)]
mod checked {
    use super::*;

    fn of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        circles(&files.iter().map(|(file, code)| Source::new(file, code)).collect::<Vec<_>>(), &[])
    }

    #[test]
    fn a_circle_is_seen_however_it_is_written() {
        let circle = [["a.rs", "b.rs"].map(str::to_owned).to_vec()];
        assert_eq!(of(&[("a.rs", "use crate::b::Thing;"), ("b.rs", "fn f() { crate::a::g() }")]), circle);
        assert_eq!(of(&[("a.rs", "use super::b;"), ("b.rs", "use super::{a::{self, X}, c};"), ("c.rs", "")]), circle);
        let folder = [["m/c.rs", "m/mod.rs"].map(str::to_owned).to_vec()];
        assert_eq!(of(&[("m/mod.rs", "mod c; use self::c::X;"), ("m/c.rs", "use super::Y;")]), folder);
        assert_eq!(of(&[("m/mod.rs", "mod c; pub use c::X;"), ("m/c.rs", "use super::*;")]), folder);
        assert_eq!(of(&[("m/mod.rs", "mod c; fn f() { c::go() }"), ("m/c.rs", "use crate::m::Y;")]), folder);
        let by_import =
            [("a.rs", "use crate::m; fn f() { m::c::go() }"), ("m/mod.rs", ""), ("m/c.rs", "use crate::a;")];
        assert_eq!(of(&by_import), [["a.rs", "m/c.rs"].map(str::to_owned).to_vec()]);
    }

    #[test]
    fn a_longer_circle_is_one_circle() {
        let files = [("a.rs", "use crate::b::X;"), ("b.rs", "use crate::c::X;"), ("c.rs", "use crate::a::X;")];
        assert_eq!(of(&files), [["a.rs", "b.rs", "c.rs"].map(str::to_owned).to_vec()]);
    }

    #[test]
    fn what_is_no_circle_is_left_alone() {
        assert!(of(&[("m/mod.rs", "pub mod c; pub mod d;"), ("m/c.rs", "use super::d;"), ("m/d.rs", "")]).is_empty());
        assert!(of(&[("lib.rs", "mod a; pub use self::a::X;"), ("a.rs", "use crate::b;"), ("b.rs", "")]).is_empty());
        assert!(
            of(&[("a.rs", "// use crate::b;\nconst B: &str = \"crate::b\";"), ("b.rs", "use crate::a;")]).is_empty()
        );
    }
}
