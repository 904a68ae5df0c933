//! A model test of the session: random histories of two processes, a store and a service in virtual time, against what
//! the client may do (`model/`).
//!
//! `PORTCULLIS_MODEL_HISTORIES` says how many, `PORTCULLIS_MODEL_SEED` from which on, or replays one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod model;

use std::sync::atomic::{AtomicU64, Ordering};

use model::play::{Complaint, play};
use model::sabotage::Sabotage;
use model::step::History;

/// About a minute on two cores.
const HISTORIES: u64 = 2500;
/// Within so many histories a planted fault must be found.
const PATIENCE: u64 = 400;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

#[test]
fn histories() {
    let seeds = match (number("PORTCULLIS_MODEL_SEED"), number("PORTCULLIS_MODEL_HISTORIES")) {
        (Some(seed), histories) => seed..seed + histories.unwrap_or(1),
        (None, histories) => 0..histories.unwrap_or(HISTORIES),
    };
    let next = AtomicU64::new(seeds.start);
    let operations = AtomicU64::new(0);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end {
                return None;
            }
            let history = History::new(seed);
            operations.fetch_add(history.operations(), Ordering::Relaxed);
            if let Err(complaint) = play(&history, Sabotage::None) {
                next.store(seeds.end, Ordering::Relaxed);
                return Some((history, complaint));
            }
        }
    };
    let found = std::thread::scope(|scope| {
        let workers = [scope.spawn(work), scope.spawn(work)];
        workers.into_iter().filter_map(|worker| worker.join().unwrap()).min_by_key(|(history, _)| history.seed)
    });
    if let Some((history, complaint)) = found {
        panic!("{}", report(&history, &complaint));
    }
    println!("{} operations in {} histories", operations.into_inner(), seeds.end - seeds.start);
}

fn report(history: &History, complaint: &Complaint) -> String {
    let (shrunk, last) = shrink(history, complaint);
    format!(
        "{}\n{shrunk}\nas it went:\n{}\n\nPORTCULLIS_MODEL_SEED={} replays it; first complaint: {}",
        last.what,
        last.log.join("\n"),
        history.seed,
        complaint.what
    )
}

/// What a complaint is about, without where and whose.
fn kind(what: &str) -> &str {
    let about = what.split_once(": ").map_or(what, |(_, about)| about);
    about.get(..12).unwrap_or(about)
}

/// Leaves steps out for as long as there is a complaint.
fn shrink(history: &History, complaint: &Complaint) -> (History, Complaint) {
    let (mut shrunk, mut last) = (history.clone(), complaint.clone());
    let mut at = shrunk.steps.len();
    while at > 0 {
        at -= 1;
        let mut shorter = shrunk.clone();
        shorter.steps.remove(at);
        if let Err(complaint) = play(&shorter, Sabotage::None)
            && kind(&complaint.what) == kind(&last.what)
        {
            (shrunk, last) = (shorter, complaint);
            at = at.min(shrunk.steps.len());
        }
    }
    (shrunk, last)
}

/// Plays histories with a planted fault until the model complains.
fn finds(sabotage: Sabotage, complaint: &str) {
    let found =
        (0..PATIENCE).find_map(|seed| play(&History::new(seed), sabotage).err().map(|found| (seed, found.what)));
    let (seed, what) = found.unwrap_or_else(|| panic!("{sabotage:?} was not found"));
    assert!(what.contains(complaint), "{what}");
    println!("{sabotage:?}: found in history {seed}: {what}");
}

#[test]
fn a_lock_that_everybody_has_is_found() {
    finds(Sabotage::LockForEverybody, "spent again");
}

#[test]
fn a_store_that_forgets_to_remove_is_found() {
    finds(Sabotage::ForgetsToRemove, "left behind");
}

#[test]
fn a_store_that_writes_later_is_found() {
    finds(Sabotage::WritesLater, "before they were stored");
}

#[test]
fn tokens_of_another_user_are_found() {
    finds(Sabotage::MixesUsers, "acted on another user");
}

#[test]
fn requests_that_are_sent_twice_are_found() {
    finds(Sabotage::SendsTwice, "spent again");
}

#[test]
fn clocks_that_stand_still_are_found() {
    finds(Sabotage::ClockStandsStill, "as fresh");
}
