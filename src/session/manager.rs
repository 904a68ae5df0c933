//! The session of one client: reads the store once and looks at it again when another process changed it, holds the
//! session in memory, and stores every change before it is told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::current::{Change, Current};
use super::flush::Flusher;
use super::identity::Subject;
use super::lifetime::Freshness;
use super::metadata::RefreshMetadataProvider;
use super::persistence::{IsWanted, Persistence};
use super::refresh::{Refresher, Wanted};
use super::remote::Remote;
use super::session::{Origin, Session};
use super::tokens::{FetchSessionOptions, FetchedSession};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::events::{AuthEvent, AuthState, AuthUser, Hub, UnknownReason};
use crate::protocol::user_pool::{AuthenticationResult, UserPool};
use crate::storage::{Begun, ExistingSession, Index, Loaded, RecordStore, Until, Whose};
use crate::support::clock::ServiceClock;
use crate::support::random::Random;
use crate::support::task::spawn;

/// The session of one client.
#[derive(Debug)]
pub(crate) struct SessionManager {
    pub(super) configuration: Arc<AuthConfiguration>,
    pub(super) clock: Arc<ServiceClock>,
    pub(super) current: Arc<Current>,
    pub(super) persistence: Arc<Persistence>,
    pub(super) remote: Arc<Remote>,
    pub(super) flusher: Arc<Flusher>,
    pub(super) refresher: Arc<Refresher>,
    readings: Mutex<Readings>,
}

/// How often the store was read, and the last reading that failed. Those who wait for a reading share its failure if it
/// began after they came: of an earlier one, the store may have recovered before they asked.
#[derive(Debug, Default)]
struct Readings {
    begun: u64,
    failed: Option<(u64, Error)>,
}

impl SessionManager {
    pub fn new(
        configuration: Arc<AuthConfiguration>,
        pool: Arc<UserPool>,
        records: RecordStore,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
        hub: Arc<Hub>,
    ) -> Arc<Self> {
        let (current, persistence) = (Arc::new(Current::new(hub)), Arc::new(Persistence::new(records)));
        let remote = Arc::new(Remote::new(configuration.clone(), pool, random));
        let flusher = Arc::new(Flusher::new(current.clone(), persistence.clone(), remote.clone()));
        let refresher = Arc::new(Refresher::new(configuration.clone(), clock.clone(), flusher.clone()));
        let readings = Mutex::default();
        Arc::new(Self { configuration, clock, current, persistence, remote, flusher, refresher, readings })
    }

    /// Where the metadata of refreshes comes from. Gives whether it came from somewhere before.
    pub fn set_refresh_metadata(&self, provider: Option<Arc<dyn RefreshMetadataProvider>>) -> bool {
        self.refresher.metadata.set(provider)
    }

    pub fn is_loaded(&self) -> bool {
        self.current.is_loaded()
    }

    /// The accounts that have a session here, as far as has been seen: the present one first, then by the time of their
    /// sign-in.
    pub fn accounts(&self) -> Vec<AuthUser> {
        let Index { accounts, .. } = self.current.index();
        let current = self.current.session().map(|session| session.user());
        let others = accounts.into_iter().map(|entry| AuthUser { username: entry.username, user_id: entry.user_id });
        let others = others.filter(|user| Some(user) != current.as_ref()).collect::<Vec<_>>();
        current.iter().cloned().chain(others).collect()
    }

    /// Reads the store once, and from then on looks whether another process changed what is in it. A store that is locked
    /// or fails is read again at the next call, and nobody is signed out by it.
    pub async fn load(self: &Arc<Self>) -> Result<()> {
        self.persistence.wake();
        if self.is_loaded() {
            self.look().await;
            return Ok(());
        }
        let seen = self.readings().begun;
        let changing = self.persistence.changing().await;
        if self.is_loaded() {
            return Ok(());
        }
        let number = {
            let mut readings = self.readings();
            match &readings.failed {
                Some((number, error)) if *number > seen => return Err(error.clone()),
                _ => readings.begun += 1,
            }
            readings.begun
        };
        let Loaded { index, session } = match self.persistence.load().await {
            Ok(loaded) => loaded,
            Err(error) => {
                self.current.hub.set_if_changed(AuthState::Unknown { reason: unknown(&error) });
                self.readings().failed = Some((number, error.clone()));
                return Err(error);
            }
        };
        let session = session.map(|record| Arc::new(Session::from_record(*record)));
        if let Some(session) = &session {
            self.clock.recall(session.clock_reading());
        }
        self.current.learn_index(index);
        self.current.looked(self.clock.running());
        // A sign-out that came meanwhile has the last word.
        self.current.publish(|current| !current.is_loaded(), Change::Learned(session));
        drop(changing);
        let persistence = self.persistence.clone();
        spawn(async move { drop(persistence.tidy().await) }); // what is left is harmless and removed the next time
        Ok(())
    }

