//! Keeps the current session: reads it from the store once, holds it in memory, stores every change before telling it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwapOption;

use super::live::Live;
use super::outcome::{AuthSession, AuthTokens, FetchSessionOptions, SessionTokens};
use super::refresh::Refresher;
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::events::{AuthEvent, AuthState, AuthUser, Hub, UnknownReason};
use crate::protocol::user_pool::{AuthenticationResult, UserPool};
use crate::storage::{Loaded, Vault};
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
    current: ArcSwapOption<Live>,
    /// Whether the store has been read: until then, no session in memory says nothing.
    loaded: AtomicBool,
    /// The last failed reading and its number, so that those who waited for it share its result.
    failed_load: Mutex<(u64, Option<Error>)>,
    /// What the store still has to be told because it failed before.
    debt: Mutex<Debt>,
    /// Held while the session is replaced, so that changes are stored and told in one order.
    pub(super) changing: tokio::sync::Mutex<()>,
}

/// A write or removal that the store refused; it is tried again at the next call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Debt {
    #[default]
    None,
    /// The session in memory is newer than the stored one.
    Save,
    /// A signed-out session is still stored: that of the named user, or whichever is the current one.
    Remove(Option<String>),
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
            current: ArcSwapOption::empty(),
            loaded: AtomicBool::new(false),
            failed_load: Mutex::default(),
            debt: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// The session in memory.
    pub(super) fn current(&self) -> Option<Arc<Live>> {
        self.current.load_full()
    }

    /// Reads the store, once. A store that is locked or fails is read again at the next call, and nobody is signed
    /// out by it.
    pub async fn load(&self) -> Result<()> {
        if self.loaded.load(Ordering::Acquire) {
            self.settle_debt().await;
            return Ok(());
        }
        let begun = self.failed_load().0;
        let _changing = self.changing.lock().await;
        if self.loaded.load(Ordering::Acquire) {
            return Ok(());
        }
        match self.failed_load() {
            (number, Some(error)) if number > begun => return Err(error),
            _ => {}
        }
        match self.vault.load().await {
            Ok(Loaded::Session(record)) => self.adopt(Live::from_record(*record)),
            Ok(Loaded::Nothing) => self.hub.learn(AuthState::SignedOut),
            Err(error) => {
                self.hub.learn(AuthState::Unknown { reason: unknown(&error) });
                *self.failed_load.lock().unwrap_or_else(PoisonError::into_inner) = (begun + 1, Some(error.clone()));
                return Err(error);
            }
        }
        self.loaded.store(true, Ordering::Release);
        Ok(())
    }

    fn failed_load(&self) -> (u64, Option<Error>) {
        self.failed_load.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The current user, from memory or the store, never from the network. One whose session expired is none.
    pub async fn current_user(&self) -> Result<AuthUser> {
        self.load().await?;
        let live = self.current().ok_or(Error::NotSignedIn)?;
        live.end().map_or_else(|| Ok(live.user()), Err)
    }

    /// The session if it can be given at once: in memory and fresh.
    pub fn cached(&self) -> Option<AuthSession> {
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
        if !options.force_refresh && live.is_fresh(self.clock.now()) {
            return Ok(available(live));
        }
        match self.refresh(&live, options.client_metadata).await {
            Ok(renewed) => Ok(available(renewed)),
            Err(error) => Ok(match self.current() {
                None => signed_out(),
                Some(live) => match live.end() {
                    Some(end) => expired(&live, end),
                    None => stale(live, error),
                },
            }),
        }
    }

    /// A session that a sign-in began takes the place of the present one.
    pub async fn establish(&self, tokens: AuthenticationResult) -> Result<AuthUser> {
        let live = Live::begin(tokens, self.clock.now())?;
        if let Some(issued) = live.issued_at() {
            self.clock.observe(issued);
        }
        let _changing = self.changing.lock().await;
        let before = self.current();
        let user = live.user();
        self.store_and_hold(live).await;
        if let Some(before) = before.filter(|before| before.record.username != user.username) {
            // The user chose another account; the new session is stored, so a record that stays behind is harmless.
            let _ = self.vault.remove(Some(&before.record.username)).await;
        }
        self.loaded.store(true, Ordering::Release);
        self.hub.change(AuthState::SignedIn { user: user.clone() }, AuthEvent::SignedIn { user: user.clone() });
        Ok(user)
    }

    /// Stores the session, then holds it in memory. When the store fails the session is held all the same: what the
    /// service has already given must not be lost; storing is tried again at the next call.
    pub(super) async fn store_and_hold(&self, live: Live) -> Arc<Live> {
        let live = Arc::new(live);
        let saved = self.vault.save(live.record.clone()).await;
        self.owe(if saved.is_ok() { Debt::None } else { Debt::Save });
        self.current.store(Some(live.clone()));
        if let Err(error) = saved {
            self.hub.tell(&AuthEvent::StorageFailed { error: error.into() });
        }
        live
    }

    /// Takes over a session that the store holds.
    pub(super) fn adopt(&self, live: Live) {
        let state = live.state();
        self.current.store(Some(Arc::new(live)));
        self.hub.learn(state);
    }

    /// Forgets the session, in memory at once and in the store as soon as that can be done.
    pub(super) async fn forget(&self, username: Option<&str>) -> Result<()> {
        self.current.store(None);
        self.loaded.store(true, Ordering::Release);
        let removed = self.vault.remove(username).await;
        self.owe(if removed.is_ok() { Debt::None } else { Debt::Remove(username.map(str::to_owned)) });
        removed
    }

    /// Tells the store again what it refused before.
    async fn settle_debt(&self) {
        if self.debt() == Debt::None {
            return;
        }
        let _changing = self.changing.lock().await;
        let settled = match (self.debt(), self.current()) {
            (Debt::Save, Some(live)) => self.vault.save(live.record.clone()).await,
            (Debt::Remove(username), _) => self.vault.remove(username.as_deref()).await,
            (Debt::None, _) | (Debt::Save, None) => Ok(()),
        };
        if settled.is_ok() {
            self.owe(Debt::None);
        }
    }

    /// Whether the store lacks what memory holds.
    pub(super) fn is_unsaved(&self) -> bool {
        self.debt() == Debt::Save
    }

    fn debt(&self) -> Debt {
        self.debt.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn owe(&self, debt: Debt) {
        *self.debt.lock().unwrap_or_else(PoisonError::into_inner) = debt;
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
