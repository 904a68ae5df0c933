//! The reference model: what became of each sign-in, as far as the calls and their results say. It knows less than
//! everything: where calls overlapped, a store failed or a process was killed, a sign-in is "unsure", and both outcomes are
//! allowed. What it does know is certain.

use std::collections::{BTreeMap, BTreeSet};

use portcullis::{AuthState, ExistingSession};

use super::call::{Done, Outcome};
use super::play::{Fixture, Shared};
use super::pool::{Books, Dead, Rotation, USERS};
use super::step::{Call, Step};

/// What is known of one sign-in, which is one line of tokens at the service.
#[derive(Clone, Copy, Debug, Default)]
pub struct Status {
    /// The client said that the user is signed in by it.
    pub established: bool,
    pub ended: Option<End>,
    /// Either may be: it goes on, or it has ended.
    pub unsure: bool,
    /// The store was not told yet, only this process knows.
    pub pending: Option<u64>,
}

/// Somebody's will that a sign-in has ended.
#[derive(Clone, Copy, Debug)]
pub struct End {
    pub at: i64,
    /// Through which gate.
    pub gate: u64,
    /// Whether the store knows it.
    pub stored: bool,
}

/// After so many milliseconds a process has noticed what another one did.
const NOTICED_WITHIN: i64 = 1000;
/// So long a change waits for the store's lock.
const LOCK_LIMIT: i64 = 10_000;

#[derive(Debug, Default)]
pub struct Book {
    pub lines: Vec<Status>,
    /// Calls whose work may go on, and until when (awake milliseconds).
    pub loose: Vec<(Done, i64)>,
    /// Processes that may know more than the store.
    pub owing: BTreeSet<u64>,
    faults: u64,
    was_well: bool,
    /// What a process' latest sign-in does with the session of another user.
    existing: BTreeMap<u64, ExistingSession>,
    /// Whom a call may act for, by its number.
    pub allowed: BTreeMap<u64, Vec<String>>,
    pub states: BTreeMap<u64, AuthState>,
    pub acts_seen: usize,
    pub renewals_seen: usize,
    /// The sign-ins that had to go on before the present step.
    pub firm: Vec<usize>,
}

/// What is known of a step as a whole.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The store did all that it was asked, and has nothing pending.
    pub clean: bool,
    /// The processes that live.
    pub open: Vec<u64>,
    pub calls: Vec<Done>,
}

impl Book {
    pub fn before_step(&mut self, fixture: &Fixture) {
        let disk = &fixture.shared.disk;
        self.was_well = disk.is_well();
        self.faults = disk.state().faults;
        let books = fixture.shared.pool.books();
        self.firm = (0..books.lines.len()).filter(|line| self.must_go_on(&books, *line)).collect();
    }

    pub fn after_step(&mut self, fixture: &Fixture, step: &Step, calls: &[Done]) -> Result<(), String> {
        let Shared { disk, world, pool, .. } = &*fixture.shared;
        let awake = world.moment().awake;
        self.lines.resize(pool.books().lines.len(), Status::default());
        let faultless = self.was_well && disk.is_well() && disk.state().faults == self.faults;
        let open = fixture.processes.iter().map(|process| &process.gate).filter(|gate| gate.is_open());
        let open: Vec<u64> = open.map(|gate| gate.number).collect();
        if !faultless {
            self.owing.extend(open.iter().copied());
        }
        // Who did not get the lock stores the sign-in later.
        let waited = |call: &&Done| call.call.moves() && call.took >= LOCK_LIMIT;
        self.owing.extend(calls.iter().filter(waited).map(|call| call.gate));
        let scene = Scene { clean: faultless && self.owing.is_empty(), open, calls: calls.to_vec() };
        self.check(fixture, &scene)?;
        let mut begun: Vec<&Done> = calls.iter().collect();
        begun.sort_by_key(|call| call.begun);
        for call in begun {
            if let Call::Begin(_, existing) | Call::SignIn(_, existing) = call.call {
                self.existing.insert(call.gate, existing);
            }
        }
        for call in calls {
            self.take_over(&fixture.shared, &scene, call);
        }
        self.check_processes(fixture, &scene)?;
        self.loose.retain(|(_, until)| *until > awake);
        let loose = calls.iter().filter(|call| call.goes_on()).map(|call| (call.clone(), awake + 45_000));
        self.loose.extend(loose);
        if matches!(step, Step::Wait(130..)) && faultless {
            self.settle();
        }
        Ok(())
    }