    fn readings(&self) -> MutexGuard<'_, Readings> {
        self.readings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over what another process that shares the store has done since. A store that cannot be read has no news.
    async fn look(self: &Arc<Self>) {
        if self.persistence.is_behind() {
            return; // memory is ahead of the store
        }
        let Ok(generation) = self.persistence.generation().await else { return };
        if generation == self.current.index().generation {
            self.current.looked(self.clock.running());
            return;
        }
        let _changing = self.persistence.changing().await;
        if self.persistence.is_behind() {
            return;
        }
        let Ok(Loaded { index, session }) = self.persistence.load().await else { return };
        if index.generation == self.current.index().generation || self.current.is_leaving() {
            return; // it was this process, or what it read is about to be removed
        }
        self.current.learn_index(index);
        self.current.looked(self.clock.running());
        let before = self.current.session();
        let stored = session.map(|record| *record);
        if let Some(record) = &stored {
            self.clock.recall(Session::reading_of(record)); // times in a record are by its writer's clock
        }
        let news = match (&before, stored) {
            (None, None) => return,
            (Some(before), Some(record)) if before.record().username == record.username => {
                if record.age() <= before.record().age() {
                    return;
                }
                Some(Arc::new(before.as_stored(record)))
            }
            (_, record) => record.map(|record| Arc::new(Session::from_record(record))),
        };
        let is_right = |current: &Current| match (&before, current.session()) {
            (Some(before), Some(now)) => Arc::ptr_eq(before, &now),
            (before, now) => before.is_none() && now.is_none() && !current.is_leaving(),
        };
        self.current.publish(is_right, Change::Learned(news));
    }

    /// The current user, from memory or the store, never from the network. One whose session expired is none.
    pub async fn current_user(self: &Arc<Self>) -> Result<AuthUser> {
        self.load().await?;
        self.current.live().map(|session| session.user())
    }

    /// Whom tokens are for.
    pub fn owner_of(&self, tokens: &AuthenticationResult) -> Result<AuthUser> {
        super::identity::check(&self.configuration, tokens.clone()).map(|checked| checked.user)
    }

    /// The session if it can be given at once: in memory, fresh for so many seconds, and the store was looked at a moment
    /// ago.
    pub fn cached(&self, needed: i64) -> Option<FetchedSession> {
        self.fresh(needed).map(FetchedSession::available)
    }

    /// Its number, see [`Session::number`].
    pub fn fresh_number(&self) -> Option<u64> {
        self.fresh(0).map(|session| session.number())
    }

    fn fresh(&self, needed: i64) -> Option<Arc<Session>> {
        self.persistence.wake();
        let (session, running) = (self.current.session()?, self.clock.running());
        let is_fresh = || session.freshness_at(needed, &self.clock, running) == Freshness::Fresh;
        let may = session.is_live() && self.current.has_just_looked(running) && is_fresh();
        may.then_some(session)
    }

    /// What is known of the session when a call's time is up.
    pub fn stale(&self) -> Option<FetchedSession> {
        let session = self.current.session()?;
        let error = session.end();
        Some(match error {
            Some(end) => FetchedSession::expired(&session, end),
            None => FetchedSession::stale(session, Error::DeadlinePassed),
        })
    }

    /// The session, with new tokens if the present ones are about to expire or the caller insists.
    pub async fn fetch(self: &Arc<Self>, options: FetchSessionOptions) -> Result<FetchedSession> {
        self.load().await?;
        let Some(mut session) = self.current.session() else { return Ok(FetchedSession::signed_out()) };
        if let Some(error) = session.end() {
            match self.refresher.revived(&session).await {
                Some(revived) => session = revived,
                None => return Ok(FetchedSession::expired(&session, error)),
            }
        }
        let (forced, needed, subject) = (options.force_refresh, options.needed(), session.subject());
        let freshness = session.freshness_for(needed, &self.clock);
        let insists = forced || options.minimum_validity.is_some();
        let may_wait = !insists && freshness == Freshness::Ending && self.refresher.is_cooling_down();
        if !forced && (freshness == Freshness::Fresh || may_wait) {
            return Ok(FetchedSession::available(session));
        }
        let wanted = Wanted { forced, needed };
        let error = match self.refresher.refresh(&session, wanted, options.client_metadata).await {
            Ok(renewed) => return Ok(FetchedSession::available(renewed)),
            Err(error) => error,
        };
        let Some(current) = self.current.session() else { return Ok(FetchedSession::signed_out()) };
        if !current.is_of(&subject) {
            return Err(Subject::another());
        }
        if let Some(end) = current.end() {
            return Ok(FetchedSession::expired(&current, end));
        }
        // Tokens that still work are no failure, unless it was these that the caller wanted replaced.
        let unwanted = insists && current.access_token() == session.access_token();
        if !unwanted && current.is_valid(&self.clock) {
            return Ok(FetchedSession::available(current));
        }
        Ok(FetchedSession::stale(current, error))
    }

