//! Keeps the current session: reads it from the store once, holds it in memory, stores every change before telling it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;

use super::debt::Debts;
use super::live::Live;
use super::outcome::{AuthSession, AuthTokens, FetchSessionOptions, SessionTokens};
use super::refresh::Refresher;
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::events::{AuthEvent, AuthState, AuthUser, Hub, UnknownReason};
use crate::protocol::user_pool::{AuthenticationResult, UserPool};
use crate::storage::{Loaded, Over, Saved, Vault};
use crate::support::clock::ServiceClock;

/// The session of one client.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(super) configuration: Arc<AuthConfiguration>,
    pub(super) pool: Arc<UserPool>,
    pub(super) vault: Vault,
    pub(super) clock: Arc<ServiceClock>,
    pub(super) hub: Arc<Hub>,
    pub(super) refresher: Refresher,
    pub(super) debts: Debts,
    current: ArcSwapOption<Live>,
    /// Whether the store has been read: until then, no session in memory says nothing.
    loaded: AtomicBool,
    /// The last failed reading and its number, so that those who waited for it share its result.
    failed_load: Mutex<(u64, Option<Error>)>,
    /// Held while the session in memory is exchanged and the event told, never across a wait: both change as one.
    publishing: Mutex<()>,
    /// Held while the stored session is exchanged, so that memory and store change in one order.
    pub(super) changing: tokio::sync::Mutex<()>,
}

