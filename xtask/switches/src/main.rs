//! `mutant-switches instrument LIST SOURCE COPY ROOT REFUSED INDEX` writes the files of the list, with their mutants, and
//! the crate's root into the copy of the tree, and what became of each mutant into the index.
//!
//! `mutant-switches refuse LIST COPY MESSAGES REFUSED` adds the mutants that the compiler complained of to the refused.
#![allow(clippy::print_stderr, reason = "it is how a command line tool complains")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use mutant_switches::{Instrumented, Listed, Refused, file, list, refusals, root};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["instrument", list, source, copy, root, refused, index] => {
            instrument(Path::new(list), Path::new(source), Path::new(copy), root, Path::new(refused), Path::new(index))
        }
        ["refuse", list, copy, messages, refused] => {
            refuse(Path::new(list), Path::new(copy), Path::new(messages), Path::new(refused))
        }
        _ => Err("see the head of xtask/switches/src/main.rs".into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn instrument(list: &Path, source: &Path, copy: &Path, crate_root: &str, refused: &Path, index: &Path) -> Result<()> {
    let mutants = read_list(list)?;
    let mut refused = read_refused(refused)?;
    let mut files: BTreeMap<&str, Vec<(usize, &Listed)>> = BTreeMap::from([(crate_root, Vec::new())]);
    for (number, mutant) in numbered(&mutants) {
        let of_file = files.entry(&mutant.file).or_default();
        if !refused.contains_key(&number) {
            of_file.push((number, mutant));
        }
    }
    for (name, mutants) in files {
        let text = fs::read_to_string(source.join(name))?;
        let instrumented = file(&text, &mutants).map_err(|error| format!("{name}: {error}"))?;
        let Instrumented { text, unswitchable, unviable } = instrumented;
        refused.extend(unswitchable.into_iter().map(|number| (number, Refused::Unswitchable)));
        refused.extend(unviable.into_iter().map(|number| (number, Refused::Unviable)));
        let text = if name == crate_root { root(&text) } else { text };
        // What has not changed is not compiled again.
        if fs::read_to_string(copy.join(name)).ok().as_deref() != Some(&text) {
            fs::write(copy.join(name), text)?;
        }
    }
    let states = numbered(&mutants).map(|(number, mutant)| {
        let state = refused.get(&number).map_or("switched", |refused| word(*refused));
        format!("{number}\t{state}\t{}\n", mutant.name.replace(['\n', '\t'], " "))
    });
    Ok(fs::write(index, states.collect::<String>())?)
}

fn refuse(list: &Path, copy: &Path, messages: &Path, refused: &Path) -> Result<()> {
    let mutants = read_list(list)?;
    let text = |path: &Path| fs::read_to_string(copy.join(path)).ok();
    let found = refusals(&fs::read_to_string(messages)?, &text, &mutants);
    let mut all = read_refused(refused)?;
    let known = all.len();
    all.extend(found.mutants);
    let lines = all.iter().map(|(number, refused)| format!("{number}\t{}\n", word(*refused)));
    fs::write(refused, lines.collect::<String>())?;
    // Errors elsewhere may come of those that are left out now.
    if all.len() == known {
        return Err(format!("the compiler complains of no mutant\n{}", found.others.join("\n")).into());
    }
    Ok(())
}

fn read_list(path: &Path) -> Result<Vec<Listed>> {
    Ok(list(&fs::read_to_string(path)?)?)
}

fn numbered(mutants: &[Listed]) -> impl Iterator<Item = (usize, &Listed)> {
    mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant))
}

fn read_refused(path: &Path) -> Result<BTreeMap<usize, Refused>> {
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = fs::read_to_string(path)?;
    let entries = text.lines().filter_map(|line| {
        let (number, state) = line.split_once('\t')?;
        let refused = if state == "unviable" { Refused::Unviable } else { Refused::Unswitchable };
        Some((number.parse().ok()?, refused))
    });
    Ok(entries.collect())
}

fn word(refused: Refused) -> &'static str {
    match refused {
        Refused::Unviable => "unviable",
        Refused::Unswitchable => "unswitchable",
    }
}