    /// A session that a sign-in began takes the place of the present one, if the sign-in is still wanted.
    pub async fn establish(
        self: &Arc<Self>,
        tokens: AuthenticationResult,
        origin: Origin,
        existing: ExistingSession,
        is_wanted: IsWanted,
    ) -> Result<AuthUser> {
        let session = Session::begin(&self.configuration, &self.clock, tokens, origin)?;
        let superseded = Error::Superseded("another sign-in was begun, or the user signed out");
        let changing = self.persistence.changing().await;
        let (before, sign_outs) = (self.current.session(), self.current.sign_outs());
        let is_another = |before: &Arc<Session>| before.is_live() && !before.is_of(&session.subject());
        let refused = existing == ExistingSession::Refuse && before.as_ref().is_some_and(is_another);
        if refused || !is_wanted() {
            self.remote.revoke_later(session.record());
            return Err(if refused { Error::AnotherUserSignedIn } else { superseded });
        }
        let user = session.user();
        let stored = match self.persistence.begin(&changing, &session, existing, is_wanted).await {
            Ok(Begun::Unwanted) => {
                self.remote.revoke_later(session.record());
                return Err(superseded);
            }
            Ok(Begun::Stored { index, session: record, replaced, .. }) => {
                self.current.learn_index(index);
                self.remote.revoke_accounts_later(replaced);
                session.as_stored(*record)
            }
            // It is held all the same; storing it is tried again.
            Err(error) => {
                self.current.hub.emit(&AuthEvent::StorageFailed { error: error.into() });
                session
            }
        };
        let stored = Arc::new(stored);
        self.current.looked(self.clock.running());
        let told = self.current.publish(|current| current.sign_outs() == sign_outs, Change::SignedIn(stored.clone()));
        if !told {
            // The user signed out while it was stored: nothing of it stays.
            let whose = Whose::user(user.username, Until::Ever); // nobody else has changed anything
            self.flusher.remove(&changing, whose).await;
            self.remote.revoke_later(stored.record());
            return Err(superseded);
        }
        self.revoke_replaced(before.as_deref(), &stored, existing);
        self.flusher.flush_later();
        Ok(user)
    }

    /// Revokes the session in memory that another one took the place of, where the store did not know it.
    fn revoke_replaced(&self, before: Option<&Session>, stored: &Session, existing: ExistingSession) {
        let Some(before) = before.filter(|before| before.is_live()) else { return };
        let goes = existing == ExistingSession::Replace || before.is_of(&stored.subject());
        let was_stored = before.record().began != 0;
        if goes && !was_stored {
            self.remote.revoke_later(before.record());
        }
    }

    /// Refuses where somebody else is signed in than the user whom that name means.
    pub async fn refuse_another_than(self: &Arc<Self>, name: &str) -> Result<()> {
        self.load().await?;
        let session = self.current.session().filter(|session| session.is_live() && !session.answers_to(name));
        session.map_or(Ok(()), |_| Err(Error::AnotherUserSignedIn))
    }

    /// Makes another account that is signed in here the current one.
    pub async fn switch(self: &Arc<Self>, user: &AuthUser) -> Result<()> {
        self.load().await?;
        let changing = self.persistence.changing().await;
        if let Some(error) = self.flusher.flush(&changing).await {
            return Err(error); // the store does not know yet who is there
        }
        let superseded = Error::Superseded("the user signed out");
        if self.current.is_leaving() {
            return Err(superseded);
        }
        let Some(Loaded { index, session }) = self.persistence.switch(&user.username).await? else {
            return Err(Error::NoSuchAccount);
        };
        let session = session.map(|record| Session::from_record(*record)).filter(|session| session.user() == *user);
        let session = Arc::new(session.ok_or(Error::NoSuchAccount)?);
        self.clock.recall(session.clock_reading());
        if !self.current.publish(|current| !current.is_leaving(), Change::Learned(Some(session))) {
            return Err(superseded);
        }
        self.current.learn_index(index);
        Ok(())
    }
}

const fn unknown(error: &Error) -> UnknownReason {
    match error {
        Error::StorageLocked => UnknownReason::StorageLocked,
        Error::StorageCorrupt(_) => UnknownReason::StorageCorrupt,
        _ => UnknownReason::StorageFailed,
    }
}
