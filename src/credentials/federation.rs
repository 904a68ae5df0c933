//! Somebody whom another provider vouches for, to the identity pool alone: no user pool takes part.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::aws_credentials::AwsCredentials;
use super::federated_info::{FederateOptions, FederatedInfo};
use super::identities::{Identities, Login, Wanted};
use super::provider::FederatedProvider;
use super::token_provider::{FederatedToken, FederatedTokenFailure, FederatedTokenProvider};
use crate::error::{Error, ErrorCode, InputError, Result};
use crate::events::{AuthState, AuthUser, Hub};
use crate::protocol::identity_pool::Logins;
use crate::storage::identity_record::{FederatedProviderRecord, FederationRecord, IdentityRecord};
use crate::storage::{IdentityOwner, RecordStore};
use crate::support::clock::{ServiceClock, from_unix_milliseconds, is_plausible, unix_milliseconds};
use crate::support::ordered::ordered;
use crate::support::secret::Secret;
use crate::support::{deadline, task};

/// A provider's token this close to its end is replaced first, if the app has said how.
const MARGIN: Duration = Duration::from_secs(60);
/// How long the app may take to give a new token.
const PROVIDER_LIMIT: Duration = Duration::from_secs(30);

/// The federation of one client.
#[derive(Debug)]
pub(crate) struct Federation {
    identities: Arc<Identities>,
    records: RecordStore,
    clock: Arc<ServiceClock>,
    hub: Arc<Hub>,
    slot: Mutex<Slot>,
    /// Counts what began and ended it, so that what was on its way meanwhile comes too late. Changed under the slot's lock,
    /// read without: it is asked for under the locks of the identities, which are taken after the slot's.
    generation: Arc<AtomicU64>,
    /// Whose turn it is to read the store or to change it.
    changing: tokio::sync::Mutex<()>,
    /// Whose turn it is to ask the app for a token.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Slot {
    is_loaded: bool,
    current: Option<Arc<FederationRecord>>,
    /// Whether the store may still hold one that was ended.
    is_removal_due: bool,
    providers: HashMap<FederatedProvider, Arc<dyn FederatedTokenProvider>>,
}

impl Federation {
    pub fn new(
        identities: Arc<Identities>,
        records: RecordStore,
        clock: Arc<ServiceClock>,
        hub: Arc<Hub>,
    ) -> Arc<Self> {
        let (slot, generation, changing, asking) = Default::default();
        Arc::new(Self { identities, records, clock, hub, slot, generation, changing, asking })
    }

    /// Reads the store once. A store that cannot be read is read again at the next call.
    pub async fn load(&self) -> Result<()> {
        let Ok(pool) = self.identities.configured() else { return Ok(()) };
        let is_done = || {
            let slot = self.slot();
            slot.is_loaded && !slot.is_removal_due
        };
        if is_done() {
            return Ok(());
        }
        let _changing = self.changing.lock().await;
        if is_done() {
            return Ok(());
        }
        if self.slot().is_removal_due {
            let _ = self.remove().await; // whoever ended it was told why it is still there
            return Ok(());
        }
        let stored = self.records.federation().await?;
        let stored = stored.filter(|federation| federation.identity_pool_id == pool.id()).map(Arc::new);
        let mut slot = self.slot();
        if slot.is_loaded {
            return Ok(()); // it was ended meanwhile
        }
        slot.is_loaded = true;
        slot.current = stored;
        if let Some(federation) = &slot.current {
            self.hub.set_federation_if_changed(&federation.identity_id);
        }
        Ok(())
    }

    /// Who is federated, from memory: nobody while a user of the user pool is signed in.
    pub fn current(&self) -> Option<Arc<FederationRecord>> {
        let current = self.slot().current.clone()?;
        matches!(self.hub.state(), AuthState::Federated { .. }).then_some(current)
    }

    /// The same, to be shown.
    pub fn info(&self) -> Option<FederatedInfo> {
        let federation = self.current()?;
        Some(FederatedInfo {
            provider: FederatedProvider::of(&federation.provider)?,
            token: federation.token.expose().to_owned(),
            identity_id: federation.identity_id.clone(),
            expires_at: federation.expires_at.map(from_unix_milliseconds),
            user: federation.user.clone().into_iter().collect(),
        })
    }

    /// Who that is: by what the app said of them, and their identity.
    pub fn user(&self) -> Option<AuthUser> {
        let federation = self.current()?;
        let name = ["username", "name", "email"].iter().find_map(|key| federation.user.get(*key));
        let username = name.unwrap_or(&federation.identity_id).clone();
        Some(AuthUser { username, user_id: federation.identity_id.clone() })
    }

