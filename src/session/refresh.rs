//! Renewing the tokens: once for all who wait, in a task of its own, stored before anybody sees them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::watch;

use super::keeper::Keeper;
use super::live::Live;
use crate::error::{Error, Result, SessionEffect, meaning_of};
use crate::events::AuthEvent;
use crate::protocol::user_pool::{AuthenticationResult, GetTokensFromRefreshToken, RevokeToken};
use crate::storage::Loaded;
use crate::support::clock::unix_seconds;
use crate::support::secret::Secret;

type Outcome = Option<Result<Arc<Live>>>;

/// How often and after how long the store is looked at again before it is believed that a rotated token was spent by
/// nobody we know. A process that won the race has its answer by then, and stores it.
const SECOND_LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1000)];

/// For so many seconds after a failure, tokens that still work are not renewed early: nobody waits for a network that
/// has just been seen to fail.
const REST: i64 = 30;

/// The refresh on its way, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Refresher {
    on_its_way: Mutex<Option<watch::Receiver<Outcome>>>,
    /// Unix seconds by the service's clock.
    rests_until: AtomicI64,
}

impl Refresher {
    /// Whether a refresh failed a moment ago.
    pub fn rests(&self, service_now: SystemTime) -> bool {
        let left = self.rests_until.load(Ordering::Relaxed) - unix_seconds(service_now);
        (1..=REST).contains(&left)
    }
}

/// What the store holds, compared with the session in memory.
enum InStore {
    /// The same, or nothing that could be compared.
    Same,
    /// A newer one, which is now the one in memory.
    Newer,
}

impl Keeper {
    /// New tokens in the place of the given session's. All callers share one request; none of them can cancel it.
    pub(super) async fn refresh(
        self: &Arc<Self>,
        seen: &Live,
        forced: bool,
        metadata: HashMap<String, String>,
    ) -> Result<Arc<Live>> {
        let mut outcome = match self.join(seen, forced, metadata) {
            Joined::Waiting(outcome) => outcome,
            Joined::Renewed(live) => return Ok(live),
        };
        let ended = outcome.wait_for(Option::is_some).await;
        match ended.as_deref() {
            Ok(Some(result)) => result.clone(),
            _ => Err(Error::internal("the refresh ended without a result")),
        }
    }

    /// Joins the refresh on its way, or begins one.
    fn join(self: &Arc<Self>, seen: &Live, forced: bool, metadata: HashMap<String, String>) -> Joined {
        let mut on_its_way = self.refresher.on_its_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = on_its_way.as_ref().filter(|outcome| outcome.has_changed().is_ok()) {
            return Joined::Waiting(outcome.clone());
        }
        // It may have ended between the caller's look at the session and this moment.
        let is_newer = |live: &Arc<Live>| live.record.revision > seen.record.revision && live.end().is_none();
        if let Some(live) = self.current().filter(is_newer) {
            return Joined::Renewed(live);
        }
        let (sender, outcome) = watch::channel(None);
        *on_its_way = Some(outcome.clone());
        let keeper = self.clone();
        tokio::spawn(async move {
            let result = keeper.renew(forced, metadata).await;
            // Whoever comes from here on looks at the session first, and that is already the new one.
            *keeper.refresher.on_its_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
            let _ = sender.send(Some(result)); // nobody may be waiting any more
        });
        Joined::Waiting(outcome)
    }

    async fn renew(self: &Arc<Self>, forced: bool, metadata: HashMap<String, String>) -> Result<Arc<Live>> {
        let mut live = self.current_or_end()?;
        let result = self.renew_from(&mut live, forced, metadata).await;
        match &result {
            Err(error) if self.is_current(&live) && live.end().is_none() => {
                self.refresher.rests_until.store(unix_seconds(self.clock.now()) + REST, Ordering::Relaxed);
                self.hub.tell(&AuthEvent::TokenRefreshFailed { user: live.user(), error: error.clone().into() });
            }
            _ => self.refresher.rests_until.store(0, Ordering::Relaxed),
        }
        result
    }

    async fn renew_from(
        self: &Arc<Self>,
        live: &mut Arc<Live>,
        forced: bool,
        metadata: HashMap<String, String>,
    ) -> Result<Arc<Live>> {
        // An unreadable store is an error: what could not be stored afterwards must not be spent now.
        if let InStore::Newer = self.look_into_store(live).await? {
            *live = self.current_or_end()?;
            if !forced && live.is_fresh(self.clock.now()) {
                return Ok(live.clone());
            }
        }
        match self.request_tokens(live, metadata).await {
            Ok(tokens) => self.take(live, tokens).await,
            Err(error) if is_verdict(&error) && !self.awaits_its_device(live, &error).await => {
                self.take_verdict(live, error).await
            }
            Err(error) => Err(error),
        }
    }

    /// Whether the device that the tokens are bound to is still to be confirmed: until then the service refuses to renew
    /// them, and that says nothing about the session.
    async fn awaits_its_device(&self, live: &Live, error: &Error) -> bool {
        let is_about_the_token =
            matches!(error, Error::Service(service) if service.text.contains("Invalid Refresh Token"));
        let Some(key) = live.record.device_key.as_ref().filter(|_| is_about_the_token) else { return false };
        let device = self.vault.device(&live.record.username).await;
        matches!(device, Ok(Some(device)) if device.device_key == *key && !device.confirmed)
    }

