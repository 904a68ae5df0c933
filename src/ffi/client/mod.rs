//! The client as the bridge exports it: each call is spawned on our runtime and waited for.

mod attributes;
mod devices;
mod mfa;
mod passkeys;
mod password;

use std::sync::Arc;
use std::time::Duration;

use super::cancel::CancelToken;
use super::configuration::ConfigurationCore;
use super::device_facts::{BridgedFacts, DeviceFacts};
use super::events::{AuthEventListener, EventQueue, EventSubscription, listen};
use super::runtime::{run, runtime};
use super::session::CoreSession;
use super::store::{Bridged, BuiltInStorage, CoreStore};
use crate::account::{ConfirmSignUpOptions, ResendSignUpCodeOptions, SignUpOptions, SignUpResult};
use crate::client::AuthClient;
use crate::error::{AuthError, Error};
use crate::events::{AuthState, AuthUser};
use crate::factors::CodeDeliveryDetails;
use crate::session::{FetchSessionOptions, SignOutOptions, SignOutResult};
use crate::sign_in::{ConfirmSignInOptions, PendingSignIn, SignInOptions, SignInResult};
use crate::storage::{self, FileStore, MemoryStore};

/// What only the platform knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct PlatformDetails {
    /// What the service shows for this device in the user's list of devices.
    #[uniffi(default = None)]
    pub device_name: Option<String>,
}

/// The client behind the facades' `AuthClient`.
#[derive(Debug, uniffi::Object)]
pub struct AuthCore {
    client: AuthClient,
}

#[uniffi::export]
impl AuthCore {
    /// A client that keeps its session in one of the core's own stores. Reads the stored session in the background.
    #[uniffi::constructor(default(device_facts = None))]
    pub fn with_built_in_storage(
        configuration: Arc<ConfigurationCore>,
        storage: BuiltInStorage,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        let store: Arc<dyn storage::SecureStore> = match storage {
            BuiltInStorage::Memory => Arc::new(MemoryStore::default()),
            BuiltInStorage::File { directory } => Arc::new(FileStore::new(directory)),
            BuiltInStorage::Keychain { access_group, previous_access_group } => {
                keychain(access_group, previous_access_group)?
            }
        };
        Self::begin(&configuration, store, platform, device_facts)
    }

    /// A client that keeps its session in a store of the platform or the app. Reads the stored session in the
    /// background.
    #[uniffi::constructor(default(device_facts = None))]
    pub fn with_store(
        configuration: Arc<ConfigurationCore>,
        store: Arc<dyn CoreStore>,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        Self::begin(&configuration, Arc::new(Bridged(store)), platform, device_facts)
    }

    /// Whether somebody is signed in, from memory.
    pub fn state(&self) -> AuthState {
        self.client.state()
    }

    /// The same client, whose calls may take so long, everything included.
    pub fn with_timeout(&self, timeout: Duration) -> Arc<Self> {
        Arc::new(Self { client: self.client.with_timeout(timeout) })
    }

    /// The accounts that are signed in here, the current one first, from memory.
    pub fn accounts(&self) -> Vec<AuthUser> {
        self.client.accounts()
    }

