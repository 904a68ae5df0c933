//! Interleaved rounds: every candidate runs once a round, each round begins with another one, and a figure is the
//! median of the rounds. So a machine that slows down for a while slows all of them alike.

use std::time::Duration;

use cpu_time::ThreadTime;

use crate::oracle::SignIn;

pub struct Plan {
    rounds: usize,
}

impl Plan {
    /// `cargo bench` passes `--bench`; without it (`cargo test --benches`) one round shows that it runs.
    pub fn from_arguments() -> Self {
        Self { rounds: if std::env::args().any(|argument| argument == "--bench") { 61 } else { 1 } }
    }
}

struct Candidate<'a> {
    name: &'static str,
    round: Box<dyn Fn() + 'a>,
    /// CPU time of one sign-in, by round.
    times: Vec<Duration>,
}

pub struct Runner<'a> {
    plan: Plan,
    candidates: Vec<Candidate<'a>>,
    count: usize,
}

/// Which candidate a figure belongs to.
#[derive(Clone, Copy)]
pub struct Row(usize);

impl<'a> Runner<'a> {
    pub fn new(plan: Plan) -> Self {
        Self { plan, candidates: Vec::new(), count: 1 }
    }

    pub fn add(&mut self, name: &'static str, sign_ins: &'a [SignIn], work: impl Fn(&SignIn) + 'a) -> Row {
        self.count = sign_ins.len();
        let round = Box::new(move || sign_ins.iter().for_each(&work));
        self.candidates.push(Candidate { name, round, times: Vec::new() });
        Row(self.candidates.len() - 1)
    }

    pub fn run(mut self) -> Figures {
        let many = self.candidates.len();
        let count = u32::try_from(self.count).unwrap();
        for candidate in &self.candidates {
            (candidate.round)();
        }
        for round in 0..self.plan.rounds {
            for turn in 0..many {
                let candidate = &mut self.candidates[(round + turn) % many];
                let start = ThreadTime::now();
                (candidate.round)();
                candidate.times.push(start.elapsed() / count);
            }
        }
        Figures { rows: self.candidates.into_iter().map(|candidate| (candidate.name, candidate.times)).collect() }
    }
}

pub struct Figures {
    rows: Vec<(&'static str, Vec<Duration>)>,
}

impl Figures {
    pub fn rounds(&self) -> usize {
        self.rows[0].1.len()
    }

    pub fn print(&self) {
        for (name, times) in &self.rows {
            let seconds = times.iter().map(Duration::as_secs_f64).collect();
            println!("  {name:<28}{:>8.3} ms", 1000.0 * median(seconds));
        }
    }

    /// The median of the rounds' ratios.
    pub fn ratio(&self, ours: Row, theirs: Row) -> f64 {
        let rounds = self.rows[ours.0].1.iter().zip(&self.rows[theirs.0].1);
        median(rounds.map(|(ours, theirs)| ours.as_secs_f64() / theirs.as_secs_f64()).collect())
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
