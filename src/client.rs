//! The client: wires configuration, transport, store and clock into the features, and is what callers hold.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::account::{
    Accounts, CodeDeliveryDetails, ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult,
};
use crate::config::AuthConfiguration;
use crate::error::{AuthError, Error, Result as Internal};
use crate::events::{AuthEvent, AuthState, AuthUser, EventStream, Hub};
use crate::protocol::user_pool::UserPool;
use crate::protocol::{Transport, default_transport};
use crate::session::{AuthSession, FetchSessionOptions, Keeper, SignOutOptions, SignOutResult};
use crate::sign_in::{
    Attempts, ConfirmSignInOptions, Ended, Failed, Parameters, PendingSignIn, SignInOptions, SignInResult, SignInStep,
};
use crate::storage::{MemoryStore, SecureStore, Vault};
use crate::support::clock::{Clock, ServiceClock, SystemClock};
use crate::support::input::{check_new_password, check_username};
use crate::support::random::{Random, SystemRandom};
use crate::support::secret::Secret;
use crate::support::task::detached;

/// A client of one user pool and app client. Cheap to clone; the clones share one session.
///
/// Nothing is global: a process may hold any number of clients. The constructor does no I/O; the stored session is read
/// by the first asynchronous call. Calls must be made inside a tokio runtime. Dropping a call's future stops the waiting,
/// not the work: what has been sent to the service runs to its end and is stored.
#[derive(Clone, Debug)]
pub struct AuthClient {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    configuration: Arc<AuthConfiguration>,
    hub: Arc<Hub>,
    keeper: Arc<Keeper>,
    attempts: Attempts,
    accounts: Accounts,
    clock: Arc<ServiceClock>,
    closed: AtomicBool,
}

/// Builds an [`AuthClient`]; whatever is not given has a default.
#[derive(Debug)]
pub struct AuthClientBuilder {
    configuration: AuthConfiguration,
    store: Arc<dyn SecureStore>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    transport: Option<Arc<dyn Transport>>,
}

impl AuthClientBuilder {
    /// Where the session is kept. Default: in memory, so it ends with the process.
    #[must_use]
    pub fn store(mut self, store: Arc<dyn SecureStore>) -> Self {
        self.store = store;
        self
    }

    /// The wall clock. Default: the device's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The source of randomness. Default: the operating system's.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    /// What carries requests to the service. Default: HTTP/1.1 over TLS, made at the first call.
    #[must_use]
    pub fn transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Some(transport);
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> AuthClient {
        let configuration = Arc::new(self.configuration);
        let transport = self.transport.unwrap_or_else(|| default_transport(&configuration));
        let clock = Arc::new(ServiceClock::new(self.clock));
        let pool = Arc::new(UserPool::new(&configuration, transport, clock.clone(), self.random.clone()));
        let hub = Hub::new();
        let vault = Vault::new(self.store, configuration.user_pool_id(), configuration.client_id());
        let keeper = Keeper::new(configuration.clone(), pool.clone(), vault, clock.clone(), hub.clone());
        let attempts = Attempts::new(pool.clone(), clock.clone(), self.random);
        let accounts = Accounts::new(configuration.clone(), pool, hub.clone());
        AuthClient {
            parts: Arc::new(Parts {
                configuration,
                hub,
                keeper,
                attempts,
                accounts,
                clock,
                closed: AtomicBool::new(false),
            }),
        }
    }
}

impl AuthClient {
    /// A client with this configuration and the defaults for everything else.
    #[must_use]
    pub fn new(configuration: AuthConfiguration) -> Self {
        Self::builder(configuration).build()
    }

    /// A builder, to give the client a store, for example.
    #[must_use]
    pub fn builder(configuration: AuthConfiguration) -> AuthClientBuilder {
        AuthClientBuilder {
            configuration,
            store: Arc::new(MemoryStore::default()),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            transport: None,
        }
    }

    /// The configuration; its secrets are not printed.
    #[must_use]
    pub fn configuration(&self) -> &AuthConfiguration {
        &self.parts.configuration
    }

    /// Whether somebody is signed in, from memory. [`AuthState::Unknown`] before the first asynchronous call has read
    /// the store.
    #[must_use]
    pub fn state(&self) -> AuthState {
        self.parts.hub.state()
    }

