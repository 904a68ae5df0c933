//! Renewing the tokens: once for all who wait, in a task of its own, under the store's lock, stored before anybody sees
//! them.

mod look;
mod wanted;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

pub(super) use self::wanted::Wanted;
use super::current::{Change, Current};
use super::flush::Flusher;
use super::identity::Subject;
use super::metadata::RefreshMetadata;
use super::persistence::{Changing, Persistence};
use super::remote::Remote;
use super::session::{Renewal, Session};
use crate::config::AuthConfiguration;
use crate::error::{Error, Result, Verdict};
use crate::events::AuthEvent;
use crate::protocol::user_pool::AuthenticationResult;
use crate::storage::Renewed;
use crate::support::clock::ServiceClock;
use crate::support::deadline;
use crate::support::task::spawn;

type Outcome = Option<Result<Arc<Session>>>;

/// How often and after how long the store is looked at again before it is believed that a rotated token was spent by
/// nobody we know. A process that won the race has its answer by then, and stores it.
const SECOND_LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1000)];

/// When a store that fails is asked again to take new tokens, while its lock is still held: once that is given up, another
/// process may spend the token that was exchanged for them. Not where the store takes its time to fail.
const STORE_AGAIN: [Duration; 3] = [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(400)];
const STORE_LIMIT: Duration = Duration::from_secs(1);

/// For so long after a failure that is definite, tokens that still work are not renewed early: nobody waits for a
/// network that has just been seen to fail. In milliseconds.
const COOLDOWN: i64 = 30_000;

/// The refreshes on their way: at most one an account.
#[derive(Debug)]
pub(super) struct Refresher {
    configuration: Arc<AuthConfiguration>,
    clock: Arc<ServiceClock>,
    current: Arc<Current>,
    persistence: Arc<Persistence>,
    remote: Arc<Remote>,
    flusher: Arc<Flusher>,
    /// What the app tells its triggers with every refresh.
    pub metadata: RefreshMetadata,
    flights: Mutex<Vec<Flight>>,
    /// In milliseconds by the running clock.
    cooling_until: AtomicI64,
}

#[derive(Debug)]
struct Flight {
    /// Whose tokens are renewed. Somebody who signs in anew meanwhile needs a flight of their own.
    session: Arc<Session>,
    outcome: watch::Receiver<Outcome>,
    /// Set by a sign-out that needs the tokens for a last call: they are not thrown away then.
    claimed: Arc<AtomicBool>,
}

impl Refresher {
    pub fn new(configuration: Arc<AuthConfiguration>, clock: Arc<ServiceClock>, flusher: Arc<Flusher>) -> Self {
        Self {
            configuration,
            clock,
            current: flusher.current.clone(),
            persistence: flusher.persistence.clone(),
            remote: flusher.remote.clone(),
            flusher,
            metadata: RefreshMetadata::default(),
            flights: Mutex::default(),
            cooling_until: AtomicI64::new(i64::MIN),
        }
    }

    /// Whether a refresh failed for certain a moment ago.
    pub fn is_cooling_down(&self) -> bool {
        let left = self.cooling_until.load(Ordering::Relaxed).saturating_sub(self.clock.running());
        (1..=COOLDOWN).contains(&left)
    }