impl Keeper {
    pub fn new(
        configuration: Arc<AuthConfiguration>,
        pool: Arc<UserPool>,
        vault: Vault,
        clock: Arc<ServiceClock>,
        hub: Arc<Hub>,
    ) -> Arc<Self> {
        Arc::new(Self {
            configuration,
            pool,
            vault,
            clock,
            hub,
            refresher: Refresher::default(),
            debts: Debts::default(),
            current: ArcSwapOption::empty(),
            loaded: AtomicBool::new(false),
            failed_load: Mutex::default(),
            publishing: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// The session in memory.
    pub(super) fn current(&self) -> Option<Arc<Live>> {
        self.current.load_full()
    }

    /// The session in memory, if it goes on.
    pub(super) fn current_or_end(&self) -> Result<Arc<Live>> {
        let live = self.current().ok_or(Error::NotSignedIn)?;
        live.end().map_or(Ok(live), Err)
    }

    pub(super) fn is_current(&self, live: &Arc<Live>) -> bool {
        self.current.load().as_ref().is_some_and(|current| Arc::ptr_eq(current, live))
    }

    pub fn is_loaded(&self) -> bool {
        self.loaded.load(Ordering::Acquire)
    }

    /// Reads the store, once. A store that is locked or fails is read again at the next call, and nobody is signed
    /// out by it.
    pub async fn load(self: &Arc<Self>) -> Result<()> {
        self.debts.nudge();
        if self.is_loaded() {
            return Ok(());
        }
        let begun = self.failed_load().0;
        let _changing = self.changing.lock().await;
        if self.is_loaded() {
            return Ok(());
        }
        match self.failed_load() {
            (number, Some(error)) if number > begun => return Err(error),
            _ => {}
        }
        let loaded = match self.vault.load().await {
            Ok(Loaded::Session(record)) => Some(Arc::new(Live::from_record(*record))),
            Ok(Loaded::Nothing) => None,
            Err(error) => {
                self.hub.learn(AuthState::Unknown { reason: unknown(&error) });
                *self.failed_load.lock().unwrap_or_else(PoisonError::into_inner) = (begun + 1, Some(error.clone()));
                return Err(error);
            }
        };
        // A sign-out that came meanwhile has the last word.
        self.publish(
            || !self.is_loaded(),
            loaded.clone(),
            |hub| {
                hub.learn(loaded.map_or(AuthState::SignedOut, |live| live.state()));
            },
        );
        Ok(())
    }

    fn failed_load(&self) -> (u64, Option<Error>) {
        self.failed_load.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The current user, from memory or the store, never from the network. One whose session expired is none.
    pub async fn current_user(self: &Arc<Self>) -> Result<AuthUser> {
        self.load().await?;
        self.current_or_end().map(|live| live.user())
    }

    /// The current user, and the device that their session is bound to.
    pub async fn user_and_device(self: &Arc<Self>) -> Result<(AuthUser, Option<String>)> {
        self.load().await?;
        self.current_or_end().map(|live| (live.user(), live.record.device_key.clone()))
    }

    /// Whom tokens are for.
    pub fn owner_of(&self, tokens: &AuthenticationResult) -> Result<AuthUser> {
        Live::begin(tokens.clone(), None, self.clock.now()).map(|live| live.user())
    }

    /// The session if it can be given at once: in memory and fresh.
    pub fn cached(&self) -> Option<AuthSession> {
        self.debts.nudge();
        let live = self.current.load_full()?;
        (live.record.ended.is_none() && live.is_fresh(self.clock.now())).then(|| available(live))
    }

    /// The session, with new tokens if the present ones are about to expire or the caller insists.
    pub async fn fetch(self: &Arc<Self>, options: FetchSessionOptions) -> Result<AuthSession> {
        self.load().await?;
        let Some(mut live) = self.current() else { return Ok(signed_out()) };
        if let Some(error) = live.end() {
            match self.take_revived(&live).await {
                Some(revived) => live = revived,
                None => return Ok(expired(&live, error)),
            }
        }
        let (forced, now) = (options.force_refresh, self.clock.now());
        if !forced && (live.is_fresh(now) || live.is_valid(now) && self.refresher.rests(now)) {
            return Ok(available(live));
        }
        let error = match self.refresh(&live, forced, options.client_metadata).await {
            Ok(renewed) => return Ok(available(renewed)),
            Err(error) => error,
        };
        let Some(current) = self.current() else { return Ok(signed_out()) };
        if let Some(end) = current.end() {
            return Ok(expired(&current, end));
        }
        // Tokens that still work are no failure, unless it was these that the caller wanted replaced.
        let unwanted = forced && Arc::ptr_eq(&current, &live);
        if !unwanted && current.is_valid(self.clock.now()) {
            return Ok(available(current));
        }
        Ok(stale(current, error))
    }

    /// A session that a sign-in began takes the place of the present one, if the sign-in is still wanted.
    pub async fn establish(
        self: &Arc<Self>,
        tokens: AuthenticationResult,
        device_key: Option<String>,
        is_wanted: impl Fn() -> bool,
    ) -> Result<AuthUser> {
        let live = Arc::new(Live::begin(tokens, device_key, self.clock.now())?);
        if let Some(issued) = live.issued_at() {
            self.clock.observe(issued);
        }
        let _changing = self.changing.lock().await;
        let before = self.current();
        let user = live.user();
        let saved = if is_wanted() { Some(self.vault.save(live.record.clone(), Over::Anything).await) } else { None };
        let told = AuthEvent::SignedIn { user: user.clone() };
        let state = AuthState::SignedIn { user: user.clone() };
        if saved.is_none() || !self.publish(&is_wanted, Some(live.clone()), |hub| hub.change(state, told)) {
            self.put_back(&user.username, saved.is_some()).await;
            self.discard(live.record.refresh_token.clone());
            return Err(Error::Superseded("another sign-in was begun, or the user signed out"));
        }
        self.note_saving(saved.and_then(Result::err), Over::Anything);
        if let Some(before) = before.filter(|before| before.record.username != user.username) {
            // The user chose another account.
            if self.vault.remove(Some(&before.record.username)).await.is_err() {
                self.owe_removal(Some(before.record.username.clone()));
            }
        }
        Ok(user)
    }

    /// Makes the store agree with memory again after a record was written that does not count.
    async fn put_back(self: &Arc<Self>, username: &str, was_written: bool) {
        if !was_written {
            return;
        }
        match self.current() {
            Some(current) => {
                let saved = self.vault.save(current.record.clone(), Over::Anything).await;
                self.note_saving(saved.err(), Over::Anything);
            }
            None => {
                if self.vault.remove(Some(username)).await.is_err() {
                    self.owe_removal(Some(username.to_owned()));
                }
            }
        }
    }

    /// Stores the session, then holds it in memory in the place of the one that it continues. When the store fails the
    /// session is held all the same: what the service has already given must not be lost.
    pub(super) async fn store_and_hold(
        self: &Arc<Self>,
        before: &Arc<Live>,
        live: Live,
        tell: impl FnOnce(&Hub),
    ) -> Result<Arc<Live>> {
        let live = Arc::new(live);
        let over = self.debts.save().unwrap_or(Over::Older);
        match self.vault.save(live.record.clone(), over).await {
            Ok(Saved::Done) => self.note_saving(None, over),
            // Newer tokens are of the same line, so ours are not revoked: that could end theirs.
            Ok(other) => return self.after_saving(before, other),
            Err(error) => self.note_saving(Some(error), over),
        }
        if self.publish(|| self.is_current(before), Some(live.clone()), tell) {
            return Ok(live);
        }
        // The user signed out while it was stored; the removal comes after us.
        self.owe_save(None);
        if live.end().is_none() {
            self.discard(live.record.refresh_token.clone());
        }
        self.current_or_end()
    }

    /// Takes over what another process had put in the place of the session that was to be overwritten.
    pub(super) fn after_saving(&self, before: &Arc<Live>, saved: Saved) -> Result<Arc<Live>> {
        match saved {
            Saved::Done => {}
            Saved::Newer(record) => self.adopt(before, Live::from_record(*record)),
            Saved::Gone => self.adopt_sign_out(before),
        }
        self.current_or_end()
    }

    /// Takes over a session that another process has stored.
    pub(super) fn adopt(&self, before: &Arc<Live>, live: Live) {
        let (state, live) = (live.state(), Arc::new(live));
        self.publish(
            || self.is_current(before),
            Some(live),
            |hub| match state.clone() {
                AuthState::SessionExpired { user, error } => {
                    hub.change(state, AuthEvent::SessionExpired { user, error })
                }
                _ => hub.learn(state),
            },
        );
    }

    /// Another process signed the user out.
    pub(super) fn adopt_sign_out(&self, before: &Arc<Live>) {
        let user = before.user();
        self.publish(
            || self.is_current(before),
            None,
            |hub| {
                hub.change(AuthState::SignedOut, AuthEvent::SignedOut { user });
            },
        );
    }

    /// Forgets the session in memory at once, whatever it is, and tells it. Gives what it was. With a user, only theirs.
    pub(super) fn forget(
        &self,
        only: Option<&AuthUser>,
        told: impl FnOnce(AuthUser) -> AuthEvent,
    ) -> Option<Arc<Live>> {
        let _publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        if only.is_some_and(|user| current.is_none_or(|live| live.user() != *user)) {
            return None;
        }
        let live = self.current.swap(None);
        self.loaded.store(true, Ordering::Release);
        match &live {
            Some(live) => self.hub.change(AuthState::SignedOut, told(live.user())),
            None => self.hub.learn(AuthState::SignedOut),
        }
        live
    }

    /// Exchanges the session in memory and tells it, as one step; only if that is still right.
    fn publish(&self, is_right: impl FnOnce() -> bool, live: Option<Arc<Live>>, tell: impl FnOnce(&Hub)) -> bool {
        let _publishing = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let right = is_right();
        if right {
            self.current.store(live);
            self.loaded.store(true, Ordering::Release);
            tell(&self.hub);
        }
        right
    }

    /// Notes and tells how a write went.
    fn note_saving(self: &Arc<Self>, failure: Option<Error>, over: Over) {
        self.owe_save(failure.is_some().then_some(over));
        if let Some(error) = failure {
            self.hub.tell(&AuthEvent::StorageFailed { error: error.into() });
        }
    }
}

fn available(live: Arc<Live>) -> AuthSession {
    AuthSession { is_signed_in: true, user: Some(live.user()), tokens: SessionTokens::Available(AuthTokens(live)) }
}

fn stale(live: Arc<Live>, error: Error) -> AuthSession {
    let user = Some(live.user());
    AuthSession { is_signed_in: true, user, tokens: SessionTokens::Stale(AuthTokens(live), error.into()) }
}

fn expired(live: &Live, error: Error) -> AuthSession {
    AuthSession { is_signed_in: false, user: Some(live.user()), tokens: SessionTokens::Unavailable(error.into()) }
}

fn signed_out() -> AuthSession {
    AuthSession { is_signed_in: false, user: None, tokens: SessionTokens::Unavailable(Error::NotSignedIn.into()) }
}

fn unknown(error: &Error) -> UnknownReason {
    match error {
        Error::StorageLocked => UnknownReason::StorageLocked,
        Error::StorageCorrupt(_) => UnknownReason::StorageCorrupt,
        _ => UnknownReason::StorageFailed,
    }
}
