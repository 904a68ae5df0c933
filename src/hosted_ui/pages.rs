//! The driver: keeps the sign-in that a browser is away with, in memory and in the store, and takes what comes back, once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::OwnedMutexGuard;

use super::attempt;
use super::callback::{self, Callback};
use super::options::{WebUiRequest, WebUiSignInOptions};
use crate::config::{AuthConfiguration, HostedUiConfiguration};
use crate::error::{Error, ErrorCode, InputError, Result};
use crate::events::{AuthEvent, AuthUser, Hub};
use crate::protocol::token_endpoint::{CodeGrant, TokenEndpoint};
use crate::protocol::user_pool::AuthenticationResult;
use crate::storage::web_sign_in::WebSignInRecord;
use crate::storage::{ExistingSession, RecordStore};
use crate::support::clock::ServiceClock;
use crate::support::jwt;
use crate::support::random::Random;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// In milliseconds: nobody stays on the pages for longer, and a code is good for minutes.
const LONGEST: u64 = 60 * 60 * 1000;

/// The hosted pages as one client uses them.
#[derive(Debug)]
pub(crate) struct HostedUi {
    configuration: Arc<AuthConfiguration>,
    endpoint: Option<TokenEndpoint>,
    records: RecordStore,
    clock: Arc<ServiceClock>,
    random: Arc<dyn Random>,
    hub: Arc<Hub>,
    begun: Mutex<Option<Begun>>,
    /// Whether the store may still hold one that a sign-out ended.
    is_removal_due: AtomicBool,
    /// Whose turn it is to take what a browser brought, and what the last one came to.
    turn: Arc<tokio::sync::Mutex<Option<Completed>>>,
}

/// A sign-in that this process began.
#[derive(Clone)]
pub(crate) struct Begun {
    record: WebSignInRecord,
    /// Its place among the client's sign-ins.
    number: u64,
    is_cancelled: bool,
}
shows!(Begun { record, number });

/// The sign-in that was completed last: browsers and systems deliver a URL twice.
struct Completed {
    state: Secret,
    user: AuthUser,
}
shows!(Completed {});

/// What a callback is good for.
pub(crate) enum Claimed {
    /// It has been taken before: this user was signed in by it.
    Done(AuthUser),
    Grant(Box<Grant>),
}
shows!(
    enum Claimed {
        Done {},
        Grant {},
    }
);

/// A code, and the turn to exchange it: others who come with the same wait.
pub(crate) struct Grant {
    turn: OwnedMutexGuard<Option<Completed>>,
    record: WebSignInRecord,
    code: Secret,
    /// The sign-in's place among the client's, if this process began it.
    pub number: Option<u64>,
}
shows!(Grant { record });

impl Grant {
    pub fn existing_session(&self) -> ExistingSession {
        attempt::existing_of(&self.record)
    }
}

impl HostedUi {
    pub fn new(
        configuration: Arc<AuthConfiguration>,
        endpoint: Option<TokenEndpoint>,
        records: RecordStore,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
        hub: Arc<Hub>,
    ) -> Self {
        let (begun, is_removal_due, turn) = Default::default();
        Self { configuration, endpoint, records, clock, random, hub, begun, is_removal_due, turn }
    }

    /// Begins a sign-in: what it takes is stored, so that it can be completed by another process.
    pub async fn begin(&self, options: WebUiSignInOptions, number: u64) -> Result<WebUiRequest> {
        let (pages, client_id) = (self.pages()?, self.configuration.client_id());
        let (record, request) = attempt::begin(pages, client_id, options, &*self.random, self.clock.now_ms())?;
        *self.begun() = Some(Begun { record: record.clone(), number, is_cancelled: false });
        let saved = self.records.save_web_sign_in(record).await;
        if saved.is_ok() {
            self.is_removal_due.store(false, Ordering::SeqCst);
        }
        self.hub.report_storing(saved); // this process can complete it all the same
        Ok(request)
    }

    /// The page that ends the browser's own session.
    pub fn sign_out(&self, redirect_uri: Option<String>) -> Result<WebUiRequest> {
        attempt::sign_out(self.pages()?, self.configuration.client_id(), redirect_uri)
    }

    /// Notes that the person closed the browser, once a sign-in. A callback that comes all the same still counts.
    pub fn cancel(&self) -> bool {
        let mut begun = self.begun();
        begun.as_mut().is_some_and(|begun| !std::mem::replace(&mut begun.is_cancelled, true))
    }

    /// Checks that the callback belongs to the sign-in that was begun last. One that does not leaves that as it is.
    pub async fn claim(&self, callback: &str) -> Result<Claimed> {
        self.pages()?;
        let (url, callback) = callback::read(callback)?;
        let turn = self.turn.clone().lock_owned().await;
        if let Some(completed) = turn.as_ref().filter(|completed| completed.state == *callback.state()) {
            return Ok(Claimed::Done(completed.user.clone()));
        }
        let (record, number) = self.waiting(callback.state()).await?.ok_or(Error::NoWebUiSignIn)?;
        if !callback::is_at(&url, &record.redirect_uri) {
            let problem = "should be at the address that the sign-in was begun with";
            return Err(InputError::new("callbackUrl", problem).into());
        }
        if self.clock.now_ms().abs_diff(record.began_at) > LONGEST {
            self.remove(&record).await;
            return Err(Error::NoWebUiSignIn);
        }
        match callback {
            Callback::Code { code, .. } => Ok(Claimed::Grant(Box::new(Grant { turn, record, code, number }))),
            Callback::Refused { error, description, .. } => {
                let refused = Error::web_ui_refused(&error, description.as_deref());
                self.fail(&record, &refused).await;
                Err(refused)
            }
        }
    }

