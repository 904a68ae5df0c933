//! What each call of the library does, step by step. `trace.rs` runs the real client and compares.

use super::service::Account;
use super::transaction::{Call, Meant, Next, Outcome, Reply, Session, answer, list, next};
use super::world::{Plan, Slot, Step, Task, World};

use Step::{
    Adopted, AskForSession, AskForTokens, Begin, Enter, Forget, Generation, Hold, Leave, Load, Lock, Looked, News,
    Release, Renew, Renewed, Revoke, SignOut, SignedIn, SignedOut, Started, Switch, Switched, Tidy, Unlock,
};

/// `manager.rs`, `load`, the first time and later.
pub const START: &[Step] = &[Enter, Load, Started, Leave, Lock, Tidy, Unlock];
pub const LOOK: &[Step] = &[Generation, Looked, Enter, Load, News, Leave];
/// `manager.rs`, `establish`; and where the user signed out meanwhile.
pub const SIGN_IN: &[Step] = &[AskForSession, Enter, Lock, Begin, Unlock, SignedIn, Leave, Revoke];
const UNDO: &[Step] = &[Lock, SignOut, Unlock, SignedOut, Leave, Revoke];
/// `manager.rs`, `switch`.
pub const SWITCH: &[Step] = &[Enter, Lock, Switch, Unlock, Switched, Leave];
/// `sign_out.rs`, `sign_out`.
pub const SIGN_OUT: &[Step] = &[Forget, Enter, Lock, SignOut, Unlock, SignedOut, Leave, Revoke];
/// `refresh.rs`, `renew_locked` and `take`; `take_verdict`.
pub const REFRESH: &[Step] = &[Hold, Step::Session, Adopted, AskForTokens, Enter, Renew, Renewed, Leave, Release];
const VERDICT: &[Step] = &[Step::Session, Adopted, Enter, Renew, Renewed, Leave, Release];
const LEAVE: &[Step] = &[Leave, Release];
const RELEASE: &[Step] = &[Release];
/// Planted.
pub const LOOKING_REFRESH: &[Step] =
    &[Step::Session, Adopted, Hold, AskForTokens, Enter, Renew, Renewed, Leave, Release];

/// How the service and the lock treat a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    Done,
    /// The service does it, and its answer gets lost.
    AnswerLost,
    /// It does not reach the service.
    Unreachable,
    /// A sign-out does not wait for the lock any longer.
    WithoutLock,
}

/// What others can see of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    Nothing,
    Lock,
    Unlock,
    Store(Call),
    Request(&'static str),
}

impl World {
    /// Whether the step can be done now.
    pub fn can(&self, number: usize, slot: Slot, plan: Plan) -> bool {
        let process = &self.processes[number];
        let Some(task) = process.task(slot) else { return false };
        let is_mine = |owner: Option<Slot>| owner.is_none_or(|owner| owner == slot);
        let is_free = self.lock.is_none() || plan == Plan::WithoutLock;
        match task.steps[0] {
            Enter | Adopted => process.changing[0] == slot,
            Lock => process.turn.is_none() && (is_free || process.holds),
            Hold => process.turn.is_none() && is_free,
            Release => process.turn.is_none(),
            _ if task.transaction(plan).is_some() => is_mine(process.turn),
            _ => true,
        }
    }

    /// Whether a sign-out waits for the lock of another process.
    pub fn waits_for_lock(&self, number: usize) -> bool {
        let process = &self.processes[number];
        let at_lock = process.task(Slot::SignOut).is_some_and(|task| task.steps[0] == Lock);
        at_lock
            && process.turn.is_none()
            && !process.holds
            && self.lock.is_some_and(|owner| owner != number && self.processes[owner].holds)
    }

