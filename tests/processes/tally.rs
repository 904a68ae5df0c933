//! Counting what went wrong, so that a run tells how often and not only that.

use std::io::Write as _;
use std::time::{Duration, Instant};

/// What went wrong in the rounds of a test.
#[derive(Debug)]
pub struct Tally {
    name: &'static str,
    seed: u64,
    begun: Instant,
    rounds: u64,
    lost: Vec<String>,
    undone: Vec<String>,
    /// Anything else that must not be.
    wrong: Vec<String>,
    notes: Vec<String>,
}

impl Tally {
    pub fn new(name: &'static str, seed: u64) -> Self {
        let [lost, undone, wrong, notes] = [const { Vec::new() }; 4];
        Self { name, seed, begun: Instant::now(), rounds: 0, lost, undone, wrong, notes }
    }

    pub fn round(&mut self) -> u64 {
        self.rounds += 1;
        self.rounds
    }

    pub fn is_lost(&mut self, how: String) {
        self.lost.push(format!("round {}: {how}", self.rounds));
    }

    pub fn is_undone(&mut self, how: String) {
        self.undone.push(format!("round {}: {how}", self.rounds));
    }

    pub fn is_wrong(&mut self, how: String) {
        self.wrong.push(format!("round {}: {how}", self.rounds));
    }

    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Prints the counts and fails the test unless they are zero.
    pub fn close(self) {
        let Self { name, seed, begun, rounds, lost, undone, wrong, notes } = self;
        let took: Duration = begun.elapsed();
        let notes = notes.iter().fold(String::new(), |notes, note| notes + ", " + note);
        let counts = format!(
            "{name}: {} lost, {} undone, {} otherwise wrong in {rounds} rounds{notes} ({:.1} s, seed {seed})",
            lost.len(),
            undone.len(),
            wrong.len(),
            took.as_secs_f64()
        );
        // Past the test harness: the counts are for the record of a run that passes too.
        let _ = writeln!(std::io::stderr(), "{counts}");
        let faults: Vec<String> = [lost, undone, wrong].concat();
        assert!(faults.is_empty(), "{counts}\n{}", faults[..faults.len().min(12)].join("\n"));
    }
}