    /// The sign-in that was begun last, if it has that state, and its number if this process began it. Another process that
    /// shares the store may have begun a later one.
    async fn waiting(&self, state: &Secret) -> Result<Option<(WebSignInRecord, Option<u64>)>> {
        let begun = self.begun().clone();
        if let Some(Begun { record, number, .. }) = &begun
            && record.state == *state
        {
            return Ok(Some((record.clone(), Some(*number))));
        }
        if self.is_removal_due.load(Ordering::SeqCst) {
            let _ = self.forget_stored().await; // whoever signed out was told why it is still there
            return Ok(None);
        }
        let is_later =
            |stored: &WebSignInRecord| begun.as_ref().is_none_or(|own| own.record.began_at < stored.began_at);
        let stored = self.records.web_sign_in().await?.filter(|stored| stored.state == *state && is_later(stored));
        Ok(stored.map(|stored| (stored, None)))
    }

    /// Exchanges the code. After a failure that can pass, the same callback can be given again.
    pub async fn exchange(&self, grant: &Grant) -> Result<AuthenticationResult> {
        let Grant { record, code, .. } = grant;
        let endpoint = self.endpoint.as_ref().ok_or_else(no_pages)?;
        let (code_verifier, redirect_uri) = (&record.code_verifier, record.redirect_uri.as_str());
        let exchanged = endpoint.exchange(&CodeGrant { code, code_verifier, redirect_uri }).await;
        let checked = exchanged.and_then(|tokens| is_answer_to(&tokens, &record.nonce).map(|()| tokens));
        if let Err(error) = &checked {
            let is_refused = matches!(error.code(), ErrorCode::WebUiRefused | ErrorCode::ClientSecretMismatch);
            if is_refused || matches!(error, Error::BadAnswer(_)) {
                self.fail(record, error).await;
            }
        }
        checked
    }

    /// The sign-in ended without a session, although it had tokens: its code is used up.
    pub async fn abandon(&self, grant: &Grant, error: &Error) {
        self.fail(&grant.record, error).await;
    }

    /// Every end that is a failure comes here, so that none goes untold.
    async fn fail(&self, record: &WebSignInRecord, error: &Error) {
        self.remove(record).await;
        self.hub.emit(&AuthEvent::SignInFailed { error: error.clone().into() });
    }

    /// The sign-in came to its end. Gives what the app wanted to have back.
    pub async fn complete(&self, grant: Grant, user: AuthUser) -> Option<String> {
        let Grant { mut turn, record, .. } = grant;
        *turn = Some(Completed { state: record.state.clone(), user });
        self.remove(&record).await;
        record.custom_state
    }

    /// Nobody waits for a browser any more.
    pub async fn forget(&self) -> Result<()> {
        if self.configuration.hosted_ui().is_none() {
            return Ok(());
        }
        *self.begun() = None;
        self.forget_stored().await
    }

    /// Removes what is stored; what cannot be removed now counts as gone here, and is tried again.
    async fn forget_stored(&self) -> Result<()> {
        self.is_removal_due.store(true, Ordering::SeqCst);
        let removed = self.records.remove_web_sign_in(None).await;
        self.is_removal_due.store(removed.is_err(), Ordering::SeqCst);
        removed
    }

    async fn remove(&self, record: &WebSignInRecord) {
        self.begun().take_if(|begun| begun.record.state == record.state);
        self.hub.report_storing(self.records.remove_web_sign_in(Some(record.state.clone())).await);
    }

    fn pages(&self) -> Result<&HostedUiConfiguration> {
        self.configuration.hosted_ui().ok_or_else(no_pages)
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn begun(&self) -> MutexGuard<'_, Option<Begun>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// OpenID Connect Core §3.1.3.7: an ID token that was made for another sign-in is none for this one. One without a nonce is
/// taken: the code is bound to this sign-in by its verifier, and not every provider behind the pool hands a nonce on.
fn is_answer_to(tokens: &AuthenticationResult, nonce: &Secret) -> Result<()> {
    let claims = tokens.id_token.as_ref().and_then(|token| jwt::claims(token.expose()).ok()).unwrap_or_default();
    let found = claims.get("nonce").and_then(|json| serde_json::from_str::<Secret>(json.get()).ok());
    match found {
        Some(found) if found != *nonce => Err(Error::bad_answer("its ID token is of another sign-in")),
        _ => Ok(()),
    }
}

fn no_pages() -> Error {
    let problem = "is missing: this call needs the pool's hosted pages".to_owned();
    Error::Configuration { key: "hosted_ui_domain".to_owned(), problem }
}