    /// Exchanges the provider's token for credentials and keeps who it is. An earlier federation gives way once the new
    /// one has succeeded.
    pub async fn begin(
        self: &Arc<Self>,
        provider: FederatedProvider,
        token: Secret,
        options: FederateOptions,
    ) -> Result<AwsCredentials> {
        let pool_id = self.identities.configured()?.id().to_owned();
        let FederateOptions { identity_id, expires_at, user } = options;
        let identity_id = self.checked(&provider, &token, identity_id, expires_at)?;
        let login_name = provider.login_name()?;
        let _changing = self.changing.lock().await;
        let generation = self.generation();
        let logins = ordered([(login_name, token.clone())]);
        let mut identity = self.identities.exchange(logins, identity_id).await?;
        let credentials = AwsCredentials::of(&identity)?;
        // No two have one moment.
        let earlier = self.slot().current.as_ref().map_or(0, |earlier| earlier.began + 1);
        let began = self.clock.now_ms().max(earlier);
        let owner = IdentityOwner::Federated { began };
        identity.owner = owner.mark();
        let federation = FederationRecord {
            identity_pool_id: pool_id,
            identity_id: identity.identity_id.clone(),
            began,
            provider: FederatedProviderRecord::from(&provider),
            token,
            expires_at: expires_at.map(milliseconds),
            user: ordered(user),
            unknown: serde_json::Map::new(),
        };
        match self.records.save_federation(federation.clone(), Some(identity.clone())).await {
            Ok(true) => {}
            Ok(false) => return Err(Error::UserPoolSessionActive),
            Err(error) => self.hub.report_storing(Err(error)), // it is held all the same
        }
        let is_taken = {
            let mut slot = self.slot();
            let may = self.generation() == generation && self.hub.federate(&federation.identity_id);
            if may {
                self.generation.fetch_add(1, Ordering::SeqCst);
                (slot.is_loaded, slot.is_removal_due) = (true, false);
                slot.current = Some(Arc::new(federation));
                self.identities.hold(owner, identity);
            }
            may
        };
        if is_taken {
            return Ok(credentials);
        }
        self.hub.report_storing(self.remove().await);
        Err(Error::Superseded("the user signed out or in, or the federation was cleared"))
    }

    /// Ends it here, if the configuration has an identity pool.
    pub async fn clear_if_any(&self) -> Result<()> {
        if self.identities.configured().is_ok() { self.clear().await } else { Ok(()) }
    }

    /// Ends it here: the identity stays what it is at the identity pool.
    pub async fn clear(&self) -> Result<()> {
        // At once: what is on its way comes too late.
        {
            let mut slot = self.slot();
            self.generation.fetch_add(1, Ordering::SeqCst);
            slot.current = None;
            (slot.is_loaded, slot.is_removal_due) = (true, true);
        }
        self.hub.end_federation();
        self.identities.forget_in_memory();
        let _changing = self.changing.lock().await;
        self.remove().await
    }

    /// Removes what is stored; what cannot be removed now is tried again at the next call.
    async fn remove(&self) -> Result<()> {
        let removed = self.records.remove_federation().await;
        self.slot().is_removal_due = removed.is_err();
        removed
    }

    /// Asks the app for new tokens of that provider from now on; nobody: no longer. Gives whether it was asked before.
    pub fn set_token_provider(
        &self,
        provider: FederatedProvider,
        asked: Option<Arc<dyn FederatedTokenProvider>>,
    ) -> bool {
        let mut slot = self.slot();
        let before = match asked {
            Some(asked) => slot.providers.insert(provider, asked),
            None => slot.providers.remove(&provider),
        };
        before.is_some()
    }

    /// The identity of whoever is federated, with fresh credentials if those are wanted.
    pub async fn identity(self: &Arc<Self>, wanted: Wanted) -> Result<Arc<IdentityRecord>> {
        self.with_token(|| self.identities.fetch(self.login(), wanted.clone())).await
    }

    /// An OpenID token of whoever is federated.
    pub async fn open_id_token(self: &Arc<Self>) -> Result<Secret> {
        self.with_token(|| self.identities.open_id_token(|| self.login())).await
    }

    /// Does what takes the provider's token. If that was good for less long than was known, the app is asked for a new one,
    /// once.
    async fn with_token<T, F>(self: &Arc<Self>, ask: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let federation = self.current().ok_or(Error::NotFederated)?;
        match ask().await {
            Err(error) if error.code() == ErrorCode::ProviderTokenExpired && matches!(error, Error::Service(_)) => {
                if !self.ask_for_token(&federation).await? {
                    return Err(error);
                }
                ask().await
            }
            result => result,
        }
    }

    /// For whoever is federated now.
    pub fn login(self: &Arc<Self>) -> Login {
        let (this, counted) = (self.clone(), self.generation.clone());
        let (generation, current) = {
            let slot = self.slot();
            (self.generation(), slot.current.clone())
        };
        Login {
            owner: IdentityOwner::Federated { began: current.as_ref().map_or(0, |federation| federation.began) },
            logins: Box::new(move || Box::pin(async move { this.logins().await })),
            is_wanted: Arc::new(move || counted.load(Ordering::SeqCst) == generation),
            identity_id: current.map(|federation| federation.identity_id.clone()),
        }
    }

