//! The stored records and the writes still to be made: every change goes through one queue, in order, so that a store
//! that refuses for a while ends up with what memory has.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::session::Session;
use crate::error::{Error, Result};
use crate::storage::record::SessionRecord;
use crate::storage::{
    Begun, ExistingSession, Hold, Index, LOCK_LIMIT, Loaded, RecordStore, Renewed, SignedOut, Until, Who, Whose,
};
use crate::support::shown::shows;

/// How long a sign-out waits for the store's lock; then it goes without: the list of accounts that it writes is what counts.
const SIGN_OUT_LOCK_LIMIT: Duration = Duration::from_secs(2);

/// One change of the store.
#[derive(Clone, Debug)]
pub(super) enum Write {
    /// A session that a sign-in began.
    Begin {
        session: Arc<Session>,
        existing: ExistingSession,
    },
    /// New tokens, or a verdict.
    Renew {
        session: Arc<Session>,
        known: Index,
    },
    SignOut(Whose),
    /// What is left of a sign-in that was to be stored and a sign-out after it: nobody is the current account.
    Leave(Until),
    /// Removing what is left of accounts that are gone.
    Tidy,
}

impl Write {
    /// Whether it is a sign-in of the same user that is not the one of this session.
    fn begins_another_of(&self, session: &Session) -> bool {
        matches!(self, Self::Begin { session: begun, .. }
            if begun.username() == session.username() && !begun.is_same_sign_in(session))
    }
}

/// What a change of the store came to.
pub(super) enum Written {
    Begun(Begun),
    /// With the user name that it is about.
    Renewed(String, Renewed),
    SignedOut(SignedOut),
    Tidied,
}
shows!(
    enum Written {
        Begun(begun),
        Renewed {},
        SignedOut(signed_out),
        Tidied,
    }
);

/// Decides late whether a sign-in is still wanted.
pub(super) type IsWanted = Arc<dyn Fn() -> bool + Send + Sync>;

#[derive(Debug)]
pub(super) struct Persistence {
    records: RecordStore,
    /// Held while the stored session is exchanged, so that memory and store change in one order.
    changing: tokio::sync::Mutex<()>,
    due: Mutex<VecDeque<Write>>,
    any: AtomicBool,
    /// Whether a task is at it.
    flushing: AtomicBool,
    wake: Notify,
}

/// Proof that memory and store are this task's to change.
pub(super) type Changing<'a> = tokio::sync::MutexGuard<'a, ()>;

impl Persistence {
    pub fn new(records: RecordStore) -> Self {
        Self {
            records,
            changing: tokio::sync::Mutex::default(),
            due: Mutex::default(),
            any: AtomicBool::new(false),
            flushing: AtomicBool::new(false),
            wake: Notify::new(),
        }
    }

