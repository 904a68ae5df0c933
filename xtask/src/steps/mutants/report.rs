//! What became of the mutants: cargo-mutants writes a file for each outcome, with a line for each mutant.

use std::fmt;
use std::path::Path;

/// Percent.
pub const ENOUGH: u64 = 98;

/// A change to the code, without its line, which moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    pub file: String,
    pub change: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    caught: usize,
    pub missed: Vec<Mutant>,
    /// The compiler refused it.
    unviable: usize,
    /// The tests did not end, which somebody notices.
    timed_out: usize,
}

impl Report {
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        let lines = |name: &str| std::fs::read_to_string(folder.join(name));
        Ok(Self::of(&lines("caught.txt")?, &lines("missed.txt")?, &lines("unviable.txt")?, &lines("timeout.txt")?))
    }

    fn of(caught: &str, missed: &str, unviable: &str, timed_out: &str) -> Self {
        let number = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
        Self {
            caught: number(caught),
            missed: missed.lines().filter_map(Mutant::parse).collect(),
            unviable: number(unviable),
            timed_out: number(timed_out),
        }
    }

    fn viable(&self) -> usize {
        self.noticed() + self.missed.len()
    }

    fn noticed(&self) -> usize {
        self.caught + self.timed_out
    }

    /// In tenths of a percent, rounded down: 98 must not be reached by rounding.
    fn per_mille(&self) -> u64 {
        (self.noticed() * 1000).checked_div(self.viable()).unwrap_or(1000) as u64
    }

    pub fn is_enough(&self) -> bool {
        self.per_mille() >= ENOUGH * 10
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "caught    {:>5}\nmissed    {:>5}", self.caught, self.missed.len())?;
        writeln!(f, "timeout   {:>5}\nunviable  {:>5}", self.timed_out, self.unviable)?;
        let per_mille = self.per_mille();
        write!(f, "{}.{} % of {} viable mutants were noticed", per_mille / 10, per_mille % 10, self.viable())
    }
}

impl Mutant {
    /// `src/a.rs:12:5: replace a -> bool with true`.
    fn parse(line: &str) -> Option<Self> {
        let (place, change) = line.trim().split_once(": ")?;
        let file = place.split(':').next()?;
        Some(Self { file: file.to_owned(), change: change.to_owned() })
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSED: &str = "src/session/live.rs:12:5: replace Live::holds -> bool with true\n\
        src/session/live.rs:30:20: replace < with <= in Live::is_fresh\n";

    #[test]
    fn each_file_is_an_outcome() {
        let report = Report::of("a\nb\nc\n", MISSED, "", "d\n");
        assert_eq!((report.caught, report.unviable, report.timed_out), (3, 0, 1));
        assert_eq!(report.missed[1].file, "src/session/live.rs");
        assert_eq!(report.missed[1].change, "replace < with <= in Live::is_fresh");
        assert!(report.to_string().contains("66.6 % of 6 viable"), "{report}");
        assert!(!report.is_enough());
    }

    #[test]
    fn the_limit_is_not_reached_by_rounding() {
        let of = |caught| Report {
            caught,
            missed: vec![Mutant { file: "f".into(), change: "c".into() }],
            ..Report::default()
        };
        assert!(of(49).is_enough());
        assert!(!of(48).is_enough());
        assert!(Report::default().is_enough());
    }
}