    /// Time enough has passed for what was pending to be stored.
    fn settle(&mut self) {
        self.owing.clear();
        for status in &mut self.lines {
            if status.pending.take().is_some()
                && let Some(end) = &mut status.ended
            {
                end.stored = true;
            }
        }
    }

    /// A process ended: what only it knew is gone.
    pub fn ended(&mut self, gate: u64) {
        self.loose.retain(|(call, _)| call.gate != gate);
        self.owing.remove(&gate);
        self.states.remove(&gate);
        for status in self.lines.iter_mut().filter(|status| status.pending == Some(gate)) {
            (status.unsure, status.ended, status.pending) = (true, None, None);
        }
    }

    /// Whether no other call that could matter overlapped, so that its result can be taken as it is.
    pub fn is_lone(&self, scene: &Scene, call: &Done) -> bool {
        let mut others = scene.calls.iter().chain(self.loose.iter().map(|(loose, _)| loose));
        others.all(|other| other.number == call.number || !other.call.moves()) && scene.open.contains(&call.gate)
    }

    fn take_over(&mut self, shared: &Shared, scene: &Scene, call: &Done) {
        let books = shared.pool.books();
        let lone = self.is_lone(scene, call);
        match call.call {
            Call::SignIn(_, existing) => {
                self.signed_in(&books, scene, call, lone, existing == ExistingSession::Replace)
            }
            Call::Answer => {
                let replaces = self.existing.get(&call.gate) == Some(&ExistingSession::Replace);
                self.signed_in(&books, scene, call, lone, replaces);
            }
            Call::SignOut | Call::SignOutGlobally => {
                let whose = call.user_before.clone().or_else(|| call.current_before.clone());
                if whose.is_none() && !scene.clean {
                    // It is about whoever the store will say was there then.
                    self.signed_out(&books, scene, call, false, &USERS.map(str::to_owned));
                }
                self.signed_out(&books, scene, call, lone, &Vec::from_iter(whose));
            }
            Call::SignOutAll => self.signed_out(&books, scene, call, lone, &USERS.map(str::to_owned)),
            Call::SignOutAccount(user) => self.signed_out(&books, scene, call, lone, &[user.to_owned()]),
            Call::Delete if call.outcome == Outcome::Done || call.goes_on() => {
                let whose = call.user_before.clone().or_else(|| call.current_before.clone());
                self.signed_out(&books, scene, call, lone && !call.goes_on(), &Vec::from_iter(whose));
            }
            _ => {}
        }
    }

    fn signed_in(&mut self, books: &Books, scene: &Scene, call: &Done, lone: bool, replaces: bool) {
        let end = End { at: call.ended, gate: call.gate, stored: true };
        let Some(line) = books.line_of_call(call.number) else {
            if call.goes_on() {
                // Its request may still go out.
                self.end_lines(books, &USERS.map(str::to_owned), end, false, usize::MAX);
            }
            return;
        };
        let user = books.lines[line].user.clone();
        match &call.outcome {
            Outcome::SignedIn(_) => {
                let status = &mut self.lines[line];
                status.established = true;
                status.unsure = !lone;
                status.pending = Some(call.gate).filter(|_| !scene.clean);
                let sure = lone && scene.clean;
                self.end_lines(books, std::slice::from_ref(&user), end, sure, line);
                if replaces && !lone {
                    // Somebody else may have become the current one meanwhile.
                    self.end_lines(books, &USERS.map(str::to_owned), end, false, line);
                }
                if replaces {
                    let seen = [call.current_before.clone(), call.user_before.clone()];
                    for (place, other) in seen.into_iter().enumerate() {
                        let Some(other) = other.filter(|other| *other != user) else { continue };
                        // The one whom the store has is replaced; the process may not have seen yet who that is.
                        self.end_lines(books, &[other], end, sure && place == 0, line);
                    }
                }
            }
            _ if call.goes_on() || !lone || !scene.clean => {
                let seen = [Some(user), call.current_before.clone(), call.user_before.clone()];
                let seen = Vec::from_iter(seen.into_iter().flatten());
                self.end_lines(books, &seen, end, false, usize::MAX);
            }
            _ => self.lines[line].ended = Some(end), // it failed: nobody is signed in by it
        }
    }