    async fn logins(self: &Arc<Self>) -> Result<Logins> {
        let federation = self.current().ok_or(Error::NotFederated)?;
        let ends = federation.expires_at.map(from_unix_milliseconds);
        let is_ending = ends.is_some_and(|ends| self.clock.now() + MARGIN >= ends);
        if is_ending {
            match self.ask_for_token(&federation).await {
                Ok(_) => {}
                // It may still count.
                Err(Error::TokenProviderUnavailable(_)) if ends.is_some_and(|ends| self.clock.now() < ends) => {}
                Err(error) => return Err(error),
            }
        }
        let federation = self.current().ok_or(Error::NotFederated)?;
        let provider = FederatedProvider::of(&federation.provider).ok_or(Error::NotFederated)?;
        Ok(ordered([(provider.login_name()?, federation.token.clone())]))
    }

    /// Asks the app for a new token and keeps it. `false` if the app has not said how.
    async fn ask_for_token(&self, seen: &Arc<FederationRecord>) -> Result<bool> {
        let _asking = self.asking.lock().await;
        let current = self.current().ok_or(Error::NotFederated)?;
        if current.token != seen.token {
            return Ok(true); // somebody else has just asked
        }
        let provider = FederatedProvider::of(&current.provider).ok_or(Error::NotFederated)?;
        let Some(asked) = self.slot().providers.get(&provider).cloned() else { return Ok(false) };
        let given = task::blocking("the token provider", move || asked.fetch_token());
        let given = tokio::time::timeout_at(deadline::at_most(PROVIDER_LIMIT), given).await;
        let no_answer = || Error::TokenProviderUnavailable("the token provider gave no answer in time".to_owned());
        let given = given.map_err(|_elapsed| no_answer())?;
        let given = given.map_err(|error| Error::TokenProviderUnavailable(error.to_string()))?;
        let FederatedToken { token, expires_at } = given.map_err(|failure| match failure {
            FederatedTokenFailure::Refused(_) => Error::ProviderTokenExpired(failure.to_string()),
            FederatedTokenFailure::Unavailable(_) => Error::TokenProviderUnavailable(failure.to_string()),
        })?;
        let token = Secret::new(token);
        check_token(&token)?;
        check_expiry(expires_at)?;
        let _changing = self.changing.lock().await;
        let is_still_it = |slot: &Slot| slot.current.as_ref().is_some_and(|held| Arc::ptr_eq(held, &current));
        if !is_still_it(&self.slot()) {
            return Err(Error::NotFederated);
        }
        let renewed = FederationRecord { token, expires_at: expires_at.map(milliseconds), ..(*current).clone() };
        match self.records.save_federation(renewed.clone(), None).await {
            Ok(true) => {}
            Ok(false) => return Err(Error::UserPoolSessionActive),
            Err(error) => self.hub.report_storing(Err(error)), // it is held all the same
        }
        let mut slot = self.slot();
        // Whoever cleared it meanwhile has the last word.
        if is_still_it(&slot) {
            slot.current = Some(Arc::new(renewed));
            return Ok(true);
        }
        Err(Error::NotFederated)
    }

    fn checked(
        &self,
        provider: &FederatedProvider,
        token: &Secret,
        identity_id: Option<String>,
        expires_at: Option<SystemTime>,
    ) -> Result<Option<String>> {
        check_token(token)?;
        check_expiry(expires_at)?;
        if *provider != FederatedProvider::Developer {
            return Ok(None);
        }
        let needed = || InputError::new("identityId", "is missing: the back end gave it together with the token");
        identity_id.filter(|id| !id.is_empty()).map(Some).ok_or_else(|| needed().into())
    }

    fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `IdentityProviderToken` of the service model: 1 to 50,000 characters.
fn check_token(token: &Secret) -> Result<()> {
    let problem = match token.expose().chars().count() {
        0 => "is empty: it should be the provider's token",
        1..=50_000 => return Ok(()),
        _ => "is longer than 50,000 characters",
    };
    Err(InputError::new("token", problem).into())
}

fn check_expiry(expires_at: Option<SystemTime>) -> Result<()> {
    match expires_at {
        Some(time) if !is_plausible(time) => {
            let problem = "should be a moment between 2020 and 2100: were seconds and milliseconds mixed up?";
            Err(InputError::new("expiresAt", problem).into())
        }
        _ => Ok(()),
    }
}

fn milliseconds(time: SystemTime) -> i64 {
    i64::try_from(unix_milliseconds(time)).unwrap_or(i64::MAX)
}
