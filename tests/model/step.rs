//! What can happen, and histories of it.

use std::fmt;

use portcullis::ExistingSession;

use super::chance::Chance;
use super::disk::StoreFault;
use super::gate::Fuse;
use super::pool::{Rotation, USERS};
use super::wire::Fault;

/// One history: its steps and what holds throughout.
#[derive(Clone, Debug)]
pub struct History {
    pub seed: u64,
    pub rotation: Rotation,
    /// Whether answers have a `Date`.
    pub tells_time: bool,
    pub steps: Vec<Step>,
}

#[derive(Clone, Debug)]
pub enum Step {
    /// Calls that overlap.
    Calls(Vec<Planned>),
    /// What happens to the next requests.
    Network(Vec<Fault>),
    /// What happens to all requests from now on.
    Weather(Option<Fault>),
    Store(StoreFault),
    /// Somebody else has the store's lock for so many milliseconds.
    LockTaken(i64),
    /// The user sets the clock, by so many seconds.
    Wall(i64),
    /// The device sleeps for so many seconds.
    Sleep(i64),
    /// Nothing happens for so many seconds.
    Wait(u64),
    /// A process ends and begins again.
    Restart(usize),
    /// A process will be killed there.
    Kill(usize, Fuse),
    SignedOutEverywhere(&'static str),
    Disabled(&'static str),
    Enabled(&'static str),
}

/// A call of one process.
#[derive(Clone, Copy, Debug)]
pub struct Planned {
    pub process: usize,
    pub call: Call,
    /// Begins so many milliseconds after the step.
    pub after: u64,
    /// Its future is dropped after so many polls.
    pub polls: Option<u32>,
    /// Its own time limit in milliseconds.
    pub limit: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Fetch,
    ForcedFetch,
    CurrentUser,
    SignIn(&'static str, ExistingSession),
    /// A custom sign-in, which asks one question.
    Begin(&'static str, ExistingSession),
    /// Its answer.
    Answer,
    Cancel,
    SignOut,
    SignOutGlobally,
    SignOutAll,
    SignOutAccount(&'static str),
    Switch(&'static str),
    Update,
    Attributes,
    Delete,
}

impl Call {
    /// Whether it ends somebody's session.
    pub const fn signs_out(self) -> bool {
        matches!(
            self,
            Self::SignOut | Self::SignOutGlobally | Self::SignOutAll | Self::SignOutAccount(_) | Self::Delete
        )
    }

    /// Whether it can begin or end somebody's session, or change whose it is.
    pub const fn moves(self) -> bool {
        !matches!(self, Self::Fetch | Self::ForcedFetch | Self::CurrentUser | Self::Update | Self::Attributes)
    }
}

impl History {
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x5bd1_e995);
        let graces = [Rotation::None, Rotation::Grace(0), Rotation::Grace(0), Rotation::Grace(10), Rotation::Grace(60)];
        let (rotation, tells_time) = (chance.one_of(&graces), chance.percent(50));
        // Some histories are about one process, some have no faults of one kind: then more is known for certain.
        let mix = Mix {
            processes: 1 + chance.below(2),
            store: chance.percent(50),
            network: chance.percent(60),
            kills: chance.percent(50),
        };
        let first = USERS[usize::try_from(chance.below(3)).unwrap()];
        let mut steps = vec![Step::Calls(vec![plain(0, Call::SignIn(first, ExistingSession::Replace))])];
        let length = 25 + chance.below(16);
        while (steps.len() as u64) < length {
            steps.push(mix.step(&mut chance));
        }
        Self { seed, rotation, tells_time, steps }
    }

    /// How many calls are made.
    pub fn operations(&self) -> u64 {
        let calls = |step: &Step| if let Step::Calls(calls) = step { calls.len() as u64 } else { 0 };
        self.steps.iter().map(calls).sum()
    }
}

/// What a history is made of.
struct Mix {
    processes: u64,
    store: bool,
    network: bool,
    kills: bool,
}

const fn plain(process: usize, call: Call) -> Planned {
    Planned { process, call, after: 0, polls: None, limit: None }
}

impl Mix {
    fn process(&self, chance: &mut Chance) -> usize {
        usize::try_from(chance.below(self.processes)).unwrap()
    }

    fn step(&self, chance: &mut Chance) -> Step {
        let user = |chance: &mut Chance| chance.one_of(&USERS);
        match chance.below(100) {
            0..=54 => Step::Calls(self.calls(chance)),
            55..=62 if self.network => self.weather(chance),
            63..=69 if self.store => self.store(chance),
            70..=76 => Step::Sleep(chance.one_of(&[5, 40, 3490, 3490, 3700, 3700, 90_000])),
            77..=79 => Step::Wait(chance.one_of(&[1, 15, 35, 200])),
            80..=83 => Step::Wall(chance.one_of(&[-100_000, -3700, -600, -30, 30, 600, 3700, 100_000])),
            84..=88 => Step::Restart(self.process(chance)),
            89..=95 if self.kills => Step::Kill(self.process(chance), fuse(chance)),
            96 => Step::SignedOutEverywhere(user(chance)),
            97 => Step::Disabled(user(chance)),
            98 => Step::Enabled(user(chance)),
            _ => Step::Calls(self.calls(chance)),
        }
    }

    fn weather(&self, chance: &mut Chance) -> Step {
        let faults = [
            Fault::Unreachable,
            Fault::AnswerLost,
            Fault::AnswerLost,
            Fault::Html,
            Fault::Firewall,
            Fault::Fails,
            Fault::BadGateway,
            Fault::Throttled,
            Fault::Slow(3),
            Fault::Slow(8),
            Fault::Slow(45),
        ];
        if chance.percent(25) {
            let weather = Some(chance.one_of(&faults)).filter(|_| chance.percent(40));
            return Step::Weather(weather);
        }
        let count = 1 + chance.below(3);
        Step::Network((0..count).map(|_| chance.one_of(&faults)).collect())
    }

    fn store(&self, chance: &mut Chance) -> Step {
        let number = |chance: &mut Chance, bound| u32::try_from(chance.below(bound)).unwrap();
        match chance.below(10) {
            0..=2 => Step::Store(StoreFault::Well),
            3 => Step::Store(chance.one_of(&[StoreFault::Locked, StoreFault::ReadOnly, StoreFault::Broken])),
            4 | 5 => Step::LockTaken(chance.one_of(&[100, 1500, 5000, 15_000])),
            _ => {
                let calls = chance.one_of(&[1, 1, 2, 5]);
                Step::Store(StoreFault::Fails { after: number(chance, 12), calls })
            }
        }
    }

    fn calls(&self, chance: &mut Chance) -> Vec<Planned> {
        if self.processes == 2 && chance.percent(10) {
            // Both renew at once.
            let mut fetch = |process| Planned {
                after: chance.one_of(&[0, 3, 20]),
                ..plain(process, chance.one_of(&[Call::Fetch, Call::ForcedFetch]))
            };
            return vec![fetch(0), fetch(1)];
        }
        let count = if chance.percent(60) { 1 } else { 2 + chance.below(2) };
        (0..count).map(|_| self.planned(chance)).collect()
    }

    fn planned(&self, chance: &mut Chance) -> Planned {
        let user = chance.one_of(&USERS);
        let existing = chance.one_of(&[
            ExistingSession::Replace,
            ExistingSession::Keep,
            ExistingSession::Keep,
            ExistingSession::Refuse,
        ]);
        let call = match chance.below(100) {
            0..=24 => Call::Fetch,
            25..=31 => Call::ForcedFetch,
            32..=37 => Call::CurrentUser,
            38..=51 => Call::SignIn(user, existing),
            52..=56 => Call::Begin(user, existing),
            57..=62 => Call::Answer,
            63..=64 => Call::Cancel,
            65..=70 => Call::SignOut,
            71 => Call::SignOutGlobally,
            72 => Call::SignOutAll,
            73..=75 => Call::SignOutAccount(user),
            76..=83 => Call::Switch(user),
            84..=92 => Call::Update,
            93..=97 => Call::Attributes,
            _ => Call::Delete,
        };
        let after = chance.one_of(&[0, 0, 0, 3, 20, 60, 120, 1100]);
        let polls = chance.percent(8).then(|| 1 + u32::try_from(chance.below(6)).unwrap());
        let limit = chance.percent(5).then(|| chance.one_of(&[20, 100, 1000, 4000]));
        Planned { process: self.process(chance), call, after, polls, limit }
    }
}

fn fuse(chance: &mut Chance) -> Fuse {
    let left = u32::try_from(chance.below(14)).unwrap();
    match chance.below(5) {
        0 | 1 => Fuse::BeforeStoreCall(left),
        2 | 3 => Fuse::AfterStoreCall(left),
        _ => Fuse::AtAnswer(left % 2),
    }
}

impl fmt::Display for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "history {} ({:?}, Date {}):", self.seed, self.rotation, self.tells_time)?;
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                Step::Calls(calls) => {
                    for Planned { process, call, after, polls, limit } in calls {
                        write!(f, "  {number:>2}  process {process}: {call:?}")?;
                        if *after > 0 {
                            write!(f, ", after {after} ms")?;
                        }
                        if let Some(polls) = polls {
                            write!(f, ", dropped after {polls} polls")?;
                        }
                        if let Some(limit) = limit {
                            write!(f, ", within {limit} ms")?;
                        }
                        writeln!(f)?;
                    }
                }
                other => writeln!(f, "  {number:>2}  {other:?}")?,
            }
        }
        Ok(())
    }
}
