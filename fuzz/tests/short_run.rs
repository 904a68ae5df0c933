//! Tries every target with its seeds, with what once broke it, with hostile shapes, and with changes of all of these: the
//! same inputs in every run. `cargo xtask fuzz` is the long run.
#![allow(clippy::expect_used, clippy::panic, clippy::disallowed_methods, reason = "a test, which measures real time")]

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use portcullis_fuzz::{TARGETS, Target, mutation, target};

const SEED: u64 = 0x9071_c011;
const CHANGES: usize = 8_000;
const LONGEST: usize = 4 * 1024;
/// A thousand times what an input takes, since the machine may be busy.
const TIME: Duration = Duration::from_secs(3);
/// What one input may have allocated at once; a JSON document takes some hundred times its text.
const MEMORY: fn(usize) -> u64 = |length| 256 * 1024 + 1024 * length as u64;

#[test]
fn claims() {
    run("claims");
}

#[test]
fn configuration() {
    run("configuration");
}

#[test]
fn exception() {
    run("exception");
}

#[test]
fn file() {
    run("file");
}

#[test]
fn record() {
    run("record");
}

#[test]
fn every_target_has_seeds() {
    for folder in [corpus(), found()] {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let name = entry.expect("an entry").file_name();
            assert!(name.to_str().is_some_and(|name| target(name).is_some()), "{name:?} belongs to no target");
        }
    }
    for target in TARGETS {
        assert!(!inputs(&corpus().join(target.name)).is_empty(), "{} has no seeds", target.name);
    }
}

fn run(name: &str) {
    let target = target(name).expect("a target");
    let mut tried = inputs(&corpus().join(name));
    tried.extend(inputs(&found().join(name)));
    for (path, input) in &tried {
        try_one(target, input, &path.display().to_string());
    }
    for (what, input) in hostile() {
        try_one(target, &input, what);
        // Behind the first lines of a seed, where a file or an answer has its body.
        let seed = &tried[0].1;
        let head = seed.windows(2).position(|pair| pair == b"\n\n").map_or(0, |end| end + 2);
        try_one(target, &[&seed[..head], &input].concat(), what);
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    for number in 0..CHANGES {
        let (_, input) = random.choice(&tried).expect("seeds");
        let changed = mutation::mutate(&mut random, input, LONGEST);
        try_one(target, &changed, &format!("change {number}"));
    }
}

/// A failure is kept, so that the next run begins with it.
fn try_one(target: Target, input: &[u8], what: &str) {
    let started = Instant::now();
    let mut verdict = Ok(());
    let used = allocation_counter::measure(|| verdict = catch_unwind(AssertUnwindSafe(|| (target.check)(input))));
    let elapsed = started.elapsed();
    let complaint = match verdict {
        Err(_) => "broke a property".to_owned(),
        Ok(()) if used.bytes_max > MEMORY(input.len()) => format!("took {} bytes", used.bytes_max),
        Ok(()) if elapsed > TIME => format!("took {elapsed:?}"),
        Ok(()) => return,
    };
    let kept = found().join(target.name).join("short-run");
    let kept_at = fs::create_dir_all(found().join(target.name)).and_then(|()| fs::write(&kept, input));
    panic!("{}: {what} {complaint}; kept in {} ({kept_at:?})", target.name, kept.display());
}

fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let many = |text: &str, times| text.repeat(times).into_bytes();
    vec![
        ("nothing", Vec::new()),
        ("deep arrays", mutation::nested(100_000, false)),
        ("deep objects", mutation::nested(100_000, true)),
        ("open arrays", many("[", 1_000_000)),
        ("open objects", many("{\"auth\":", 100_000)),
        ("a wide object", format!("{{{}\"z\":0}}", "\"a\":[{}],".repeat(30_000)).into_bytes()),
        ("a long number", many("7", 500_000)),
        ("a long exponent", format!("{{\"format\":1e{}}}", "9".repeat(100_000)).into_bytes()),
        ("a long text", format!("{{\"message\":\"{}\"}}", "\\u0000".repeat(100_000)).into_bytes()),
        ("sentences", format!("{{\"message\":\"{}\"}}", "Value 'Value ' at '".repeat(30_000)).into_bytes()),
        ("dots", many("e30.", 100_000)),
        ("newlines", many("\n", 500_000)),
        ("percent signs", many("%", 500_000)),
        ("no UTF-8", vec![0xff; 100_000]),
    ]
}

fn inputs(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read(path).expect("an input"))).collect()
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn found() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("found")
}
