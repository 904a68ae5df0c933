//! What became of the mutants.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Percent.
pub const ENOUGH: u64 = 98;

/// A change to the code. Its line is for the reader: it moves, and is not compared.
#[derive(Debug, Clone, Eq)]
pub struct Mutant {
    pub file: String,
    pub line: Option<u32>,
    pub change: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Caught,
    Missed,
    /// The tests did not end, which somebody notices.
    TimedOut,
    /// The compiler refused it.
    Unviable,
    /// It cannot be put behind a switch, so it was not tried.
    Untried,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report(Vec<(Mutant, Outcome)>);

impl Report {
    /// cargo-mutants writes a file for each outcome, with a line for each mutant.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        let files = [
            ("caught.txt", Outcome::Caught),
            ("missed.txt", Outcome::Missed),
            ("unviable.txt", Outcome::Unviable),
            ("timeout.txt", Outcome::TimedOut),
        ];
        let mut report = Self::default();
        for (name, outcome) in files {
            report.add_lines(&std::fs::read_to_string(folder.join(name))?, outcome);
        }
        Ok(report)
    }

    fn add_lines(&mut self, lines: &str, outcome: Outcome) {
        self.0.extend(lines.lines().filter_map(Mutant::parse).map(|mutant| (mutant, outcome)));
    }

    pub fn add(&mut self, mutant: Mutant, outcome: Outcome) {
        self.0.push((mutant, outcome));
    }

    pub fn missed(&self) -> Vec<Mutant> {
        self.of(Outcome::Missed).cloned().collect()
    }

    /// Whether mutants of a file were tried.
    pub fn is_about(&self, file: &str) -> bool {
        self.0.iter().any(|(mutant, _)| mutant.file == file)
    }

    fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Mutant> {
        self.0.iter().filter(move |(_, of)| *of == outcome).map(|(mutant, _)| mutant)
    }

    pub fn is_enough(&self) -> bool {
        Tally::of(self.0.iter()).per_mille() >= ENOUGH * 10
    }
}

#[derive(Debug, Default)]
struct Tally {
    caught: usize,
    missed: usize,
    timed_out: usize,
    unviable: usize,
    untried: usize,
}

impl Tally {
    fn of<'a>(mutants: impl Iterator<Item = &'a (Mutant, Outcome)>) -> Self {
        let mut tally = Self::default();
        for (_, outcome) in mutants {
            match outcome {
                Outcome::Caught => tally.caught += 1,
                Outcome::Missed => tally.missed += 1,
                Outcome::TimedOut => tally.timed_out += 1,
                Outcome::Unviable => tally.unviable += 1,
                Outcome::Untried => tally.untried += 1,
            }
        }
        tally
    }

    fn viable(&self) -> usize {
        self.noticed() + self.missed
    }

    fn noticed(&self) -> usize {
        self.caught + self.timed_out
    }

    /// In tenths of a percent, rounded down: 98 must not be reached by rounding.
    fn per_mille(&self) -> u64 {
        (self.noticed() * 1000).checked_div(self.viable()).unwrap_or(1000) as u64
    }

    fn percent(&self) -> String {
        let per_mille = self.per_mille();
        format!("{}.{} %", per_mille / 10, per_mille % 10)
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { caught, missed, timed_out, unviable, untried } = self;
        write!(f, "{caught:>7}{missed:>8}{timed_out:>9}{unviable:>10}{untried:>9}{:>9}", self.percent())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut files: BTreeMap<&str, Vec<&(Mutant, Outcome)>> = BTreeMap::new();
        for entry in &self.0 {
            files.entry(&entry.0.file).or_default().push(entry);
        }
        writeln!(f, " caught  missed  timeout  unviable  untried  noticed")?;
        for (file, mutants) in files {
            writeln!(f, "{}  {file}", Tally::of(mutants.into_iter()))?;
        }
        let total = Tally::of(self.0.iter());
        writeln!(f, "{total}  in total")?;
        for mutant in self.of(Outcome::Untried) {
            writeln!(f, "not tried, which --thorough does: {mutant}")?;
        }
        write!(f, "{} of {} viable mutants were noticed", total.percent(), total.viable())
    }
}

impl Mutant {
    /// `src/a.rs:12:5: replace a -> bool with true`.
    pub fn parse(line: &str) -> Option<Self> {
        let (place, change) = line.trim().split_once(": ")?;
        let mut place = place.split(':');
        let file = place.next()?.to_owned();
        let line = place.next().and_then(|line| line.parse().ok());
        Some(Self { file, line, change: change.to_owned() })
    }
}

impl PartialEq for Mutant {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file && self.change == other.change
    }
}

impl fmt::Display for Mutant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = self.line.map(|line| format!("{line}: ")).unwrap_or_default();
        write!(f, "{}:{}{}", self.file, if line.is_empty() { " " } else { "" }, line + &self.change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MISSED: &str = "src/session/live.rs:12:5: replace Live::holds -> bool with true\n\
        src/session/live.rs:30:20: replace < with <= in Live::is_fresh\n";

    #[test]
    fn each_outcome_is_counted() {
        let mut report = Report::default();
        report.add_lines("a.rs:1:1: a\na.rs:2:1: b\na.rs:3:1: c\n", Outcome::Caught);
        report.add_lines(MISSED, Outcome::Missed);
        report.add_lines("a.rs:4:1: d\n", Outcome::TimedOut);
        report.add_lines("a.rs:5:1: e\n", Outcome::Untried);
        let text = report.to_string();
        assert!(text.contains("66.6 % of 6 viable"), "{text}");
        assert!(text.contains("      3       0        1         0        1  100.0 %  a.rs"), "{text}");
        assert!(text.contains("not tried, which --thorough does: a.rs:5: e"), "{text}");
        assert!(!report.is_enough());
        assert!(report.is_about("a.rs") && !report.is_about("b.rs"));
    }

    #[test]
    fn a_mutant_is_known_again_on_another_line() {
        let mut report = Report::default();
        report.add_lines(MISSED, Outcome::Missed);
        let missed = report.missed();
        assert_eq!(missed[1].to_string(), "src/session/live.rs:30: replace < with <= in Live::is_fresh");
        let listed = Mutant {
            file: "src/session/live.rs".into(),
            line: None,
            change: "replace < with <= in Live::is_fresh".into(),
        };
        assert_eq!(missed[1], listed);
        assert_eq!(listed.to_string(), "src/session/live.rs: replace < with <= in Live::is_fresh");
    }

    #[test]
    fn the_limit_is_not_reached_by_rounding() {
        let of = |caught| {
            let mut report = Report::default();
            report.add_lines(&"f:1:1: c\n".repeat(caught), Outcome::Caught);
            report.add_lines("f:2:1: c\n", Outcome::Missed);
            report
        };
        assert!(of(49).is_enough());
        assert!(!of(48).is_enough());
        assert!(Report::default().is_enough());
    }
}