    /// Reads the stored session, if that has not been done yet, so that [`state`](Self::state) knows.
    ///
    /// # Errors
    /// `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn load(&self) -> Result<AuthState, AuthError> {
        self.run(|parts| async move {
            parts.keeper.load().await?;
            Ok(parts.hub.state())
        })
        .await
    }

    /// The events from now on; the first is the current state.
    #[must_use]
    pub fn events(&self) -> EventStream {
        self.parts.hub.subscribe()
    }

    /// Creates an account (`SignUp`). Without a password only pools that allow password-less sign-in take it.
    ///
    /// # Errors
    /// `username_exists`, `invalid_password`, `lambda_rejected`, `code_delivery_failed`, and what every call may give.
    pub async fn sign_up(
        &self,
        username: impl Into<String>,
        password: Option<&str>,
        options: SignUpOptions,
    ) -> Result<SignUpResult, AuthError> {
        let (username, password) = (username.into(), password.map(Secret::from));
        self.run(|parts| async move {
            check_username(&username)?;
            password.as_ref().map_or(Ok(()), |password| check_new_password(password.expose()))?;
            parts.accounts.sign_up(username, password, options).await
        })
        .await
    }

    /// Confirms an account with the code that was sent (`ConfirmSignUp`).
    ///
    /// # Errors
    /// `code_mismatch` (ask again), `code_expired`, `alias_exists`, `limit_exceeded`, and what every call may give.
    pub async fn confirm_sign_up(
        &self,
        username: impl Into<String>,
        confirmation_code: impl Into<String>,
        options: ConfirmSignUpOptions,
    ) -> Result<SignUpResult, AuthError> {
        let (username, code) = (username.into(), confirmation_code.into());
        self.run(|parts| async move {
            check_username(&username)?;
            parts.accounts.confirm(username, code, options).await
        })
        .await
    }

    /// Sends the code of a sign-up again (`ResendConfirmationCode`); the older code no longer counts.
    ///
    /// # Errors
    /// `user_not_found`, `limit_exceeded`, `code_delivery_failed`, and what every call may give.
    pub async fn resend_sign_up_code(
        &self,
        username: impl Into<String>,
        options: ResendSignUpCodeOptions,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let username = username.into();
        self.run(|parts| async move {
            check_username(&username)?;
            parts.accounts.resend_code(username, options).await
        })
        .await
    }

    /// Begins a sign-in. Allowed in every state: an unfinished sign-in is abandoned, and the session of whoever is
    /// signed in stays until the new one is complete.
    ///
    /// # Errors
    /// `incorrect_username_or_password`, `user_not_found`, `user_disabled`, `attempts_exceeded`,
    /// `unsupported_challenge`, and what every call may give. An unconfirmed user and a password that must be reset are
    /// next steps, not errors.
    pub async fn sign_in(
        &self,
        username: impl Into<String>,
        password: Option<&str>,
        options: SignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let (username, password) = (username.into(), password.map(Secret::from));
        self.run(|parts| async move {
            check_username(&username)?;
            let mut client_metadata = parts.configuration.client_metadata().clone();
            client_metadata.extend(options.client_metadata);
            client_metadata.extend(options.validation_data);
            let flow = options.auth_flow.unwrap_or_else(|| parts.configuration.auth_flow());
            let parameters = Parameters { username, password, flow, client_metadata };
            let ended = parts.attempts.start(parts.configuration.clone(), parameters).await;
            parts.conclude(ended).await
        })
        .await
    }

    /// Answers the challenge of the unfinished sign-in. After a failure that can be made good (a wrong code, no
    /// network) the same challenge can be answered again.
    ///
    /// # Errors
    /// `no_sign_in_in_progress`, `code_mismatch`, `code_expired`, `incorrect_username_or_password` (a custom challenge
    /// was failed for good), `invalid_session` (it took too long), and what every call may give.
    pub async fn confirm_sign_in(
        &self,
        challenge_response: impl Into<String>,
        options: ConfirmSignInOptions,
    ) -> Result<SignInResult, AuthError> {
        let answer = Secret::new(challenge_response);
        self.run(|parts| async move {
            let ended = parts.attempts.answer(answer.expose(), options).await;
            parts.conclude(ended).await
        })
        .await
    }

    /// The sign-in that waits for an answer, if there is one.
    #[must_use]
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.parts.attempts.pending()
    }

    /// Abandons the unfinished sign-in, if there is one.
    pub fn cancel_sign_in(&self) {
        self.parts.attempts.cancel();
    }

    /// The session, with new tokens if the present ones are about to expire. However many calls come at once, the
    /// service gets one request. Offline, the stale tokens come with the reason; nobody is signed out by that.
    ///
    /// # Errors
    /// Only what keeps the session from being known: `storage_locked`, `storage_failed`, `storage_corrupt`. Every other
    /// failure is in the part of the session that it concerns.
    pub async fn fetch_auth_session(&self, options: FetchSessionOptions) -> Result<AuthSession, AuthError> {
        if let Some(session) = self.cached_auth_session(&options) {
            return Ok(session);
        }
        self.run(|parts| async move { parts.keeper.fetch(options).await }).await
    }

    /// What [`fetch_auth_session`](Self::fetch_auth_session) would give without waiting: the session, if it is in
    /// memory and fresh.
    #[must_use]
    pub fn cached_auth_session(&self, options: &FetchSessionOptions) -> Option<AuthSession> {
        let may = !options.force_refresh && !self.parts.closed.load(Ordering::Acquire);
        if may { self.parts.keeper.cached() } else { None }
    }

    /// Who is signed in, from memory or the store, never from the network.
    ///
    /// # Errors
    /// `not_signed_in`, `session_expired`, `storage_locked`, `storage_failed`, `storage_corrupt`.
    pub async fn get_current_user(&self) -> Result<AuthUser, AuthError> {
        self.run(|parts| async move { parts.keeper.current_user().await }).await
    }

    /// Signs out: here at once and always, then at the service (the refresh token is revoked, or with `global` every
    /// session of the user is ended). Never fails; the result tells which remote part did.
    pub async fn sign_out(&self, options: SignOutOptions) -> SignOutResult {
        self.parts.attempts.cancel();
        let keeper = self.parts.keeper.clone();
        // A closed client signs out too.
        let done = detached(async move { Ok(keeper.sign_out(options).await) }).await;
        done.unwrap_or_else(|error| SignOutResult { storage_error: Some(error.into()), ..SignOutResult::default() })
    }

    /// Ends the event streams and abandons an unfinished sign-in; later calls give `client_closed`. The stored session
    /// stays, and work that has been sent to the service runs to its end.
    pub fn close(&self) {
        self.parts.closed.store(true, Ordering::Release);
        self.parts.attempts.cancel();
        self.parts.hub.close();
    }

    /// The service's time, as far as it is known from its answers.
    #[must_use]
    pub fn service_time(&self) -> std::time::SystemTime {
        self.parts.clock.now()
    }

    /// Runs the work as a task of its own: the caller may stop waiting at any point.
    async fn run<T, F>(&self, work: impl FnOnce(Arc<Parts>) -> F) -> Result<T, AuthError>
    where
        T: Send + 'static,
        F: Future<Output = Internal<T>> + Send + 'static,
    {
        if self.parts.closed.load(Ordering::Acquire) {
            return Err(Error::Closed.into());
        }
        detached(work(self.parts.clone())).await.map_err(AuthError::from)
    }
}

impl Parts {
    /// Takes over what a sign-in call came to.
    async fn conclude(&self, ended: Result<Ended, Failed>) -> Internal<SignInResult> {
        let failed = match ended {
            Ok(Ended::Step(step)) => return Ok(SignInResult::new(step)),
            Ok(Ended::Tokens { tokens, number }) => {
                match self.keeper.establish(tokens, || self.attempts.is_latest(number)).await {
                    Ok(_user) => return Ok(SignInResult::new(SignInStep::Done)),
                    Err(error) => Failed { for_good: !matches!(error, Error::Superseded(_)), error },
                }
            }
            Err(failed) => failed,
        };
        if failed.for_good {
            self.hub.tell(&AuthEvent::SignInFailed { error: failed.error.clone().into() });
        }
        Err(failed.error)
    }
}