    /// New tokens in the place of the given session's, for the same user. All callers share one request; none of them can
    /// cancel it, and each waits no longer than its own call may take.
    pub async fn refresh(
        self: &Arc<Self>,
        seen: &Arc<Session>,
        wanted: Wanted,
        metadata: HashMap<String, String>,
    ) -> Result<Arc<Session>> {
        let limit = deadline::at_most(self.configuration.total_timeout());
        let mut is_second = false;
        loop {
            let mut outcome = match self.join(seen, wanted, &metadata) {
                Joined::Waiting(outcome) => outcome,
                Joined::Renewed(session) => return Ok(session),
            };
            let Ok(ended) = tokio::time::timeout_at(limit, outcome.wait_for(Option::is_some)).await else {
                return Err(Error::DeadlinePassed);
            };
            return match ended.as_deref() {
                // Tokens that a sign-out has claimed are for nobody else.
                Ok(Some(Ok(session))) if !self.current.continues(session) => {
                    Err(self.current.live_of(&session.subject()).err().unwrap_or_else(Subject::another))
                }
                // The device slept while they were on their way, or another process has renewed them for somebody who
                // needed less. Once: nobody says that the next ones live longer.
                Ok(Some(Ok(session))) if !is_second && !wanted.is_met_by(session, &self.clock) => {
                    is_second = true;
                    continue;
                }
                Ok(Some(result)) => result.clone(),
                _ => Err(Error::internal("the refresh ended without a result: the transport or the store panicked")),
            };
        }
    }

    /// What becomes of a refresh of this user that is on its way, for somebody who needs its tokens although the user
    /// signed out; they are the caller's to revoke then.
    pub async fn claim(&self, session: &Session) -> Option<Arc<Session>> {
        let mut outcome = {
            let flights = self.flights();
            let flight = flights.iter().find(|flight| flight.session.is_same_sign_in(session))?;
            flight.claimed.store(true, Ordering::Release);
            flight.outcome.clone()
        };
        let ended = outcome.wait_for(Option::is_some).await;
        ended.ok()?.clone()?.ok()
    }

    /// Joins the refresh on its way, or begins one.
    fn join(self: &Arc<Self>, seen: &Arc<Session>, wanted: Wanted, metadata: &HashMap<String, String>) -> Joined {
        let mut flights = self.flights();
        flights.retain(|flight| flight.outcome.has_changed().is_ok()); // those whose task is gone are over
        if let Some(flight) = flights.iter().find(|flight| flight.session.is_same_sign_in(seen)) {
            return Joined::Waiting(flight.outcome.clone());
        }
        // It may have ended between the caller's look at the session and this moment.
        let is_newer = |session: &Arc<Session>| {
            let is_theirs = session.is_of(&seen.subject()) && session.is_live();
            let is_newer = !session.has_tokens_of(seen) && session.record().age() > seen.record().age();
            is_theirs && is_newer && wanted.is_met_by(session, &self.clock)
        };
        if let Some(session) = self.current.session().filter(is_newer) {
            return Joined::Renewed(session);
        }
        let (sender, outcome) = watch::channel(None);
        let claimed = Arc::new(AtomicBool::new(false));
        flights.push(Flight { session: seen.clone(), outcome: outcome.clone(), claimed: claimed.clone() });
        let (this, seen, metadata) = (self.clone(), seen.clone(), metadata.clone());
        spawn(async move {
            let result = this.renew(&seen, wanted, metadata, &claimed).await;
            // Whoever comes from here on looks at the session first, and that is already the new one.
            this.flights().retain(|flight| !Arc::ptr_eq(&flight.session, &seen));
            let _ = sender.send(Some(result)); // nobody may be waiting any more
        });
        Joined::Waiting(outcome)
    }

    async fn renew(
        self: &Arc<Self>,
        seen: &Session,
        wanted: Wanted,
        metadata: HashMap<String, String>,
        claimed: &AtomicBool,
    ) -> Result<Arc<Session>> {
        let session = self.current.live_as(seen)?;
        let mut all = self.metadata.asked().await;
        all.extend(metadata);
        let metadata = all;
        // Who does not get the lock in time spends no token.
        let result = match self.persistence.hold().await {
            Err(error) => Err(error),
            Ok(hold) => {
                let result = self.renew_locked(session.clone(), wanted, metadata, claimed).await;
                hold.release().await;
                result
            }
        };
        match &result {
            Err(error) if self.current.live_as(&session).is_ok() => {
                let cools_until = self.clock.running().saturating_add(COOLDOWN);
                let is_lost = error.is_lost_answer();
                self.cooling_until.store(if is_lost { i64::MIN } else { cools_until }, Ordering::Relaxed);
                let told = AuthEvent::TokenRefreshFailed { user: session.user(), error: error.clone().into() };
                self.current.hub.emit(&told);
            }
            _ => self.cooling_until.store(i64::MIN, Ordering::Relaxed),
        }
        result
    }

