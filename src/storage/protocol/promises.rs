//! What the library promises, whatever two processes and a crash do: checked in every state that can be reached.

use stateright::{Model, Property};

use super::calls::{How, LOOK, LOOKING_REFRESH, REFRESH, SIGN_IN, SIGN_OUT, START, SWITCH};
use super::service::{ACCOUNTS, Account};
use super::transaction::{Existing, Meant, Session, Transaction, completed, sessions};
use super::world::{Left, Plan, Process, SLOTS, Slot, Step, Task, World};

/// Which worlds are looked at.
#[derive(Clone, Debug)]
pub struct Protocol {
    pub rotates: bool,
    pub plan: Plan,
    pub left: Left,
}

/// What can happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    SignIn(usize, Account, Existing),
    Refresh(usize),
    SignOut(usize, Meant),
    Switch(usize, Account),
    Look(usize),
    Next(usize, Slot, Step, How),
    Crash(usize),
    Start(usize),
    ServiceEnds(usize),
}

impl Model for Protocol {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World::new(self.rotates, self.left)]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        if world.left == self.left && world.is_quiet() {
            // The processes are alike, and so are the accounts.
            actions.push(Action::SignIn(0, ACCOUNTS[0], Existing::Replace));
            return;
        }
        for number in 0..world.processes.len() {
            self.steps_of(world, number, actions);
            self.begins_of(world, number, actions);
        }
        if world.left.verdicts > 0 {
            let lines = world.service.lines.iter().enumerate().filter(|(_, line)| line.is_alive);
            actions.extend(lines.map(|(line, _)| Action::ServiceEnds(line)));
        }
    }

    fn next_state(&self, before: &World, action: Action) -> Option<World> {
        let mut world = before.clone();
        let mut begin = |number: usize, slot: Slot, task: Task| world.processes[number].set(slot, Some(task));
        match action {
            Action::SignIn(number, account, existing) => {
                let task = Task::new(SIGN_IN, &before.processes[number]);
                begin(number, Slot::Other, Task { account: Some(account), existing, ..task });
                world.left.sign_ins -= 1;
            }
            Action::Refresh(number) => {
                let steps = if self.plan == Plan::LooksBeforeLock { LOOKING_REFRESH } else { REFRESH };
                begin(number, Slot::Refresh, Task::new(steps, &before.processes[number]));
                world.left.refreshes -= 1;
            }
            Action::SignOut(number, meant) => {
                begin(number, Slot::SignOut, Task { meant, ..Task::new(SIGN_OUT, &before.processes[number]) });
                world.left.sign_outs -= 1;
            }
            Action::Switch(number, account) => {
                let task = Task::new(SWITCH, &before.processes[number]);
                begin(number, Slot::Other, Task { account: Some(account), ..task });
                world.left.switches -= 1;
            }
            Action::Look(number) => begin(number, Slot::Other, Task::new(LOOK, &before.processes[number])),
            Action::Start(number) => {
                world.processes[number].is_up = true;
                let task = Task::new(START, &before.processes[number]);
                world.processes[number].set(Slot::Other, Some(task));
            }
            Action::Next(number, slot, _, how) => {
                world.step(number, slot, how, self.plan);
                while world.is_foregone(number, slot, self.plan) {
                    world.step(number, slot, How::Done, self.plan);
                }
                world.left.lost_answers -= u8::from(how == How::AnswerLost);
            }
            Action::Crash(number) => {
                world.crash(number);
                world.left.crashes -= 1;
            }
            Action::ServiceEnds(line) => {
                let line = &mut world.service.lines[line];
                (line.is_alive, line.is_excused) = (false, true);
                world.left.verdicts -= 1;
            }
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no refresh token is spent twice", |_, world: &World| !world.service.saw_double_spend),
            Property::always("no session is lost", |_, world: &World| no_session_is_lost(world)),
            Property::always("a sign-out is never undone", |_, world: &World| no_sign_out_is_undone(world)),
            Property::always("a sign-out that returned was one", |_, world: &World| !world.sign_out_left_it),
            Property::always("what is listed can be read", |_, world: &World| what_is_listed_can_be_read(world)),
            Property::always("nothing is left over", |_, world: &World| nothing_is_left_over(world)),
            Property::always("the current account is listed or there is none", |_, world: &World| {
                let accounts = world.accounts();
                accounts.current.as_ref().is_none_or(|name| accounts.entry(name).is_some())
            }),
            Property::always("each change of the list makes the generation greater", |_, world: &World| {
                !world.generation_stood_still
            }),
            Property::always("who has looked knows what the store holds", |_, world: &World| {
                world.processes.iter().all(|process| knows(process, world))
            }),
            Property::always("no lock outlives its call", |_, world: &World| {
                world.lock.is_none_or(|owner| !world.processes[owner].is_quiet())
            }),
        ]
    }
}