    /// Does the next step of a task.
    pub fn step(&mut self, number: usize, slot: Slot, how: How, plan: Plan) -> Seen {
        let mut task = self.processes[number].task(slot).cloned().expect("a task that is on its way");
        let step = task.steps[0];
        if let Some(transaction) = task.transaction(plan) {
            self.processes[number].turn = Some(slot);
            let seen = match next(transaction, &task.replies) {
                Next::Call(call) => {
                    let reply = self.reply(number, &task, &call, plan);
                    task.replies.push(reply);
                    if call == Call::IsWanted { Seen::Nothing } else { Seen::Store(call) }
                }
                Next::Outcome(_) => Seen::Nothing,
            };
            if let Next::Outcome(outcome) = next(transaction, &task.replies) {
                (task.outcome, task.steps) = (Some(outcome), &task.steps[1..]);
                task.replies.clear();
                if task.steps[0] != Unlock {
                    self.processes[number].turn = None;
                }
            }
            self.finish(number, slot, task);
            return seen;
        }
        task.steps = &task.steps[1..];
        let seen = match step {
            Enter => self.enter(number, slot, &mut task),
            Lock | Hold | Unlock | Release => self.lock_step(number, slot, step, &mut task, how, plan),
            AskForSession => {
                let account = task.account.expect("a sign-in has an account");
                let token = self.service.sign_in(account);
                task.fresh = Some(Session { account, began: 0, revision: 1, token, ended: false });
                Seen::Request("InitiateAuth")
            }
            AskForTokens => self.ask(&mut task, how),
            Revoke => self.revoke_step(&mut task),
            _ => {
                self.remember(number, step, &mut task);
                Seen::Nothing
            }
        };
        self.finish(number, slot, task);
        seen
    }

    fn finish(&mut self, number: usize, slot: Slot, mut task: Task) {
        let process = &mut self.processes[number];
        if task.steps.first() == Some(&Leave) {
            task.steps = &task.steps[1..];
            process.changing.remove(0);
        }
        process.set(slot, Some(task).filter(|task| !task.steps.is_empty()));
    }

    fn reply(&mut self, number: usize, task: &Task, call: &Call, plan: Plan) -> Reply {
        if *call == Call::IsWanted {
            return Reply::Wanted(self.processes[number].sign_outs == task.begun_after);
        }
        let before = self.accounts();
        let reply = answer(&mut self.store, call);
        if let (Call::Write(key, _), Some(transaction)) = (call, task.transaction(plan)) {
            if *key == list() { self.note_list(transaction, &before) } else { self.note_session(transaction) }
        }
        reply
    }

    fn lock_step(&mut self, number: usize, slot: Slot, step: Step, task: &mut Task, how: How, plan: Plan) -> Seen {
        let process = &mut self.processes[number];
        match step {
            Lock => {
                process.turn = Some(slot);
                task.locked = !process.holds && how != How::WithoutLock && plan != Plan::WithoutLock;
                if !task.locked {
                    return Seen::Nothing;
                }
                self.lock = Some(number);
                Seen::Lock
            }
            Hold => {
                process.holds = true;
                if plan != Plan::WithoutLock {
                    self.lock = Some(number);
                }
                Seen::Lock
            }
            Unlock => {
                process.turn = None;
                if !task.locked {
                    return Seen::Nothing;
                }
                self.lock = None;
                Seen::Unlock
            }
            _ => {
                process.holds = false;
                self.lock = self.lock.filter(|owner| *owner != number);
                Seen::Unlock
            }
        }
    }

    fn enter(&mut self, number: usize, slot: Slot, task: &mut Task) -> Seen {
        let process = &mut self.processes[number];
        task.entered_after = process.sign_outs;
        let unwanted = task.entered_after != task.begun_after;
        match (slot, task.before, task.fresh) {
            (Slot::Refresh, Some(before), Some(fresh)) if !process.continues(&before) => {
                task.steps = LEAVE;
                if !fresh.ended {
                    self.service.revoke(fresh.token); // `leave`
                }
            }
            (Slot::Other, _, Some(fresh)) if unwanted => {
                task.steps = &[Leave];
                self.service.revoke(fresh.token);
            }
            _ => {}
        }
        Seen::Nothing
    }

    fn ask(&mut self, task: &mut Task, how: How) -> Seen {
        let before = task.before.expect("a refresh has a session");
        let asked = Seen::Request("GetTokensFromRefreshToken");
        if how == How::Unreachable {
            task.steps = RELEASE;
            return asked;
        }
        let answered = self.service.refresh(before.token);
        if how == How::AnswerLost {
            self.service.excuse(before.token);
            task.steps = &REFRESH[3..]; // it is asked again
            return asked;
        }
        let revision = before.revision + 1;
        match answered {
            Some(token) => task.fresh = Some(Session { token, revision, ..before }),
            None => {
                task.fresh = Some(Session { ended: true, revision, ..before });
                task.steps = VERDICT;
            }
        }
        asked
    }