    pub(super) async fn request_tokens(
        &self,
        live: &Live,
        metadata: HashMap<String, String>,
    ) -> Result<AuthenticationResult> {
        let Some(refresh_token) = live.record.refresh_token.clone() else {
            let problem = "the tokens expired and there is no refresh token";
            return Err(Error::expired(problem));
        };
        let client_metadata = self.configuration.client_metadata_under(metadata);
        let call = GetTokensFromRefreshToken {
            refresh_token,
            client_id: self.configuration.client_id().to_owned(),
            client_secret: self.configuration.client_secret().cloned(),
            device_key: live.record.device_key.clone(),
            client_metadata,
        };
        let answer = self.pool.call(&call).await?;
        answer.authentication_result.ok_or_else(|| Error::internal("the service answered a refresh without tokens"))
    }

    /// Stores the new tokens and holds them, unless the user signed out or in again meanwhile.
    async fn take(self: &Arc<Self>, live: &Arc<Live>, tokens: AuthenticationResult) -> Result<Arc<Live>> {
        let rotated = tokens.refresh_token.clone();
        let renewed = live.renewed(tokens)?;
        if let Some(issued) = renewed.issued_at() {
            self.clock.observe(issued);
        }
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            self.discard(rotated);
            return self.current_or_end();
        }
        let told = AuthEvent::TokensRefreshed { user: renewed.user() };
        self.store_and_hold(live, renewed, |hub| hub.tell(&told)).await
    }

    /// The service says that the session cannot go on; but another process may have renewed it just before.
    async fn take_verdict(self: &Arc<Self>, live: &Arc<Live>, error: Error) -> Result<Arc<Live>> {
        let spent_elsewhere = matches!(&error, Error::Service(service) if service.exception == REUSE);
        let looks = if spent_elsewhere { SECOND_LOOKS.len() } else { 1 };
        let mut in_store = Ok(InStore::Same);
        for wait in SECOND_LOOKS.into_iter().take(looks) {
            tokio::time::sleep(wait).await;
            in_store = self.look_into_store(live).await;
            if let Ok(InStore::Newer) = in_store {
                return self.current_or_end();
            }
        }
        // A store that cannot be read does not say that nobody renewed the session: that is no time to end it.
        in_store?;
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            return self.current_or_end();
        }
        let ended = live.ended(&error);
        let state = ended.state();
        let told = AuthEvent::SessionExpired { user: ended.user(), error: ended.end().unwrap_or(error).into() };
        self.store_and_hold(live, ended, |hub| hub.change(state, told)).await?;
        self.current_or_end()
    }

    /// Looks whether another process that shares the store has renewed or ended the session, and takes that over.
    async fn look_into_store(&self, live: &Arc<Live>) -> Result<InStore> {
        if self.debts.save().is_some() {
            return Ok(InStore::Same); // memory is ahead of the store
        }
        let stored = self.vault.load_session(&live.record.username).await?;
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            return Ok(InStore::Newer);
        }
        match stored {
            Loaded::Session(record) if record.revision > live.record.revision => {
                self.adopt(live, Live::from_record(*record));
                Ok(InStore::Newer)
            }
            Loaded::Session(_) => Ok(InStore::Same),
            Loaded::Nothing => {
                self.adopt_sign_out(live);
                Err(Error::NotSignedIn)
            }
        }
    }

    /// Looks whether another process has brought back a session that ended here: it signed in again, or it won the race
    /// for a rotated token.
    pub(super) async fn take_revived(&self, ended: &Arc<Live>) -> Option<Arc<Live>> {
        if self.debts.save().is_some() {
            return None;
        }
        let Ok(Loaded::Session(record)) = self.vault.load_session(&ended.record.username).await else { return None };
        let _changing = self.changing.lock().await;
        if record.ended.is_none() && record.revision >= ended.record.revision {
            self.adopt(ended, Live::from_record(*record));
        }
        self.current_or_end().ok()
    }

    /// Revokes a refresh token that nobody will use, if that can be done; nobody waits for it.
    pub(super) fn discard(&self, refresh_token: Option<Secret>) {
        let Some(token) = refresh_token else { return };
        let (pool, call) = (self.pool.clone(), self.revocation(token));
        tokio::spawn(async move {
            let _ = pool.call(&call).await; // it expires by itself
        });
    }

    pub(super) fn revocation(&self, token: Secret) -> RevokeToken {
        RevokeToken {
            token,
            client_id: self.configuration.client_id().to_owned(),
            client_secret: self.configuration.client_secret().cloned(),
        }
    }
}

enum Joined {
    Waiting(watch::Receiver<Outcome>),
    Renewed(Arc<Live>),
}

/// The refresh token was used before: by a process that shares the store, or by a thief.
const REUSE: &str = "RefreshTokenReuseException";

/// Only what the table of exceptions lists as a verdict ends a session.
fn is_verdict(error: &Error) -> bool {
    matches!(error, Error::Service(service) if meaning_of(service).on_refresh == SessionEffect::Ends)
}