    pub async fn changing(&self) -> Changing<'_> {
        self.changing.lock().await
    }

    pub const fn records(&self) -> &RecordStore {
        &self.records
    }

    pub async fn load(&self) -> Result<Loaded> {
        self.records.read(|records| records.load()).await
    }

    pub async fn generation(&self) -> Result<u64> {
        self.records.read(|records| records.generation()).await
    }

    pub async fn session(&self, username: &str) -> Result<Option<SessionRecord>> {
        let username = username.to_owned();
        self.records.read(move |records| records.session(&username)).await
    }

    pub async fn switch(&self, username: &str) -> Result<Option<Loaded>> {
        let username = username.to_owned();
        self.records.exclusive(LOCK_LIMIT, move |records| records.switch(&username)).await
    }

    /// Removes what crashes left.
    pub async fn tidy(&self) -> Result<()> {
        self.records.exclusive(LOCK_LIMIT, |records| records.tidy()).await
    }

    /// The store's lock, for as long as a refresh is on its way.
    pub async fn hold(&self) -> Result<Hold> {
        self.records.hold(LOCK_LIMIT).await
    }

    /// Stores a session that a sign-in began. What cannot be stored now stays due.
    pub async fn begin(
        &self,
        changing: &Changing<'_>,
        session: &Session,
        existing: ExistingSession,
        is_wanted: IsWanted,
    ) -> Result<Begun> {
        let session = Arc::new(session.clone());
        match self.submit(changing, Write::Begin { session, existing }, is_wanted).await? {
            Written::Begun(begun) => Ok(begun),
            _ => Err(Error::internal("a sign-in was stored as something else")),
        }
    }

    /// Stores new tokens, or a verdict. What cannot be stored now stays due. Gone is also a session in whose place a newer one
    /// of the same user is still to be stored.
    pub async fn renew(&self, changing: &Changing<'_>, session: &Session, known: Index) -> Result<Renewed> {
        if self.due().iter().any(|write| write.begins_another_of(session)) {
            return Ok(Renewed::Gone);
        }
        let session = Arc::new(session.clone());
        match self.submit(changing, Write::Renew { session, known }, always()).await? {
            Written::Renewed(_, renewed) => Ok(renewed),
            Written::Begun(Begun::Stored { session, .. }) => Ok(Renewed::Stored(session)),
            _ => Err(Error::internal("a refresh was stored as something else")),
        }
    }

    /// Removes sessions. What cannot be removed now stays due.
    pub async fn sign_out(&self, changing: &Changing<'_>, whose: Whose) -> Result<SignedOut> {
        match self.submit(changing, Write::SignOut(whose), always()).await? {
            Written::SignedOut(signed_out) => Ok(signed_out),
            _ => Err(Error::internal("a sign-out was stored as something else")),
        }
    }

    /// Whether the store still has to be told something.
    pub fn is_behind(&self) -> bool {
        self.any.load(Ordering::Acquire)
    }

    /// Whether what it has to be told is that this session begins or goes on: of that, it knows less than memory.
    pub fn is_due(&self, session: &Session) -> bool {
        self.due().iter().any(|write| match write {
            Write::Begin { session: due, .. } | Write::Renew { session: due, .. } => due.is_same_sign_in(session),
            Write::SignOut(_) | Write::Leave(_) | Write::Tidy => false,
        })
    }

    /// Lets the waiting task try again now. Free where nothing is due.
    pub fn wake(&self) {
        if self.is_behind() {
            self.wake.notify_one();
        }
    }

    /// Waits until it is woken, at most that long.
    pub async fn pause(&self, limit: Duration) {
        let _ = tokio::time::timeout(limit, self.wake.notified()).await; // either is reason enough
    }

    /// Whether the caller is the one who tries again from now on.
    pub fn becomes_flusher(&self) -> bool {
        self.is_behind() && !self.flushing.swap(true, Ordering::AcqRel)
    }

    pub fn stops_flushing(&self) {
        self.flushing.store(false, Ordering::Release);
    }

    /// Makes the writes that are due, in order; gives what each came to, and why the rest is still due.
    pub async fn flush(&self, _changing: &Changing<'_>) -> (Vec<Written>, Option<Error>) {
        let mut written = Vec::new();
        loop {
            let Some(next) = self.due().front().cloned() else { return (written, None) };
            match self.execute(next, always()).await {
                Ok(done) => {
                    let problem = problem_of(&done);
                    written.push(done);
                    if problem.is_some() {
                        return (written, problem);
                    }
                    self.change_due(|due| due.pop_front());
                }
                Err(error) => return (written, Some(error)),
            }
        }
    }

    async fn submit(&self, _changing: &Changing<'_>, write: Write, is_wanted: IsWanted) -> Result<Written> {
        self.change_due(|due| enqueue(due, &write));
        loop {
            let next = self.due().front().cloned();
            let Some(next) = next else { return Err(Error::internal("a write got lost")) };
            let is_last = self.due().len() == 1;
            let next = match next {
                Write::SignOut(whose) if is_last => Write::SignOut(whose.at_once()),
                next => next,
            };
            let done = self.execute(next, is_wanted.clone()).await?;
            let problem = problem_of(&done);
            if problem.is_none() {
                self.change_due(|due| due.pop_front());
            }
            if let Written::Begun(Begun::Stored { is_tidy: false, .. }) = &done {
                self.change_due(|due| due.push_back(Write::Tidy));
            }
            match problem {
                _ if is_last => return Ok(done),
                Some(error) => return Err(error),
                None => {}
            }
        }
    }

    async fn execute(&self, write: Write, is_wanted: IsWanted) -> Result<Written> {
        let limit = if let Write::SignOut(_) = write { SIGN_OUT_LOCK_LIMIT } else { LOCK_LIMIT };
        let (records, again) = (&self.records, write.clone());
        let done = records.exclusive(limit, move |records| run(records, write, &*is_wanted)).await;
        match (done, again) {
            (Err(Error::StorageBusy), Write::SignOut(whose)) => {
                records.read(move |records| records.sign_out(&whose).map(Written::SignedOut)).await
            }
            (done, _) => done,
        }
    }

    fn change_due<T>(&self, change: impl FnOnce(&mut VecDeque<Write>) -> T) {
        let mut due = self.due();
        change(&mut due);
        self.any.store(!due.is_empty(), Ordering::Release);
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn due(&self) -> MutexGuard<'_, VecDeque<Write>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn always() -> IsWanted {
    Arc::new(|| true)
}