    /// Makes another account that is signed in here the current one.
    pub async fn switch_account(&self, user: AuthUser, cancel: Option<Arc<CancelToken>>) -> Result<(), AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.switch_account(&user).await }).await
    }

    /// Reads the stored session, if that has not been done yet, and gives the state.
    pub async fn load(&self, cancel: Option<Arc<CancelToken>>) -> Result<AuthState, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.load().await }).await
    }

    /// Creates an account.
    pub async fn sign_up(
        &self,
        username: String,
        password: Option<String>,
        options: SignUpOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SignUpResult, AuthError> {
        let (client, password) = (self.client.clone(), password.map(zeroize::Zeroizing::new));
        run(cancel, async move { client.sign_up(username, password.as_ref().map(|text| text.as_str()), options).await })
            .await
    }

    /// Confirms an account with the code that was sent.
    pub async fn confirm_sign_up(
        &self,
        username: String,
        confirmation_code: String,
        options: ConfirmSignUpOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SignUpResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.confirm_sign_up(username, confirmation_code, options).await }).await
    }

    /// Sends the code of a sign-up again.
    pub async fn resend_sign_up_code(
        &self,
        username: String,
        options: ResendSignUpCodeOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<CodeDeliveryDetails, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.resend_sign_up_code(username, options).await }).await
    }

    /// Begins a sign-in.
    pub async fn sign_in(
        &self,
        username: String,
        password: Option<String>,
        options: SignInOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SignInResult, AuthError> {
        let (client, password) = (self.client.clone(), password.map(zeroize::Zeroizing::new));
        run(cancel, async move { client.sign_in(username, password.as_ref().map(|text| text.as_str()), options).await })
            .await
    }

    /// Answers the challenge of the unfinished sign-in.
    pub async fn confirm_sign_in(
        &self,
        challenge_response: String,
        options: ConfirmSignInOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SignInResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.confirm_sign_in(challenge_response, options).await }).await
    }

    /// Has the one-time code of the unfinished sign-in sent once more, where it is the first factor.
    pub async fn resend_sign_in_code(&self, cancel: Option<Arc<CancelToken>>) -> Result<SignInResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.resend_sign_in_code().await }).await
    }

    /// Signs in the user who has just signed up, without asking them anything again.
    pub async fn auto_sign_in(&self, cancel: Option<Arc<CancelToken>>) -> Result<SignInResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.auto_sign_in().await }).await
    }

    /// The sign-in that waits for an answer, if there is one.
    pub fn pending_sign_in(&self) -> Option<PendingSignIn> {
        self.client.pending_sign_in()
    }

    /// Abandons the unfinished sign-in, if there is one.
    pub fn cancel_sign_in(&self) {
        self.client.cancel_sign_in();
    }

    /// The session, with new tokens if the present ones are about to expire.
    pub async fn fetch_auth_session(
        &self,
        options: FetchSessionOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<CoreSession, AuthError> {
        // No hop to another thread when there is nothing to wait for.
        if let Some(session) = self.client.cached_auth_session(&options) {
            return Ok(session.into());
        }
        let client = self.client.clone();
        run(cancel, async move { client.fetch_auth_session(options).await }).await.map(CoreSession::from)
    }

    /// Who is signed in, from memory or the store, never from the network.
    pub async fn get_current_user(&self, cancel: Option<Arc<CancelToken>>) -> Result<AuthUser, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { client.get_current_user().await }).await
    }

    /// Signs out: here at once and always, then at the service. Fails only as cancelled or if this library is broken;
    /// the user is then signed out all the same.
    pub async fn sign_out(
        &self,
        options: SignOutOptions,
        cancel: Option<Arc<CancelToken>>,
    ) -> Result<SignOutResult, AuthError> {
        let client = self.client.clone();
        run(cancel, async move { Ok(client.sign_out(options).await) }).await
    }

    /// A stream of events; its first is the current state.
    pub fn events(&self) -> Arc<EventQueue> {
        Arc::new(EventQueue::new(self.client.events()))
    }

    /// Tells a listener every event; the first is the current state.
    pub fn listen(&self, listener: Arc<dyn AuthEventListener>) -> Result<Arc<EventSubscription>, AuthError> {
        let subscription = listen(self.client.events(), listener, runtime()?);
        subscription.map(Arc::new).map_err(|_| Error::internal("the listener's thread could not be started").into())
    }

    /// Ends the events and abandons an unfinished sign-in. The stored session stays.
    pub fn shutdown(&self) {
        self.client.close();
    }
}

impl AuthCore {
    fn begin(
        configuration: &ConfigurationCore,
        store: Arc<dyn storage::SecureStore>,
        platform: PlatformDetails,
        device_facts: Option<Arc<dyn DeviceFacts>>,
    ) -> Result<Arc<Self>, AuthError> {
        let mut builder = AuthClient::builder(configuration.configuration.clone()).store(store);
        if let Some(name) = platform.device_name {
            builder = builder.device_name(name);
        }
        if let Some(facts) = device_facts {
            builder = builder.device_facts(Arc::new(BridgedFacts(facts)));
        }
        let client = builder.build();
        let loading = client.clone();
        runtime()?.spawn(async move {
            let _ = loading.load().await; // a failure is an event and the state
        });
        Ok(Arc::new(Self { client }))
    }
}

#[cfg(target_vendor = "apple")]
fn keychain(group: Option<String>, before: Option<String>) -> Result<Arc<dyn storage::SecureStore>, AuthError> {
    let store = storage::KeychainStore::new(group.clone());
    if group == before {
        return Ok(Arc::new(store));
    }
    Ok(Arc::new(storage::MovingStore::new(storage::KeychainStore::new(before), store)))
}

#[cfg(not(target_vendor = "apple"))]
fn keychain(_group: Option<String>, _before: Option<String>) -> Result<Arc<dyn storage::SecureStore>, AuthError> {
    let problem = "there is no keychain on this system: choose another store";
    Err(Error::Configuration { key: "storage".to_owned(), problem: problem.to_owned() }.into())
}
