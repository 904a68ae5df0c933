//! What a step does to the world.

use super::calls::{How, LEAVE, REFRESH, RELEASE, Seen, UNDO, VERDICT};
use super::service::{ACCOUNTS, Account};
use super::transaction::{Call, Meant, Next, Outcome, Reply, Session, answer, list, next};
use super::world::{Plan, Slot, Step, Task, World};

use Step::{
    Adopted, AskForSession, AskForTokens, Enter, Forget, Hold, Leave, Lock, Looked, News, Release, Renewed, Revoke,
    SignedIn, SignedOut, Started, Switched, Unlock, Whose,
};

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

    /// Whether it makes no difference when a step is done, so that it need not be tried at every moment: nobody can see it
    /// or come between. A sign-out in the same process can come between steps in memory; nobody can change what is read
    /// under the lock.
    pub fn is_foregone(&self, number: usize, slot: Slot, plan: Plan) -> bool {
        let process = &self.processes[number];
        let Some(task) = process.task(slot).filter(|_| self.can(number, slot, plan)) else { return false };
        let forgets = process.task(Slot::SignOut).is_some_and(|task| task.steps[0] == Forget);
        let is_alone = self.left.sign_outs == 0 && !forgets;
        match task.transaction(plan) {
            Some(transaction) => match next(transaction, &task.replies) {
                _ if self.lock != Some(number) || plan != Plan::AsItIs => false,
                Next::Call(Call::Write(..) | Call::Remove(_)) => false,
                Next::Call(Call::IsWanted) => is_alone,
                Next::Call(_) | Next::Outcome(_) => true,
            },
            None => match task.steps[0] {
                Unlock | Release => plan == Plan::AsItIs,
                Lock | Hold | AskForSession | AskForTokens | Revoke | Forget => false,
                _ => is_alone,
            },
        }
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
                Seen::Requests("InitiateAuth", 1)
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
                task.is_aside = true;
                if fresh.ended {
                    task.steps = LEAVE;
                }
            }
            (Slot::Other, ..) if task.steps[0] == Lock && task.fresh.is_none() && process.is_leaving() => {
                task.steps = &[Leave];
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
        let asked = Seen::Requests("GetTokensFromRefreshToken", 1);
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
        let accounts = self.accounts();
        let is_it = |session: Session| accounts.entry(session.account).map(|entry| entry.began) == Some(session.began);
        self.sign_out_left_it |= task.before.is_some_and(is_it);
        let tokens = match task.outcome.take() {
            Some(Outcome::Begun { replaced, .. }) => replaced,
            Some(Outcome::SignedOut { removed, .. }) => removed,
            _ => Vec::new(),
        };
        let live = task.before.filter(|before| !before.ended).map(|before| before.token);
        let known = live.filter(|token| tokens.iter().all(|other| other.line != token.line));
        let tokens: Vec<_> = tokens.into_iter().chain(known).collect();
        tokens.iter().for_each(|token| self.service.revoke(*token));
        Seen::Requests("RevokeToken", tokens.len())
    }

    /// The steps that change memory only.
    fn remember(&mut self, number: usize, step: Step, task: &mut Task) {
        let process = &mut self.processes[number];
        match (step, task.outcome.clone()) {
            (Started, Some(Outcome::Loaded(generation, session))) => {
                process.generation = generation;
                if !process.is_loaded {
                    (process.memory, process.is_loaded) = (session, true);
                }
            }
            (Whose, Some(Outcome::Generation(generation))) => {
                // Whoever signed in since the sign-out stays.
                let stays = process.memory.map(|session| session.account);
                let known = generation.max(process.generation);
                let until_now = |account: Account| Some(Meant::User(account, known));
                let meant = match (task.meant, stays) {
                    (Meant::All | Meant::Current, None) => Some(task.meant),
                    (Meant::All, Some(stays)) => ACCOUNTS.into_iter().find(|name| *name != stays).and_then(until_now),
                    (Meant::User(account, began), stays) if stays != Some(account) => {
                        Some(Meant::User(account, began.max(known)))
                    }
                    _ => None,
                };
                match meant {
                    Some(meant) => task.meant = meant,
                    None => task.steps = &[Leave, Revoke],
                }
            }
            (Looked, Some(Outcome::Generation(generation))) if generation == process.generation => task.steps = &[],
            (News, Some(Outcome::Loaded(generation, _))) if generation == process.generation => {}
            (News, _) if process.is_leaving() => {}
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
                if task.meant != Meant::All {
                    task.meant =
                        process.memory.map_or(Meant::Current, |session| Meant::User(session.account, session.began));
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
            (SignedOut, Some(Outcome::SignedOut { generation, current, .. })) => {
                let is_unseen = current.is_some() && current != process.memory.map(|session| session.account);
                process.generation = if is_unseen { generation - 1 } else { generation };
            }
            (Switched, _) if process.is_leaving() => {}
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
            Outcome::Newer(newer) => task.is_aside && newer.began != fresh.began,
            _ => !task.is_aside && !continues,
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