fn run(records: &crate::storage::Records, write: Write, is_wanted: &dyn Fn() -> bool) -> Result<Written> {
    match write {
        Write::Begin { session, existing } => {
            records.begin(session.record().clone(), existing, is_wanted).map(Written::Begun)
        }
        Write::Renew { session, known } => {
            let username = session.username().clone();
            records.renew(session.record().clone(), &known).map(|renewed| Written::Renewed(username, renewed))
        }
        Write::SignOut(whose) => records.sign_out(&whose).map(Written::SignedOut),
        Write::Leave(until) => records.leave(until).map(Written::SignedOut),
        Write::Tidy => records.tidy().map(|()| Written::Tidied),
    }
}

/// Why something of a sign-out is still in the store: signed out it is, and the rest stays due.
fn problem_of(written: &Written) -> Option<Error> {
    match written {
        Written::SignedOut(signed_out) => signed_out.problem.clone(),
        _ => None,
    }
}

/// Puts a write behind those that are due. What it makes needless is not written any more: tokens of a user who signs out
/// never reach the store again, and of one session only the newest counts.
fn enqueue(due: &mut VecDeque<Write>, write: &Write) {
    match write {
        Write::SignOut(whose) => {
            let current = current_by(due);
            let is_meant = |username: &String| match &whose.who {
                Who::User(meant) => username == meant,
                Who::All => true,
                Who::Current => current.as_ref() == Some(username),
            };
            // Whoever is made the current account by a write before goes with it, whenever that is made.
            let mut until = whose.until;
            for earlier in due.iter_mut() {
                let Write::Begin { session, existing } = earlier else { continue };
                if is_meant(session.username()) {
                    *earlier = match existing {
                        // Whose session the sign-in was to replace goes all the same.
                        ExistingSession::Replace => Write::SignOut(Whose { who: Who::Current, until }),
                        ExistingSession::Keep | ExistingSession::Refuse => Write::Leave(until),
                    };
                } else {
                    until = Until::Ever;
                }
            }
            due.retain(|earlier| match earlier {
                Write::Renew { session, .. } => !is_meant(session.username()),
                // The later one reaches further.
                Write::SignOut(earlier) => earlier.who != whose.who,
                Write::Begin { .. } | Write::Leave(_) | Write::Tidy => true,
            });
        }
        Write::Renew { session, .. } => {
            for earlier in due.iter_mut() {
                match earlier {
                    Write::Begin { session: older, .. } | Write::Renew { session: older, .. }
                        if older.username() == session.username() =>
                    {
                        older.clone_from(session);
                        return;
                    }
                    _ => {}
                }
            }
        }
        Write::Begin { session, .. } => due.retain(|earlier| match earlier {
            Write::Renew { session: older, .. } | Write::Begin { session: older, .. } => {
                older.username() != session.username()
            }
            Write::SignOut(_) | Write::Leave(_) | Write::Tidy => true,
        }),
        Write::Leave(_) | Write::Tidy => {}
    }
    due.push_back(write.clone());
}

/// Who will be the current account once all of this is written, if it says so.
fn current_by(due: &VecDeque<Write>) -> Option<String> {
    let last = due.iter().rev().find(|write| matches!(write, Write::Begin { .. } | Write::Leave(_)))?;
    if let Write::Begin { session, .. } = last { Some(session.username().clone()) } else { None }
}

#[cfg(test)]
#[path = "persistence_tests.rs"]
mod tests;