    async fn renew_locked(
        self: &Arc<Self>,
        mut session: Arc<Session>,
        wanted: Wanted,
        metadata: HashMap<String, String>,
        claimed: &AtomicBool,
    ) -> Result<Arc<Session>> {
        // A store that cannot be read is an error: what could not be stored afterwards must not be spent now.
        let held = self.look_at_store(&session).await?;
        if !wanted.forced && !held.has_tokens_of(&session) && wanted.is_met_by(&held, &self.clock) {
            return Ok(held);
        }
        session = held;
        let metadata = self.configuration.client_metadata_under(metadata);
        let asked = self.remote.request_tokens(session.record(), metadata);
        match deadline::within(self.configuration.total_timeout(), asked).await {
            Ok(tokens) => self.take(&session, tokens, claimed).await,
            Err(error)
                if error.verdict() == Verdict::EndsSession && !self.awaits_its_device(&session, &error).await =>
            {
                self.take_verdict(&session, error).await
            }
            Err(Error::NothingToRenewWith) if self.has_run_out(&session) => {
                self.take_verdict(&session, Error::NothingToRenewWith).await
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the tokens' own end has come for certain. Where the service gave nothing to renew them with, that is the
    /// verdict, given with the tokens.
    fn has_run_out(&self, session: &Session) -> bool {
        self.clock.is_known() && !session.is_valid(&self.clock)
    }

    /// Whether the device that the tokens are bound to is still to be confirmed: until then the service refuses to renew
    /// them, and that says nothing about the session. A device record that cannot be read does not say that it is not so.
    async fn awaits_its_device(&self, session: &Session, error: &Error) -> bool {
        let is_about_the_token =
            matches!(error, Error::Service(service) if service.text.contains("Invalid Refresh Token"));
        let Some(key) = session.device_key().filter(|_| is_about_the_token) else { return false };
        match self.persistence.records().device(&session.user().username).await {
            Ok(Some(device)) => device.device_key == *key && !device.confirmed,
            Ok(None) => false,
            Err(_unreadable) => true,
        }
    }

    /// Stores the new tokens and holds them, unless the user signed out or in again meanwhile.
    async fn take(
        &self,
        before: &Arc<Session>,
        tokens: AuthenticationResult,
        claimed: &AtomicBool,
    ) -> Result<Arc<Session>> {
        let changing = self.persistence.changing().await;
        let current = self.current.as_held(before);
        let goes_on = current.is_some();
        let before = &current.unwrap_or_else(|| before.clone());
        let Renewal { session, problem } = before.renewed(&self.configuration, &self.clock, tokens)?;
        let session = Arc::new(session);
        if !goes_on {
            return self.keep_aside(&changing, session, claimed).await;
        }
        let tells = |session| if problem.is_some() { Change::Stored(session) } else { Change::Refreshed(session) };
        let renewed = match self.store(&changing, &session).await {
            Ok(Renewed::Stored(record)) => Arc::new(session.as_stored(*record)),
            // Newer tokens are of the same line, so ours are not revoked: that could end theirs.
            Ok(Renewed::Newer(record)) => {
                self.adopt(before, Some(Session::from_record(*record)));
                return self.current.live_as(before);
            }
            Ok(Renewed::Gone) => {
                self.adopt(before, None);
                return self.leave(session, claimed);
            }
            // What the service has already given is held all the same; storing it is tried again.
            Err(error) => {
                self.note_unstored(error);
                session.clone()
            }
        };
        if !self.current.publish(|current| current.continues(before), tells(renewed.clone())) {
            return self.leave(renewed, claimed); // the sign-out's removal comes after us
        }
        problem.map_or(Ok(renewed), Err)
    }

    async fn store(&self, changing: &Changing<'_>, session: &Session) -> Result<Renewed> {
        let begun = Instant::now();
        let mut stored = self.persistence.renew(changing, session, self.current.index()).await;
        for wait in STORE_AGAIN {
            if stored.is_ok() || begun.elapsed() + wait >= STORE_LIMIT {
                break;
            }
            tokio::time::sleep(wait).await;
            stored = self.persistence.renew(changing, session, self.current.index()).await;
        }
        stored
    }

    /// Somebody else is the current user by now, or nobody: an account that stays in the store keeps its new tokens there.
    async fn keep_aside(
        &self,
        changing: &Changing<'_>,
        session: Arc<Session>,
        claimed: &AtomicBool,
    ) -> Result<Arc<Session>> {
        // After a sign-out too: who signed out may be another account. What the sign-out is about, it removes and revokes.
        match self.store(changing, &session).await {
            Ok(Renewed::Stored(_)) if claimed.load(Ordering::Acquire) => return Ok(session),
            Ok(Renewed::Stored(_)) => {}
            // Newer tokens of the same line: revoking ours could end theirs.
            Ok(Renewed::Newer(record)) if record.began == session.record().began => {}
            Ok(Renewed::Newer(_) | Renewed::Gone) => return self.leave(session, claimed),
            Err(error) => self.note_unstored(error),
        }
        Err(self.current.live_of(&session.subject()).err().unwrap_or_else(Subject::another))
    }

    /// Tokens of somebody who is not signed in any more: for the sign-out that asked for them, or for nobody.
    fn leave(&self, session: Arc<Session>, claimed: &AtomicBool) -> Result<Arc<Session>> {
        if claimed.load(Ordering::Acquire) {
            return Ok(session);
        }
        self.remote.revoke_later(session.record());
        Err(self.current.live_of(&session.subject()).err().unwrap_or_else(Subject::another))
    }

    /// The service says that the session cannot go on; but another process may have renewed it just before.
    async fn take_verdict(&self, session: &Arc<Session>, error: Error) -> Result<Arc<Session>> {
        let looks = if error.is_token_reuse() { SECOND_LOOKS.len() } else { 1 };
        for wait in SECOND_LOOKS.into_iter().take(looks) {
            tokio::time::sleep(wait).await;
            // A store that cannot be read does not say that nobody renewed the session: that is no time to end it.
            let held = self.look_at_store(session).await?;
            if !held.is_same_sign_in(session) {
                return Err(Subject::another()); // the verdict was not about the present session
            }
            if !held.has_tokens_of(session) {
                return Ok(held);
            }
        }
        let changing = self.persistence.changing().await;
        let Some(session) = &self.current.as_held(session) else {
            return self.current.live_as(session);
        };
        let ended = session.ended(&error);
        let ended = match self.persistence.renew(&changing, &ended, self.current.index()).await {
            Ok(Renewed::Stored(record)) => ended.as_stored(*record),
            Ok(Renewed::Newer(record)) => {
                self.adopt(session, Some(Session::from_record(*record)));
                return self.current.live_as(session);
            }
            Ok(Renewed::Gone) => {
                self.adopt(session, None);
                return self.current.live_as(session);
            }
            Err(failure) => {
                self.note_unstored(failure);
                ended
            }
        };
        self.current.publish(|current| current.continues(session), Change::Expired(Arc::new(ended)));
        self.current.live_as(session)
    }

    /// What could not be stored is held in memory, and storing it is tried again.
    fn note_unstored(&self, error: Error) {
        self.current.hub.emit(&AuthEvent::StorageFailed { error: error.into() });
        self.flusher.flush_later();
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn flights(&self) -> MutexGuard<'_, Vec<Flight>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Joined {
    Waiting(watch::Receiver<Outcome>),
    Renewed(Arc<Session>),
}
