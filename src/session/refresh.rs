//! Renewing the tokens: once for all who wait, in a task of its own, stored before anybody sees them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::keeper::Keeper;
use super::live::Live;
use crate::error::{Error, Result, SessionEffect, meaning_of};
use crate::events::{AuthEvent, AuthState};
use crate::protocol::user_pool::{AuthenticationResult, GetTokensFromRefreshToken};
use crate::storage::Loaded;

type Outcome = Option<Result<Arc<Live>>>;

/// How often and after how long the store is looked at again before it is believed that a rotated token was spent by
/// nobody we know. A process that won the race has its answer by then, and stores it.
const SECOND_LOOKS: [Duration; 4] =
    [Duration::ZERO, Duration::from_millis(100), Duration::from_millis(400), Duration::from_millis(1000)];

/// The refresh on its way, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Refresher {
    on_its_way: Mutex<Option<watch::Receiver<Outcome>>>,
}

impl Keeper {
    /// New tokens in the place of the given session's. All callers share one request; none of them can cancel it.
    pub(super) async fn refresh(self: &Arc<Self>, seen: &Live, metadata: HashMap<String, String>) -> Result<Arc<Live>> {
        let mut outcome = match self.join(seen, metadata) {
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
    fn join(self: &Arc<Self>, seen: &Live, metadata: HashMap<String, String>) -> Joined {
        let mut on_its_way = self.refresher.on_its_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = on_its_way.as_ref().filter(|outcome| outcome.has_changed().is_ok()) {
            return Joined::Waiting(outcome.clone());
        }
        // It may have ended between the caller's look at the session and this moment.
        if let Some(live) =
            self.current().filter(|live| live.record.revision > seen.record.revision && live.end().is_none())
        {
            return Joined::Renewed(live);
        }
        let (sender, outcome) = watch::channel(None);
        *on_its_way = Some(outcome.clone());
        let keeper = self.clone();
        tokio::spawn(async move {
            let result = keeper.renew(metadata).await;
            // Whoever comes from here on looks at the session first, and that is already the new one.
            *keeper.refresher.on_its_way.lock().unwrap_or_else(PoisonError::into_inner) = None;
            let _ = sender.send(Some(result)); // nobody may be waiting any more
        });
        Joined::Waiting(outcome)
    }

    async fn renew(&self, metadata: HashMap<String, String>) -> Result<Arc<Live>> {
        let live = self.current().ok_or(Error::NotSignedIn)?;
        if let Some(newer) = self.take_newer(&live).await? {
            return Ok(newer);
        }
        match self.request_tokens(&live, metadata).await {
            Ok(tokens) => self.take(&live, tokens).await,
            Err(error) if is_verdict(&error) => self.take_verdict(&live, error).await,
            Err(error) => {
                self.hub.tell(&AuthEvent::TokenRefreshFailed { user: live.user(), error: error.clone().into() });
                Err(error)
            }
        }
    }

    pub(super) async fn request_tokens(
        &self,
        live: &Live,
        metadata: HashMap<String, String>,
    ) -> Result<AuthenticationResult> {
        let Some(refresh_token) = live.record.refresh_token.clone() else {
            return Err(Error::SessionExpired("the tokens expired and there is no refresh token".to_owned()));
        };
        let mut client_metadata = self.configuration.client_metadata().clone();
        client_metadata.extend(metadata);
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
    async fn take(&self, live: &Arc<Live>, tokens: AuthenticationResult) -> Result<Arc<Live>> {
        let renewed = live.renewed(tokens)?;
        if let Some(issued) = renewed.issued_at() {
            self.clock.observe(issued);
        }
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            return self.current().ok_or(Error::NotSignedIn);
        }
        let renewed = self.store_and_hold(renewed).await;
        self.hub.tell(&AuthEvent::TokensRefreshed { user: renewed.user() });
        Ok(renewed)
    }

    /// The service says that the session cannot go on; but another process may have renewed it just before.
    async fn take_verdict(&self, live: &Arc<Live>, error: Error) -> Result<Arc<Live>> {
        let spent_elsewhere = matches!(&error, Error::Service(service) if service.exception == REUSE);
        for wait in SECOND_LOOKS.into_iter().take(if spent_elsewhere { SECOND_LOOKS.len() } else { 1 }) {
            tokio::time::sleep(wait).await;
            if let Ok(Some(newer)) = self.take_newer(live).await {
                return Ok(newer);
            }
        }
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            return self.current().ok_or(Error::NotSignedIn);
        }
        let ended = self.store_and_hold(live.ended(&error)).await;
        let state = ended.state();
        let error = ended.end().unwrap_or(error);
        let told = AuthEvent::SessionExpired { user: ended.user(), error: error.clone().into() };
        self.hub.change(state, told);
        Err(error)
    }

    /// Looks whether another process that shares the store has renewed or ended the session. An unreadable store is
    /// an error: what could not be stored afterwards must not be spent now.
    async fn take_newer(&self, live: &Arc<Live>) -> Result<Option<Arc<Live>>> {
        if self.is_unsaved() {
            return Ok(None);
        }
        let stored = self.vault.load_session(&live.record.username).await?;
        let _changing = self.changing.lock().await;
        if !self.is_current(live) {
            return self.current().ok_or(Error::NotSignedIn).map(Some);
        }
        match stored {
            Loaded::Session(record) if record.revision > live.record.revision => {
                let newer = Live::from_record(*record);
                let end = newer.end();
                self.adopt(newer);
                end.map_or_else(|| Ok(self.current()), Err)
            }
            Loaded::Session(_) => Ok(None),
            Loaded::Nothing => {
                let user = live.user();
                let _ = self.forget(Some(&user.username)).await;
                self.hub.change(AuthState::SignedOut, AuthEvent::SignedOut { user });
                Err(Error::NotSignedIn)
            }
        }
    }

    /// Looks whether another process has brought back a session that ended here: it signed in again, or it won the race
    /// for a rotated token.
    pub(super) async fn take_revived(&self, ended: &Arc<Live>) -> Option<Arc<Live>> {
        let Ok(Loaded::Session(record)) = self.vault.load_session(&ended.record.username).await else { return None };
        let _changing = self.changing.lock().await;
        if self.is_current(ended) && record.ended.is_none() && record.access_token != ended.record.access_token {
            self.adopt(Live::from_record(*record));
        }
        self.current().filter(|live| live.end().is_none())
    }

    fn is_current(&self, live: &Arc<Live>) -> bool {
        self.current().is_some_and(|current| Arc::ptr_eq(&current, live))
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
