//! The state that is checked: a store, its lock, the service, two processes, and what people wanted.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::storage::record::AccountsRecord;

use super::service::{ACCOUNTS, Account, Line, Service, Token};
use super::transaction::{Contents, Existing, Meant, Outcome, Reply, Session, Transaction, list, sessions};

/// What is tried out of the order that the library has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Plan {
    AsItIs,
    /// A sign-out that has waited for a refresh in another process for two seconds goes without the lock.
    Impatient,
    /// The store has no lock.
    WithoutLock,
    /// A refresh looks at the store before it has the lock.
    LooksBeforeLock,
    /// A sign-out erases before it takes off the list.
    ErasesFirst,
    /// A sign-in lists before it writes.
    ListsFirst,
}

/// How often something may still happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Left {
    pub sign_ins: u8,
    pub refreshes: u8,
    pub sign_outs: u8,
    pub switches: u8,
    pub crashes: u8,
    pub lost_answers: u8,
    pub verdicts: u8,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    pub store: Contents,
    /// The process that has the store's lock.
    pub lock: Option<usize>,
    pub service: Service,
    pub processes: [Process; 2],
    pub left: Left,
    /// The sign-in that counts for each account: what sign-ins and sign-outs come to when each happens in one moment,
    /// which is when it writes the list.
    pub wanted: BTreeMap<Account, Token>,
    /// The list changed and its generation did not grow.
    pub generation_stood_still: bool,
    /// A sign-out came to its end, and the session that it was about was still listed.
    pub sign_out_left_it: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Process {
    pub is_up: bool,
    pub is_loaded: bool,
    pub memory: Option<Session>,
    pub generation: u64,
    pub sign_outs: u8,
    /// The task that has `Persistence::changing`, and those that wait for it.
    pub changing: Vec<Slot>,
    /// The task whose transaction is running: `RecordStore::turn`.
    pub turn: Option<Slot>,
    /// A refresh holds the lock.
    pub holds: bool,
    tasks: [Option<Task>; 3],
}

/// A process does three things at once: a refresh, a sign-out and something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    Refresh,
    SignOut,
    Other,
}

pub const SLOTS: [Slot; 3] = [Slot::Refresh, Slot::SignOut, Slot::Other];

/// A call of the library on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Task {
    /// The steps that it still has to do.
    pub steps: &'static [Step],
    /// What the transaction at the first of them was answered so far.
    pub replies: Vec<Reply>,
    pub outcome: Option<Outcome>,
    /// Whether its transaction took the lock.
    pub locked: bool,
    /// The session that a refresh began with.
    pub before: Option<Session>,
    /// The session that the service gave and that is not in memory yet.
    pub fresh: Option<Session>,
    pub account: Option<Account>,
    pub existing: Existing,
    pub meant: Meant,
    /// How many sign-outs there had been when it was begun, and when it was its turn to change.
    pub begun_after: u8,
    pub entered_after: u8,
    /// A refresh of an account that is not the current one any more.
    pub is_aside: bool,
}

/// What a call does next. The lists of them in `calls.rs` are the library's asynchronous code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// Takes and gives `Persistence::changing`.
    Enter,
    Leave,
    /// Takes the lock for a refresh, and gives it back.
    Hold,
    Release,
    /// Takes the lock for one transaction, and gives it back.
    Lock,
    Unlock,
    // Transactions, one store call a step.
    Generation,
    Load,
    Session,
    Begin,
    Renew,
    SignOut,
    Switch,
    Tidy,
    // The service.
    AskForSession,
    AskForTokens,
    Revoke,
    // Memory.
    Whose,
    Started,
    Looked,
    News,
    Adopted,
    SignedIn,
    Renewed,
    Forget,
    SignedOut,
    Switched,
}

impl Task {
    pub fn new(steps: &'static [Step], process: &Process) -> Self {
        Self {
            steps,
            replies: Vec::new(),
            outcome: None,
            locked: false,
            before: process.memory,
            fresh: None,
            account: process.memory.map(|session| session.account),
            existing: Existing::Replace,
            meant: Meant::All,
            begun_after: process.sign_outs,
            entered_after: process.sign_outs,
            is_aside: false,
        }
    }

    /// The transaction at its next step.
    pub fn transaction(&self, plan: Plan) -> Option<Transaction> {
        Some(match self.steps.first()? {
            Step::Generation => Transaction::Generation,
            Step::Load => Transaction::Load,
            Step::Session => Transaction::Session(self.account?),
            Step::Begin if plan == Plan::ListsFirst => Transaction::ListingBegin(self.fresh?, self.existing),
            Step::Begin => Transaction::Begin(self.fresh?, self.existing),
            Step::Renew => Transaction::Renew(self.fresh?),
            Step::SignOut if plan == Plan::ErasesFirst => Transaction::ErasingSignOut(self.meant),
            Step::SignOut => Transaction::SignOut(self.meant),
            Step::Switch => Transaction::Switch(self.account?),
            Step::Tidy => Transaction::Tidy,
            _ => return None,
        })
    }
}