    /// Tells the service what nobody needs any more.
    fn revoke_step(&mut self, task: &mut Task) -> Seen {
        let tokens = match task.outcome.take() {
            Some(Outcome::Begun { replaced, .. }) => replaced,
            Some(Outcome::SignedOut { removed, .. }) => removed,
            _ => Vec::new(),
        };
        let live = task.before.filter(|before| !before.ended).map(|before| before.token);
        let known = live.filter(|token| tokens.iter().all(|other| other.line != token.line));
        let tokens: Vec<_> = tokens.into_iter().chain(known).collect();
        tokens.iter().for_each(|token| self.service.revoke(*token));
        if tokens.is_empty() { Seen::Nothing } else { Seen::Request("RevokeToken") }
    }

    /// The steps that change memory only.
    fn remember(&mut self, number: usize, step: Step, task: &mut Task) {
        let accounts = self.accounts();
        let process = &mut self.processes[number];
        match (step, task.outcome.clone()) {
            (Started, Some(Outcome::Loaded(generation, session))) => {
                process.generation = generation;
                if !process.is_loaded {
                    (process.memory, process.is_loaded) = (session, true);
                }
            }
            (Looked, Some(Outcome::Generation(generation))) if generation == process.generation => task.steps = &[],
            (News, Some(Outcome::Loaded(generation, _))) if generation == process.generation => {}
            (News, Some(Outcome::Loaded(generation, session))) => {
                process.generation = generation;
                process.memory = match (process.memory, session) {
                    (Some(held), Some(stored)) if held.account == stored.account && stored.age() <= held.age() => {
                        Some(held)
                    }
                    (_, stored) => stored,
                };
            }
            (SignedIn, Some(Outcome::Begun { generation, session, .. })) => {
                process.generation = generation;
                let fresh = task.fresh.take();
                task.before = None;
                if process.sign_outs == task.entered_after {
                    process.memory = Some(session);
                } else {
                    (task.steps, task.meant, task.before) = (UNDO, Meant::User(session.account, u64::MAX), fresh);
                }
            }
            (SignedIn, _) => task.before = task.fresh.take(), // not wanted: revoked
            (Forget, _) => {
                let meant = |account: Account| Meant::User(account, process.generation);
                if task.meant != Meant::All {
                    task.meant = process.memory.map_or(Meant::Current, |session| meant(session.account));
                }
                task.before = process.memory.take();
                // From here on, nobody relies on it.
                let meant = self.wanted.iter().filter(|(name, _)| match task.meant {
                    Meant::User(account, _) => account == **name,
                    _ => true,
                });
                meant.for_each(|(_, token)| self.service.excuse(*token));
                process.sign_outs += 1;
                process.is_loaded = true;
            }
            (SignedOut, Some(Outcome::SignedOut { generation, .. })) => {
                process.generation = generation;
                let is_it =
                    |session: Session| accounts.entry(session.account).map(|entry| entry.began) == Some(session.began);
                self.sign_out_left_it |= task.before.is_some_and(is_it);
            }
            (Switched, Some(Outcome::Loaded(generation, session))) => {
                process.generation = generation;
                process.memory = session;
            }
            (Adopted, Some(Outcome::Session(stored))) => self.adopt(number, task, stored),
            (Renewed, Some(outcome)) => self.renewed(number, task, outcome),
            _ => {}
        }
    }

    /// `look_at_store`: what another process did to the session is taken over.
    fn adopt(&mut self, number: usize, task: &mut Task, stored: Option<Session>) {
        let process = &mut self.processes[number];
        let before = task.before.expect("a refresh has a session");
        process.changing.remove(0);
        let is_verdict = task.fresh.is_some();
        let newer = stored.is_none_or(|stored| stored.age() > before.age());
        if process.continues(&before) && !newer {
            return;
        }
        if process.continues(&before) {
            process.memory = stored;
        }
        match process.live().filter(|live| live.account == before.account) {
            Some(live) if !is_verdict => task.before = Some(live),
            _ if task.steps.contains(&Hold) => task.steps = &[],
            _ => task.steps = RELEASE,
        }
    }

    /// The end of `take` and of `take_verdict`.
    fn renewed(&mut self, number: usize, task: &mut Task, outcome: Outcome) {
        let process = &mut self.processes[number];
        let before = task.before.expect("a refresh has a session");
        let fresh = task.fresh.take().expect("a refresh has new tokens");
        let continues = process.continues(&before);
        let is_left = match outcome {
            Outcome::Gone => true,
            _ => !continues && !matches!(outcome, Outcome::Newer(_)),
        };
        if continues {
            process.memory = match outcome {
                Outcome::Stored(session) | Outcome::Newer(session) => Some(session),
                _ => None,
            };
        }
        if is_left && !fresh.ended {
            self.service.revoke(fresh.token);
        }
    }
}
