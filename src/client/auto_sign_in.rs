//! Signing in right after a sign-up: with the session that the sign-up gave, or with the password, which is kept in
//! memory only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::{AuthClient, ClientInner};
use crate::account::AutoSignInOptions;
use crate::config::AuthFlow;
use crate::error::{AuthError, Error, ErrorCode, Result as Internal, Verdict};
use crate::events::AuthEvent;
use crate::sign_in::{Parameters, SignInResult, SignInStep};
use crate::support::secret::Secret;
use crate::support::shown::shows;
use crate::support::task::spawn;

/// How often it is tried whether the user has followed the link, and for how long.
const POLL_EVERY: Duration = Duration::from_secs(5);
const POLL_FOR: Duration = Duration::from_secs(180);

/// How long the password of a sign-up is kept at most.
const KEPT_FOR: Duration = Duration::from_secs(3600);

/// The sign-in that may come after a sign-up.
#[derive(Debug, Default)]
pub(super) struct AutoSignIn(Mutex<Slot>);

#[derive(Debug, Default)]
struct Slot {
    /// Counts what took the place of something else, so that a waiting poll knows when its time is over.
    generation: u64,
    waiting: Option<Waiting>,
}

#[derive(Clone)]
pub(super) struct Waiting {
    pub username: String,
    pub password: Option<Secret>,
    /// The newest that the sign-up gave.
    pub session: Option<Secret>,
    /// Whether it comes by itself, and with what.
    pub automatic: Option<AutoSignInOptions>,
    /// The sign-up's own, for the triggers.
    pub client_metadata: HashMap<String, String>,
    pub until: SystemTime,
}
shows!(Waiting { automatic, until });

impl Waiting {
    pub fn until(now: SystemTime) -> SystemTime {
        now + KEPT_FOR
    }
}

/// How the sign-in after a sign-up comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Not,
    /// The app calls `autoSignIn`.
    WhenAsked,
    ByItself,
}

impl AutoSignIn {
    /// Prepares it; gives the number by which a poll knows it.
    pub fn set(&self, waiting: Waiting) -> u64 {
        let mut slot = self.lock();
        slot.waiting = Some(waiting);
        slot.generation += 1;
        slot.generation
    }

    /// Another sign-in, a sign-out or another sign-up takes its place.
    pub fn forget(&self) {
        let mut slot = self.lock();
        slot.waiting = None;
        slot.generation += 1;
    }

    /// The sign-up's session, if it was this user who signed up last.
    pub fn session_of(&self, username: &str) -> Option<Secret> {
        self.lock().waiting.as_ref().filter(|waiting| waiting.username == username)?.session.clone()
    }

    /// Notes that the user is confirmed. Gives how the sign-in comes.
    pub fn confirmed(
        &self,
        username: &str,
        session: Option<Secret>,
        client_metadata: HashMap<String, String>,
        now: SystemTime,
    ) -> Next {
        let mut slot = self.lock();
        slot.waiting.take_if(|waiting| waiting.until <= now);
        let given = session.is_some();
        if let Some(waiting) = slot.waiting.as_mut().filter(|waiting| waiting.username == username) {
            waiting.session = session;
            if waiting.automatic.is_some() {
                return Next::ByItself;
            }
        } else if given {
            let (username, until) = (username.to_owned(), Waiting::until(now));
            slot.waiting = Some(Waiting { username, password: None, session, automatic: None, client_metadata, until });
        }
        if given { Next::WhenAsked } else { Next::Not }
    }

    /// Takes it, with the number by which it can be put back.
    fn take(&self) -> Option<(u64, Waiting)> {
        let mut slot = self.lock();
        Some((slot.generation, slot.waiting.take()?))
    }

    /// What a passing failure should not use up.
    fn put_back(&self, generation: u64, waiting: Waiting) {
        let mut slot = self.lock();
        if slot.generation == generation && slot.waiting.is_none() {
            slot.waiting = Some(waiting);
        }
    }

