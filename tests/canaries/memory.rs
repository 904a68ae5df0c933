//! The memory of another process, as the kernel shows it to the parent.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt as _;

use super::Search;

/// What of each kind of secret is in the process's writable memory: in which mapping, at which address, among what.
pub fn scan(pid: u32, search: &Search) -> BTreeMap<&'static str, Vec<String>> {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    let maps = std::fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut found = BTreeMap::<_, Vec<String>>::new();
    let mut scanned = 0;
    for line in maps.lines() {
        let mut fields = line.split_whitespace();
        let (range, rights) = (fields.next().unwrap(), fields.next().unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        let name = fields.nth(3).unwrap_or("anonymous");
        let (start, end) = range.split_once('-').unwrap();
        let (start, end) = (u64::from_str_radix(start, 16).unwrap(), u64::from_str_radix(end, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        if memory.read_exact_at(&mut bytes, start).is_err() {
            continue; // a mapping that only the kernel reads
        }
        scanned += bytes.len();
        for written in written(&bytes) {
            for (kind, position) in search.find(&bytes[written.clone()]) {
                let position = written.start + position;
                let around = &bytes[position.saturating_sub(48)..bytes.len().min(position + 48)];
                let around = around.escape_ascii();
                found.entry(kind).or_default().push(format!("{name} {range} +{position:#x}: {around}"));
            }
        }
    }
    assert!(scanned > 1024 * 1024, "only {scanned} bytes could be read");
    found
}

/// Pages that are not all zeros, neighbours together: most memory was never written.
fn written(bytes: &[u8]) -> Vec<Range<usize>> {
    const PAGE: usize = 4096;
    let mut written = Vec::<Range<usize>>::new();
    for (number, page) in bytes.chunks(PAGE).enumerate() {
        let start = number * PAGE;
        if *page == [0; PAGE][..page.len()] {
            continue;
        }
        match written.last_mut().filter(|last| last.end == start) {
            Some(last) => last.end += page.len(),
            None => written.push(start..start + page.len()),
        }
    }
    written
}