    fn signed_out(&mut self, books: &Books, scene: &Scene, call: &Done, lone: bool, users: &[String]) {
        if !scene.clean && self.existing.get(&call.gate) == Some(&ExistingSession::Replace) {
            // Whose place the sign-in took goes too, once the store is told of both.
            let end = End { at: call.ended, gate: call.gate, stored: false };
            self.end_lines(books, &USERS.map(str::to_owned), end, false, usize::MAX);
        }
        let stored = scene.clean && !matches!(call.outcome, Outcome::SignedOut { stored: false });
        let end = End { at: call.ended, gate: call.gate, stored };
        let sure = lone && call.outcome != Outcome::Dropped;
        // Whom it is about is not certain where the process could not ask the store.
        let knows = scene.clean || call.user_before.is_some();
        self.end_lines(books, users, end, sure && knows, usize::MAX);
    }

    /// Notes that the lines of these users have ended, for certain or perhaps.
    fn end_lines(&mut self, books: &Books, users: &[String], end: End, sure: bool, except: usize) {
        for (number, line) in books.lines.iter().enumerate() {
            let status = &mut self.lines[number];
            if number == except || !users.contains(&line.user) || status.ended.is_some_and(|end| end.stored) {
                continue;
            }
            // What only another process knows yet, nobody else can end.
            let is_hidden = status.pending.is_some_and(|gate| gate != end.gate);
            if sure && !is_hidden {
                (status.ended, status.unsure) = (Some(end), false);
                status.pending = Some(end.gate).filter(|_| !end.stored);
            } else {
                (status.ended, status.unsure) = (None, true);
            }
        }
    }

    /// Whether this sign-in must go on: nothing and nobody ended it.
    pub fn must_go_on(&self, books: &Books, line: usize) -> bool {
        let Some(Status { established: true, ended: None, unsure: false, .. }) = self.lines.get(line) else {
            return false;
        };
        let Some(line) = books.lines.get(line) else { return false };
        line.dead.is_none() && line.told.is_none()
    }

    /// Whether this sign-in must have ended, in the eyes of that process.
    pub fn must_be_over(&self, line: usize, gate: u64, asked_at: i64) -> bool {
        // Another process looks at the store again after a second.
        let is_over =
            |end: End| end.at < asked_at && (end.gate == gate || end.stored && end.at + NOTICED_WITHIN < asked_at);
        self.lines.get(line).and_then(|status| status.ended).is_some_and(is_over)
    }

    /// The users who must be signed in.
    pub fn who_must_be_there(&self, shared: &Shared) -> Vec<&'static str> {
        let books = shared.pool.books();
        let is_there = |user: &str| {
            (0..books.lines.len()).any(|line| books.lines[line].user == user && self.must_go_on(&books, line))
        };
        USERS.into_iter().filter(|user| is_there(user)).collect()
    }
}

/// Whether a line that ended by reuse could not be saved: what its spent token was exchanged for never reached the store,
/// since the answer was lost, the process killed, or the store failed. Where it did, the client used an old token; and a
/// lost answer alone ends nothing where there is a grace period.
pub fn could_not_be_saved(shared: &Shared, books: &Books, line: usize) -> bool {
    if books.lines[line].dead != Some(Dead::Reused) {
        return true;
    }
    let Some((spent, reused)) = books.lines[line].reused else { return true };
    let token = &books.refresh[&spent];
    let unkept = {
        let state = shared.disk.state();
        token.successors.iter().any(|token| !state.kept.contains(&format!("refresh.{token}")))
    };
    // A store that fails four times in a row keeps the new token back until the next try.
    let was_refused = token.spent.is_some_and(|spent| shared.world.mishaps(spent..reused + 1) >= 4);
    // Where no more went wrong than that one answer, asking again within the grace period saves it.
    let (Some(at), Rotation::Grace(10..)) = (token.spent, shared.pool.rotation) else { return unkept || was_refused };
    unkept && shared.world.mishaps(at - 46_000..at + 9_000) > 1
}