    /// It, if it is still that one.
    fn peek(&self, generation: u64) -> Option<Waiting> {
        let slot = self.lock();
        slot.waiting.clone().filter(|_| slot.generation == generation)
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, Slot> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuthClient {
    /// Signs in the user who has just signed up and was confirmed, without asking them anything again: with the session
    /// that the sign-up gave (`USER_AUTH`), or with the password if `signUp` was told to keep it. After a failure that
    /// can pass (no network) it can be called again.
    ///
    /// # Errors
    /// `no_auto_sign_in`, `invalid_session` (it took too long), `user_not_confirmed`, and what [`sign_in`](Self::sign_in)
    /// may give.
    pub async fn auto_sign_in(&self) -> Result<SignInResult, AuthError> {
        self.run(|inner| async move {
            let (generation, waiting) = inner.auto_sign_in.take().ok_or(Error::NoAutoSignIn)?;
            let number = inner.attempts.begin();
            inner.sign_in_automatically(generation, waiting, number).await
        })
        .await
    }
}

impl ClientInner {
    /// Begins the sign-in that was asked for with the sign-up; nobody waits for it, events tell.
    pub(super) fn begin_auto_sign_in(self: &Arc<Self>) {
        let Some((generation, waiting)) = self.auto_sign_in.take() else { return };
        let (inner, number) = (self.clone(), self.attempts.begin());
        spawn(async move {
            let _ = inner.sign_in_automatically(generation, waiting, number).await; // told as an event
        });
    }

    /// Tries to sign in until the user has followed the link that confirms the account.
    pub(super) fn poll_auto_sign_in(self: &Arc<Self>, generation: u64) {
        let inner = Arc::downgrade(self);
        spawn(async move {
            let Some(until) = inner.upgrade().map(|inner| inner.clock.now() + POLL_FOR) else { return };
            loop {
                tokio::time::sleep(POLL_EVERY).await;
                let Some(inner) = inner.upgrade() else { return };
                let Some(waiting) = inner.auto_sign_in.peek(generation) else { return };
                let number = inner.attempts.begin();
                let result = inner.sign_in_with(waiting, number).await;
                if inner.auto_sign_in.peek(generation).is_none() {
                    return; // something else has taken its place meanwhile
                }
                match result {
                    Err(Error::Superseded(_)) => return,
                    Ok(SignInResult { next_step: SignInStep::ConfirmSignUp, .. }) if inner.clock.now() < until => {}
                    Err(error) if may_pass(&error) && inner.clock.now() < until => {}
                    result => {
                        inner.auto_sign_in.forget();
                        let _ = inner.report_auto_sign_in(result); // told as an event
                        return;
                    }
                }
            }
        });
    }

    async fn sign_in_automatically(
        self: &Arc<Self>,
        generation: u64,
        waiting: Waiting,
        number: u64,
    ) -> Internal<SignInResult> {
        let result = self.sign_in_with(waiting.clone(), number).await;
        if matches!(&result, Err(error) if may_pass(error)) {
            self.auto_sign_in.put_back(generation, waiting);
        }
        self.report_auto_sign_in(result)
    }

    fn report_auto_sign_in(&self, result: Internal<SignInResult>) -> Internal<SignInResult> {
        let unconfirmed = |step: &SignInStep| matches!(step, SignInStep::ConfirmSignUp | SignInStep::ResetPassword);
        match &result {
            Ok(result) if result.is_signed_in => self.hub.emit(&AuthEvent::AutoSignedIn),
            Ok(result) if unconfirmed(&result.next_step) => {
                self.hub.emit(&AuthEvent::AutoSignInFailed { error: Error::NotConfirmedInTime.into() });
            }
            Ok(_) => self.hub.emit(&AuthEvent::AutoSignInChallenged),
            Err(error) => self.hub.emit(&AuthEvent::AutoSignInFailed { error: error.clone().into() }),
        }
        result
    }

    /// With the session that the sign-up gave; if there is none, or the service takes it no longer, with the password.
    async fn sign_in_with(self: &Arc<Self>, waiting: Waiting, number: u64) -> Internal<SignInResult> {
        let Waiting { username, password, session, automatic, mut client_metadata, .. } = waiting;
        let options = automatic.unwrap_or_default();
        client_metadata.extend(options.client_metadata);
        let with_password = options.auth_flow.unwrap_or_else(|| self.configuration.auth_flow().clone());
        let by_session = AuthFlow::UserAuth { preferred_first_factor: None };
        let mut parameters = Parameters {
            username,
            password: None,
            flow: by_session,
            client_metadata: self.sign_in_metadata(client_metadata, options.validation_data),
            sign_up_session: session,
            devices: self.devices.known().await,
        };
        if parameters.sign_up_session.is_some() {
            match (self.sign_in(number, parameters.clone()).await, &password) {
                // The session is too old, or not good before the account is confirmed.
                (Err(failed), Some(_)) if failed.error.code() == ErrorCode::InvalidSession => {}
                (result, _) => return result.map_err(|failed| failed.error),
            }
        }
        (parameters.sign_up_session, parameters.password, parameters.flow) = (None, password, with_password);
        self.sign_in(number, parameters).await.map_err(|failed| failed.error)
    }
}

/// Whether the same sign-in can succeed later: the service has not refused it, and nothing else took its place.
fn may_pass(error: &Error) -> bool {
    let is_over = matches!(
        error,
        Error::Superseded(_)
            | Error::UnsupportedChallenge(_)
            | Error::Input(_)
            | Error::Configuration { .. }
            | Error::Closed
            | Error::AnotherUserSignedIn
    );
    error.verdict() == Verdict::None && !is_over
}
