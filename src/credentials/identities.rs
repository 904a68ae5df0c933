//! The identities that this client uses, and their credentials: from memory, the store or the service. One exchange an
//! identity is on its way at a time, in a task of its own.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::exchange::{Exchange, Next, Obtained, says_identity_is_lost};
use crate::config::{AuthConfiguration, IdentityPoolConfiguration};
use crate::error::{Error, Result};
use crate::events::Hub;
use crate::protocol::identity_pool::{Credentials, GetOpenIdToken, IdentityPool, Logins};
use crate::storage::identity_record::{CredentialsRecord, IdentityRecord};
use crate::storage::{IdentityOwner, RecordStore};
use crate::support::clock::ServiceClock;
use crate::support::deadline;
use crate::support::secret::Secret;
use crate::support::shown::shows;
use crate::support::task::{BoxFuture, spawn};

/// How long an exchange may take at most: it goes on when its caller's time is up, for the next one.
const LIMIT: Duration = Duration::from_secs(60);

/// For whom an exchange is made.
pub(crate) struct Login {
    pub owner: IdentityOwner,
    /// Gives the logins when they are needed: a fresh ID token, for example.
    pub logins: Box<dyn FnOnce() -> BoxFuture<'static, Result<Logins>> + Send>,
    /// Whether what came can still be the owner's: nobody signed out or in meanwhile. Asked under a lock; takes none.
    pub is_wanted: IsWanted,
    /// Their identity, where it is known from elsewhere.
    pub identity_id: Option<String>,
}

type IsWanted = Arc<dyn Fn() -> bool + Send + Sync>;

impl Login {
    /// Of nobody who is known.
    pub fn guest() -> Self {
        let none: BoxFuture<'static, Result<Logins>> = Box::pin(async { Ok(Logins::new()) });
        Self { owner: IdentityOwner::Guest, logins: Box::new(|| none), is_wanted: Arc::new(|| true), identity_id: None }
    }
}

/// What is wanted of an identity.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Credentials too, and not its id alone.
    pub credentials: bool,
    /// New ones.
    pub forced: bool,
    pub role: Option<String>,
}
shows!(Wanted { credentials, forced, role });

type Outcome = Option<Result<Arc<IdentityRecord>>>;

/// An exchange on its way.
struct Flight {
    owner: IdentityOwner,
    wanted: Wanted,
    is_wanted: IsWanted,
    outcome: watch::Receiver<Outcome>,
}
shows!(Flight { owner, wanted });

/// The identities of one client.
#[derive(Debug)]
pub(crate) struct Identities {
    configuration: Arc<AuthConfiguration>,
    pool: Option<IdentityPool>,
    records: RecordStore,
    clock: Arc<ServiceClock>,
    hub: Arc<Hub>,
    /// What is held in memory. Of users only one.
    held: Mutex<Vec<(IdentityOwner, Arc<IdentityRecord>)>>,
    flights: Mutex<Vec<Flight>>,
}

impl Identities {
    pub fn new(
        configuration: Arc<AuthConfiguration>,
        pool: Option<IdentityPool>,
        records: RecordStore,
        clock: Arc<ServiceClock>,
        hub: Arc<Hub>,
    ) -> Arc<Self> {
        let (held, flights) = (Mutex::default(), Mutex::default());
        Arc::new(Self { configuration, pool, records, clock, hub, held, flights })
    }

    /// The identity pool of the configuration.
    pub fn configured(&self) -> Result<&IdentityPoolConfiguration> {
        self.configuration.identity_pool().ok_or_else(no_identity_pool)
    }

    /// The identity, with credentials that are fresh if those are wanted. If the service cannot give new ones, those that
    /// still work are given, unless the caller insists.
    pub async fn fetch(self: &Arc<Self>, login: Login, wanted: Wanted) -> Result<Arc<IdentityRecord>> {
        let is_guest = login.owner == IdentityOwner::Guest;
        if is_guest && !self.configured()?.allows_guests() {
            return Err(Error::GuestAccessDenied);
        }
        let owner = login.owner.clone();
        let known = self.known(&owner).await?;
        let fits = |identity: &IdentityRecord| match &identity.credentials {
            _ if !wanted.credentials => true,
            Some(credentials) => credentials.custom_role_arn == wanted.role && credentials.are_fresh(&self.clock),
            None => false,
        };
        if let Some(known) = known.clone().filter(|known| !wanted.forced && fits(known)) {
            return Ok(known);
        }
        let forced = wanted.forced;
        let role = wanted.role.clone();
        match self.join(login, wanted, known.clone()).await {
            Err(error) if !forced && is_passing(&error) => {
                let works = |identity: &Arc<IdentityRecord>| {
                    let credentials = identity.credentials.as_ref();
                    credentials.is_some_and(|held| held.custom_role_arn == role && held.work(&self.clock))
                };
                known.filter(works).ok_or(error)
            }
            result => result,
        }
    }

