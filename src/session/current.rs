//! The current session in memory, and its publication: what changes it changes the state and makes the event, as one
//! step. Nothing here waits, and nothing here knows the store or the network.

use std::sync::{Arc, PoisonError};

use super::identity::Subject;
use super::session::Session;
use crate::error::{Error, Result};
use crate::events::{AuthEvent, AuthState, AuthUser, Hub};
use crate::storage::Index;
use crate::support::sync::{ArcSwapOption, AtomicBool, AtomicI64, AtomicU64, Mutex, MutexGuard, Ordering};

/// The session that getters and calls see.
#[derive(Debug)]
pub(super) struct Current {
    pub hub: Arc<Hub>,
    session: ArcSwapOption<Session>,
    /// Whether the store has been read: until then, no session in memory says nothing.
    loaded: AtomicBool,
    /// Counts the sign-outs, so that what was on its way before one does not bring anybody back.
    sign_outs: AtomicU64,
    /// How many sign-outs have forgotten the session and not yet removed it: what the store still says does not count.
    leaving: AtomicU64,
    /// The accounts that have a session in the store, as far as this process has seen.
    index: Mutex<Index>,
    /// When the store was last looked at, in milliseconds by the running clock.
    looked_at: AtomicI64,
    /// Held while the session is exchanged and the event made, never across a wait: both change as one.
    publishing: Mutex<()>,
}

/// What takes the place of the session in memory.
pub(super) enum Change {
    /// Somebody signed in here.
    SignedIn(Arc<Session>),
    /// The same session with new tokens.
    Refreshed(Arc<Session>),
    /// The same session, as it is stored: no news.
    Stored(Arc<Session>),
    /// A verdict of the service.
    Expired(Arc<Session>),
    /// What the store holds, read for the first time or put there by another process.
    Learned(Option<Arc<Session>>),
}

impl Current {
    pub fn new(hub: Arc<Hub>) -> Self {
        Self {
            hub,
            session: ArcSwapOption::empty(),
            loaded: AtomicBool::new(false),
            sign_outs: AtomicU64::new(0),
            leaving: AtomicU64::new(0),
            index: Mutex::default(),
            looked_at: AtomicI64::new(i64::MIN),
            publishing: Mutex::default(),
        }
    }

    pub fn session(&self) -> Option<Arc<Session>> {
        self.session.load_full()
    }

    /// The session, if it goes on.
    pub fn live(&self) -> Result<Arc<Session>> {
        let session = self.session().ok_or(Error::NotSignedIn)?;
        session.end().map_or(Ok(session), Err)
    }

    /// The live session of this user.
    pub fn live_of(&self, subject: &Subject) -> Result<Arc<Session>> {
        self.live().and_then(|session| if session.is_of(subject) { Ok(session) } else { Err(Subject::another()) })
    }

    /// The live session, if it is this one, or the same one with other tokens.
    pub fn live_as(&self, session: &Session) -> Result<Arc<Session>> {
        self.live_of(&session.subject())
            .and_then(|live| if live.is_same_sign_in(session) { Ok(live) } else { Err(Subject::another()) })
    }

    pub fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    pub fn sign_outs(&self) -> u64 {
        self.sign_outs.load(Ordering::Acquire)
    }