impl Process {
    pub fn started() -> Self {
        Self { is_up: true, is_loaded: true, ..Self::default() }
    }

    pub fn task(&self, slot: Slot) -> Option<&Task> {
        self.tasks[slot as usize].as_ref()
    }

    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().flatten()
    }

    pub fn set(&mut self, slot: Slot, task: Option<Task>) {
        let waits = task.as_ref().is_some_and(|task| matches!(task.steps[0], Step::Enter | Step::Adopted));
        if waits {
            self.changing.push(slot);
        }
        self.tasks[slot as usize] = task;
    }

    /// Whether nothing is on its way in it.
    pub fn is_quiet(&self) -> bool {
        self.tasks().next().is_none()
    }

    /// Whether a sign-out has forgotten the session and not yet removed it: `Current::is_leaving`.
    pub fn is_leaving(&self) -> bool {
        let removes = |task: &Task| task.steps.contains(&Step::Leave) && !task.steps.contains(&Step::Forget);
        self.task(Slot::SignOut).is_some_and(removes)
    }

    pub fn live(&self) -> Option<Session> {
        self.memory.filter(|session| !session.ended)
    }

    /// `Current::continues`.
    pub fn continues(&self, session: &Session) -> bool {
        self.memory.is_some_and(|memory| memory.is_same(session))
    }
}

impl World {
    pub fn new(rotates: bool, left: Left) -> Self {
        Self {
            store: Contents::new(),
            lock: None,
            service: Service::new(rotates),
            processes: [Process::started(), Process::started()],
            left,
            wanted: BTreeMap::new(),
            generation_stood_still: false,
            sign_out_left_it: false,
        }
    }

    pub fn line(&self, token: Token) -> &Line {
        &self.service.lines[token.line]
    }

    pub fn is_quiet(&self) -> bool {
        self.processes.iter().all(Process::is_quiet)
    }

    /// The list of accounts.
    pub fn accounts(&self) -> Rc<AccountsRecord> {
        self.store.get(&list()).map(|bytes| bytes.accounts()).unwrap_or_default()
    }

    /// The session that the list means, as `Records::session` gives it.
    pub fn stored(&self, name: Account) -> Option<Session> {
        let began = self.accounts().entry(name)?.began;
        let key = sessions()[ACCOUNTS.iter().position(|account| *account == name)?];
        self.store.get(&key).map(|bytes| bytes.session()).filter(|session| session.began >= began)
    }

    /// Notes what a transaction that writes the session of a listed account does: it counts from then on.
    pub fn note_session(&mut self, transaction: Transaction) {
        if let Transaction::Begin(session, _) | Transaction::ListingBegin(session, _) = transaction
            && self.accounts().entry(session.account).is_some()
        {
            self.wanted.insert(session.account, session.token);
        }
    }

    /// Notes what a transaction that writes the list does to it.
    pub fn note_list(&mut self, transaction: Transaction, old: &AccountsRecord) {
        let new = self.accounts();
        let names = |accounts: &AccountsRecord| {
            let began = accounts.accounts.iter().map(|entry| (entry.username.clone(), entry.began));
            (accounts.current.clone(), began.collect::<BTreeMap<_, _>>())
        };
        self.generation_stood_still |= names(old) != names(&new) && new.generation <= old.generation;
        match transaction {
            Transaction::Begin(session, existing) | Transaction::ListingBegin(session, existing) => {
                if existing == Existing::Replace {
                    self.wanted.retain(|name, _| old.current.as_deref() != Some(*name));
                }
                self.wanted.insert(session.account, session.token);
            }
            Transaction::SignOut(meant) | Transaction::ErasingSignOut(meant) => {
                self.wanted.retain(|name, _| !old.entry(name).is_some_and(|entry| meant.is(old, entry)));
            }
            _ => {}
        }
    }

    /// The process ends in the middle of whatever it does.
    pub fn crash(&mut self, process: usize) {
        let ended = std::mem::take(&mut self.processes[process]);
        for fresh in ended.tasks().filter_map(|task| task.fresh).filter(|fresh| fresh.began != 0) {
            let held = sessions().into_iter().filter_map(|key| self.store.get(&key));
            let is_stored = held.map(|bytes| bytes.session()).any(|stored| stored.token == fresh.token);
            if !is_stored {
                self.service.excuse(fresh.token);
            }
        }
        self.lock = self.lock.filter(|owner| *owner != process);
    }
}