    /// An OpenID token of the identity (`GetOpenIdToken`), by which other servers know it.
    pub async fn open_id_token(self: &Arc<Self>, login: impl Fn() -> Login) -> Result<Secret> {
        let owner = login().owner;
        let mut is_second = false;
        loop {
            let identity = self.fetch(login(), Wanted::default()).await?;
            let logins = (login().logins)().await?;
            let identity_id = identity.identity_id.clone();
            match self.pool()?.call(&GetOpenIdToken { identity_id, logins }).await {
                Ok(answer) => return Ok(answer.token),
                Err(error) if !is_second && says_identity_is_lost(&error) => {
                    is_second = true;
                    self.forget(&owner, Some(&identity.identity_id)).await?;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Exchanges logins without keeping anything: what becomes of it is the caller's.
    pub async fn exchange(&self, logins: Logins, identity_id: Option<String>) -> Result<IdentityRecord> {
        let pool_id = self.configured()?.id().to_owned();
        let exchange = Exchange { identity_id, ..Exchange::new(pool_id, logins) };
        let obtained = self.drive(exchange).await?;
        Ok(self.record_of(obtained, None))
    }

    /// Holds in memory what was stored elsewhere.
    pub fn hold(&self, owner: IdentityOwner, identity: IdentityRecord) {
        self.hold_if(&|| true, owner, Arc::new(identity));
    }

    /// Forgets what memory holds of users and federations: somebody signed in or out.
    pub fn forget_in_memory(&self) {
        self.held().retain(|(owner, _)| *owner == IdentityOwner::Guest);
    }

    /// Forgets the identity here, in memory and in the store; with an id, only if it is still that one. At the service it
    /// stays, and users get theirs again.
    pub async fn forget(&self, owner: &IdentityOwner, identity_id: Option<&str>) -> Result<()> {
        self.held()
            .retain(|(held, identity)| held != owner || identity_id.is_some_and(|meant| meant != identity.identity_id));
        self.records.remove_identity(owner, identity_id.map(str::to_owned)).await
    }

    /// The identity's id, as far as it is known here.
    pub async fn known_id(&self, owner: &IdentityOwner) -> Option<String> {
        self.known(owner).await.ok().flatten().map(|known| known.identity_id.clone())
    }

    fn pool(&self) -> Result<&IdentityPool> {
        self.pool.as_ref().ok_or_else(no_identity_pool)
    }

    /// From memory or the store.
    async fn known(&self, owner: &IdentityOwner) -> Result<Option<Arc<IdentityRecord>>> {
        let pool_id = self.configured()?.id();
        if let Some((_, identity)) = self.held().iter().find(|(held, _)| held == owner) {
            return Ok(Some(identity.clone()));
        }
        // A store that cannot be read costs a request and no more.
        let stored = self.records.identity(owner).await.unwrap_or_default();
        Ok(stored.filter(|identity| identity.identity_pool_id == pool_id).map(Arc::new))
    }

    /// Joins the exchange on its way, or begins one.
    async fn join(
        self: &Arc<Self>,
        login: Login,
        wanted: Wanted,
        known: Option<Arc<IdentityRecord>>,
    ) -> Result<Arc<IdentityRecord>> {
        let mut outcome = {
            let mut flights = self.flights();
            flights.retain(|flight| flight.outcome.has_changed().is_ok()); // those whose task is gone are over
            let is_it =
                |flight: &&Flight| flight.owner == login.owner && flight.wanted == wanted && (flight.is_wanted)();
            match flights.iter().find(is_it) {
                Some(flight) => flight.outcome.clone(),
                None => {
                    let (sender, outcome) = watch::channel(None);
                    let (owner, asked, is_wanted) = (login.owner.clone(), wanted.clone(), login.is_wanted.clone());
                    let this_one = is_wanted.clone();
                    flights.push(Flight { owner, wanted: asked, is_wanted, outcome: outcome.clone() });
                    let this = self.clone();
                    spawn(async move {
                        let result = deadline::within(LIMIT, this.obtain(login, wanted, known)).await;
                        // Whoever comes from here on looks at memory first, and that is already the new one.
                        this.flights().retain(|flight| !Arc::ptr_eq(&flight.is_wanted, &this_one));
                        let _ = sender.send(Some(result)); // nobody may be waiting any more
                    });
                    outcome
                }
            }
        };
        let limit = deadline::at_most(self.configuration.total_timeout());
        let ended = tokio::time::timeout_at(limit, outcome.wait_for(Option::is_some)).await;
        let Ok(ended) = ended else { return Err(Error::DeadlinePassed) };
        let result = ended.ok().and_then(|result| result.clone());
        result.unwrap_or_else(|| Err(Error::internal("the exchange panicked: the transport or the store did")))
    }

    async fn obtain(
        self: &Arc<Self>,
        login: Login,
        wanted: Wanted,
        known: Option<Arc<IdentityRecord>>,
    ) -> Result<Arc<IdentityRecord>> {
        let Login { owner, logins, is_wanted, identity_id } = login;
        let pool = self.configured()?;
        let guest = match &owner {
            IdentityOwner::User { .. } if known.is_none() && pool.merges_guests() => {
                self.known(&IdentityOwner::Guest).await?.map(|guest| guest.identity_id.clone())
            }
            _ => None,
        };
        let exchange = Exchange {
            role: wanted.role.clone(),
            wants_credentials: wanted.credentials || guest.is_some(),
            identity_id: known.as_ref().map(|known| known.identity_id.clone()).or(identity_id),
            guest: guest.clone(),
            ..Exchange::new(pool.id().to_owned(), logins().await?)
        };
        let obtained = self.drive(exchange).await?;
        let took_guest = obtained.took_guest;
        let mut identity = self.record_of(obtained, wanted.role);
        identity.owner = owner.mark();
        if identity.credentials.is_none()
            && let Some(known) = known.filter(|known| known.identity_id == identity.identity_id)
        {
            identity.credentials.clone_from(&known.credentials);
        }
        if let Some(guest) = guest.filter(|_| took_guest) {
            // It is the user's by now, or closed: the next guest gets another.
            self.hub.report_storing(self.forget(&IdentityOwner::Guest, Some(&guest)).await);
        }
        let gone = Error::Superseded("the user signed out, or somebody else signed in");
        if !is_wanted() {
            return Err(gone);
        }
        match self.records.save_identity(&owner, identity.clone()).await {
            Ok(true) => {}
            Ok(false) => return Err(gone),
            Err(error) => self.hub.report_storing(Err(error)), // it is held all the same, and can be had again
        }
        let identity = Arc::new(identity);
        if self.hold_if(&*is_wanted, owner, identity.clone()) { Ok(identity) } else { Err(gone) }
    }

    async fn drive(&self, mut exchange: Exchange) -> Result<Obtained> {
        let pool = self.pool()?;
        let mut next = exchange.start();
        loop {
            next = match next {
                Next::Identify(call) => exchange.on_id(pool.call(&call).await),
                Next::Exchange(call) => exchange.on_credentials(pool.call(&call).await),
                Next::Done(obtained) => return Ok(obtained),
                Next::Failed(error) => return Err(error),
            };
        }
    }

    fn record_of(&self, obtained: Obtained, role: Option<String>) -> IdentityRecord {
        let identity_pool_id = self.configuration.identity_pool().map(|pool| pool.id().to_owned()).unwrap_or_default();
        let credentials = obtained.credentials.map(|credentials| self.credentials_of(credentials, role));
        let unknown = serde_json::Map::new();
        IdentityRecord { identity_pool_id, identity_id: obtained.identity_id, owner: None, credentials, unknown }
    }

    fn credentials_of(&self, credentials: Credentials, custom_role_arn: Option<String>) -> CredentialsRecord {
        let Credentials { access_key_id, secret_key, session_token, expiration } = credentials;
        // As a number, so that nothing that can be sent overflows.
        #[allow(clippy::cast_possible_truncation, reason = "a cast from float saturates")]
        let expires_at = (expiration * 1000.0) as i64;
        CredentialsRecord {
            access_key_id,
            secret_access_key: secret_key,
            session_token,
            custom_role_arn,
            received_at: self.clock.now_ms(),
            expires_at,
            unknown: serde_json::Map::new(),
        }
    }

    /// Holds it in memory, if that is still right. Of users only one is held.
    fn hold_if(&self, is_wanted: &dyn Fn() -> bool, owner: IdentityOwner, identity: Arc<IdentityRecord>) -> bool {
        let mut held = self.held();
        if !is_wanted() {
            return false;
        }
        let is_user = |owner: &IdentityOwner| matches!(owner, IdentityOwner::User { .. });
        held.retain(|(other, _)| *other != owner && !(is_user(other) && is_user(&owner)));
        held.push((owner, identity));
        true
    }

    /// No caller's code runs under these locks but `is_wanted`, so a poisoned one is still consistent.
    fn held(&self) -> MutexGuard<'_, Vec<(IdentityOwner, Arc<IdentityRecord>)>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn flights(&self) -> MutexGuard<'_, Vec<Flight>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn no_identity_pool() -> Error {
    let problem = "is missing: this call needs an identity pool".to_owned();
    Error::Configuration { key: "identity_pool_id".to_owned(), problem }
}

/// Whether it says nothing of the identity: what was had before still counts.
fn is_passing(error: &Error) -> bool {
    use crate::error::ErrorCode as C;
    matches!(
        error.code(),
        C::Network
            | C::Timeout
            | C::BadResponse
            | C::ServiceUnavailable
            | C::Throttled
            | C::Forbidden
            | C::LimitExceeded
    )
}