impl Protocol {
    fn steps_of(&self, world: &World, number: usize, actions: &mut Vec<Action>) {
        for slot in SLOTS {
            let Some(step) = world.processes[number].task(slot).map(|task| task.steps[0]) else { continue };
            let mut push = |how| actions.push(Action::Next(number, slot, step, how));
            if world.can(number, slot, self.plan) {
                push(How::Done);
                if step == Step::AskForTokens && world.left.lost_answers > 0 {
                    push(How::AnswerLost);
                    push(How::Unreachable);
                }
            } else if slot == Slot::SignOut && self.plan == Plan::Impatient && world.waits_for_lock(number) {
                push(How::WithoutLock);
            }
        }
    }

    fn begins_of(&self, world: &World, number: usize, actions: &mut Vec<Action>) {
        let (process, left) = (&world.processes[number], world.left);
        if !process.is_up {
            actions.push(Action::Start(number));
            return;
        }
        if left.crashes > 0 {
            actions.push(Action::Crash(number));
        }
        let is_idle = |slot| process.task(slot).is_none();
        if is_idle(Slot::Other) {
            if generation(world) != process.generation {
                actions.push(Action::Look(number));
            }
            if left.sign_ins > 0 {
                for account in ACCOUNTS {
                    let kinds = [Existing::Replace, Existing::Keep];
                    actions.extend(kinds.map(|existing| Action::SignIn(number, account, existing)));
                }
            }
            if left.switches > 0 {
                actions.extend(ACCOUNTS.map(|account| Action::Switch(number, account)));
            }
        }
        if is_idle(Slot::Refresh) && left.refreshes > 0 && process.live().is_some() {
            actions.push(Action::Refresh(number));
        }
        if is_idle(Slot::SignOut) && left.sign_outs > 0 {
            actions.extend([Meant::Current, Meant::All].map(|meant| Action::SignOut(number, meant)));
        }
    }
}

/// A session that counts is listed, and its newest tokens are stored once nothing is on its way, unless the service ended
/// it or an answer with tokens got lost.
fn no_session_is_lost(world: &World) -> bool {
    let accounts = world.accounts();
    world.wanted.iter().all(|(name, token)| {
        let line = world.line(*token);
        let is_listed = accounts.entry(name).is_some();
        let is_newest =
            |stored: Session| stored.token.line == token.line && stored.token.number == line.newest && !stored.ended;
        let is_stored = || world.stored(name).is_some_and(is_newest);
        is_listed && (line.is_excused || line.is_alive && (!world.is_quiet() || is_stored()))
    })
}

/// No account is listed that was signed out and has not signed in since.
fn no_sign_out_is_undone(world: &World) -> bool {
    world.accounts().accounts.iter().all(|entry| world.wanted.contains_key(entry.username.as_str()))
}

fn what_is_listed_can_be_read(world: &World) -> bool {
    let accounts = world.accounts();
    let is_there = |name: &str| ACCOUNTS.into_iter().any(|account| account == name && world.stored(account).is_some());
    accounts.accounts.iter().all(|entry| is_there(&entry.username))
}

/// Once nothing is on its way, the next start removes every record of those who are not signed in.
fn nothing_is_left_over(world: &World) -> bool {
    if !world.is_quiet() {
        return true;
    }
    let mut tidied = world.clone();
    completed(Transaction::Tidy, &mut tidied.store);
    let accounts = tidied.accounts();
    let mut owners = ACCOUNTS.into_iter().zip(sessions()).filter(|(_, key)| tidied.store.contains_key(key));
    accounts.leaving.is_empty() && owners.all(|(name, _)| accounts.entry(name).is_some())
}

/// Once nothing is on its way, a process that has seen the store's generation has the store's current account.
fn knows(process: &Process, world: &World) -> bool {
    if !world.is_quiet() || !process.is_up || process.generation != generation(world) {
        return true;
    }
    let accounts = world.accounts();
    let current = ACCOUNTS.into_iter().find(|name| accounts.current.as_deref() == Some(name));
    process.memory.map(|session| session.account) == current
}

fn generation(world: &World) -> u64 {
    world.accounts().generation
}