    /// Whether a sign-out is on its way between memory and store.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Acquire) > 0
    }

    /// Notes a sign-out that is about to forget the session, until its removal is over.
    pub fn leave(self: &Arc<Self>) -> Leaving {
        self.leaving.fetch_add(1, Ordering::AcqRel);
        Leaving(self.clone())
    }

    pub fn index(&self) -> Index {
        self.lock_index().clone()
    }

    pub fn learn_index(&self, index: Index) {
        *self.lock_index() = index;
    }

    /// Learns the list after a change of this process. What others changed before is still to be looked at, so it must not
    /// seem to be known already.
    pub fn learn_after_own(&self, index: Index, changed: bool) {
        let mut known = self.lock_index();
        let is_all_known = index.generation == known.generation + u64::from(changed);
        let generation = if is_all_known { index.generation } else { known.generation };
        *known = Index { generation, ..index };
    }

    pub fn looked(&self, running: i64) {
        self.looked_at.store(running, Ordering::Release);
    }

    /// Whether the store was looked at within the last second.
    pub fn has_just_looked(&self, running: i64) -> bool {
        running.checked_sub(self.looked_at.load(Ordering::Acquire)).is_some_and(|ago| (0..1000).contains(&ago))
    }

    /// Whether the session in memory is this one, or the same one with other tokens.
    pub fn continues(&self, session: &Session) -> bool {
        self.as_held(session).is_some()
    }

    /// The same session as it is held by now: it may have been stored meanwhile, which gives it its place in the order of
    /// sessions. Compared with the store without that, its own record would look like somebody else's. `None` if it does
    /// not go on.
    pub fn as_held(&self, session: &Session) -> Option<Arc<Session>> {
        self.session().filter(|current| current.is_same_sign_in(session))
    }

    /// Exchanges the session in memory, if that is still right.
    pub fn publish(&self, is_right: impl FnOnce(&Self) -> bool, change: Change) -> bool {
        let _publishing = self.publishing();
        if !is_right(self) {
            return false;
        }
        let hub = &self.hub;
        match change {
            Change::SignedIn(session) => {
                let (user, state) = (session.user(), session.state());
                self.hold(Some(session));
                hub.change(state, AuthEvent::SignedIn { user });
            }
            Change::Refreshed(session) => {
                let user = session.user();
                self.hold(Some(session));
                hub.emit(&AuthEvent::TokensRefreshed { user });
            }
            Change::Stored(session) => self.hold(Some(session)),
            Change::Expired(session) => self.expire(session),
            Change::Learned(None) => {
                let before = self.session();
                self.hold(None);
                match before {
                    Some(before) => hub.change(AuthState::SignedOut, AuthEvent::SignedOut { user: before.user() }),
                    None => hub.set_if_changed(AuthState::SignedOut),
                }
            }
            Change::Learned(Some(session)) => {
                let known = self.session().is_some();
                if known && !session.is_live() {
                    self.expire(session);
                } else {
                    let state = session.state();
                    self.hold(Some(session));
                    hub.set_if_changed(state);
                }
            }
        }
        true
    }

    /// Forgets the session in memory at once and tells it; with a user, only theirs. Gives what it was.
    pub fn forget(&self, only: Option<&AuthUser>, told: impl FnOnce(AuthUser) -> AuthEvent) -> Option<Arc<Session>> {
        let _publishing = self.publishing();
        if only.is_some_and(|user| self.session().is_none_or(|session| session.user() != *user)) {
            return None;
        }
        self.sign_outs.fetch_add(1, Ordering::AcqRel);
        let session = self.session.swap(None);
        self.loaded.store(true, Ordering::Release);
        match &session {
            Some(session) => self.hub.change(AuthState::SignedOut, told(session.user())),
            None => self.hub.set_if_changed(AuthState::SignedOut),
        }
        session
    }

    fn expire(&self, session: Arc<Session>) {
        let state = session.state();
        self.hold(Some(session));
        match &state {
            AuthState::SessionExpired { user, error } => {
                let told = AuthEvent::SessionExpired { user: user.clone(), error: error.clone() };
                self.hub.change(state, told);
            }
            _ => self.hub.set_if_changed(state),
        }
    }

    fn hold(&self, session: Option<Arc<Session>>) {
        self.session.store(session);
        self.loaded.store(true, Ordering::Release);
    }

    /// No caller's code runs under these locks, so a poisoned one is still consistent.
    fn publishing(&self) -> MutexGuard<'_, ()> {
        self.publishing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sign-out between memory and store.
#[derive(Debug)]
pub(super) struct Leaving(Arc<Current>);

impl Drop for Leaving {
    fn drop(&mut self) {
        self.0.leaving.fetch_sub(1, Ordering::AcqRel);
    }
}
