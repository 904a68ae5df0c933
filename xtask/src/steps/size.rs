//! What the library weighs: the shipped cdylib, stripped, in bytes and compressed, with who weighs most; held against the
//! last row of `docs/size.md`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::count::Counts;
use crate::install::{self, Piece};
use crate::progress::Progress;
use crate::verdict::{StepResult, Stop, must};
use crate::workspace::Workspace;

const HISTORY: &str = "docs/size.md";
/// How much more than the last row is no failure, in percent. What grows more names its feature in a new row.
const TOLERANCE: u64 = 3;
const SHOWN: usize = 15;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Size {
    bytes: u64,
    xz: u64,
}

pub fn run(workspace: &Workspace, progress: &Progress) -> StepResult {
    install::install(workspace, progress, Piece::Rust)?;
    let mut linker = workspace.cargo("build");
    must(progress, linker.args(["--package", "xtask", "--bin", "xtask-linker"]), "cargo build of the linker")?;
    // One crate type at a time: with several, Cargo drops the link-time optimisation.
    let mut build = workspace.cargo("rustc");
    build.args(["--release", "--package", "portcullis", "--lib", "--crate-type", "cdylib"]);
    build.arg("--").arg(format!("-Clinker={}", workspace.target.join("debug").join("xtask-linker").display()));
    must(progress, &mut build, "cargo rustc --release")?;
    let library = workspace.target.join("release").join("libportcullis.so");
    let stripped = workspace.logs().join("libportcullis.stripped.so");
    let mut strip = Command::new("strip");
    must(progress, strip.arg("-o").arg(&stripped).arg(&library), "strip (of binutils)")?;
    let size = Size { bytes: fs::metadata(&stripped)?.len(), xz: compressed(&stripped)? };
    progress.say(&format!("{} bytes, {} compressed (xz -9e)", size.bytes, size.xz));
    let symbols = Command::new("nm").args(["--print-size", "--demangle"]).arg(&library).output()?;
    for (name, bytes) in by_crate(&String::from_utf8_lossy(&symbols.stdout)).into_iter().take(SHOWN) {
        progress.say(&format!("{bytes:>9} of code in {name}"));
    }
    judge(size, last(&fs::read_to_string(workspace.root.join(HISTORY))?)?)
}

fn compressed(file: &Path) -> Result<u64, Stop> {
    let packed = Command::new("xz").args(["-9e", "--stdout", "--keep"]).arg(file).output()?;
    if packed.status.success() { Ok(packed.stdout.len() as u64) } else { Err(Stop::Missing("xz (of xz-utils)".into())) }
}

fn judge(now: Size, before: Size) -> StepResult {
    let is_more = |now: u64, before: u64| now * 100 > before * (100 + TOLERANCE);
    if !is_more(now.bytes, before.bytes) && !is_more(now.xz, before.xz) {
        return Ok(Counts { passed: 1, ..Counts::default() });
    }
    let why = format!("{now:?} is over {TOLERANCE} % more than the last row of {HISTORY}, {before:?}");
    Err(Stop::failed(
        &why,
        Counts { failed: 1, ..Counts::default() },
        "a feature that needs it gets a row with its reason",
    ))
}

/// The last row of the table `| what | bytes | xz |`.
fn last(history: &str) -> Result<Size, Stop> {
    let row = |line: &str| {
        let cells: Vec<String> = line.split('|').map(|cell| cell.trim().replace(',', "")).collect();
        Some(Size { bytes: cells.get(2)?.parse().ok()?, xz: cells.get(3)?.parse().ok()? })
    };
    let mut rows = history.lines().filter_map(row);
    rows.next_back().ok_or_else(|| Stop::Missing(format!("a row with sizes in {HISTORY}")))
}

/// The bytes of code a crate, the largest first, from the lines `address size type name` of `nm`.
fn by_crate(symbols: &str) -> Vec<(String, u64)> {
    let mut sizes: BTreeMap<String, u64> = BTreeMap::new();
    for line in symbols.lines() {
        let mut words = line.splitn(4, ' ');
        let (_, size, kind, name) = (words.next(), words.next(), words.next(), words.next());
        let (Some(size), Some("t" | "T" | "w" | "W"), Some(name)) = (size, kind, name) else { continue };
        *sizes.entry(crate_of(name)).or_default() += u64::from_str_radix(size, 16).unwrap_or(0);
    }
    let mut sizes: Vec<_> = sizes.into_iter().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    sizes
}

/// The crate whose item a symbol is: of `<alloc::sync::Arc<T> as Drop>::drop`, `alloc`.
fn crate_of(symbol: &str) -> String {
    let skipped = ["mut ", "const ", "dyn ", "impl "];
    let mut name = symbol;
    loop {
        let next = name.trim_start_matches(['<', '&', '*', '[', '(']);
        let next = skipped.iter().find_map(|word| next.strip_prefix(word)).unwrap_or(next);
        if next == name {
            break;
        }
        name = next;
    }
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(name.len());
    if name[end..].starts_with("::") { name[..end].to_owned() } else { "C and assembly".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_belongs_to_the_crate_of_its_item() {
        for (symbol, expected) in [
            ("<alloc::sync::Arc<T> as core::ops::Drop>::drop", "alloc"),
            ("<&mut dyn tokio::io::Read as std::io::Read>::read", "tokio"),
            ("portcullis::session::refresh::Refresher::join::{{closure}}", "portcullis"),
            ("ring_core_0_17_14__bn_mulx4x_mont", "C and assembly"),
        ] {
            assert_eq!(crate_of(symbol), expected);
        }
        let lines = "0001 0010 t a::b\n0002 0001 T c_function\n0003 00ff D data\n0004 0001 t a::c\n     U undefined";
        assert_eq!(by_crate(lines), [("a".to_owned(), 17), ("C and assembly".to_owned(), 1)]);
    }

    #[test]
    fn the_last_row_counts_and_three_percent_are_free() {
        let history =
            "| what | bytes | xz |\n|---|---|---|\n| old | 4,000,000 | 1,500,000 |\n| new | 1,000 | 500 |\n\nText.\n";
        let before = last(history).unwrap();
        assert_eq!(before, Size { bytes: 1000, xz: 500 });
        assert!(judge(Size { bytes: 1030, xz: 515 }, before).is_ok());
        assert!(judge(Size { bytes: 1031, xz: 500 }, before).is_err());
        assert!(judge(Size { bytes: 900, xz: 516 }, before).is_err());
    }
}
