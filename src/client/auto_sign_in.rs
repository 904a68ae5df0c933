//! Signing in right after a sign-up: with the session that the sign-up gave, or with the password, which is kept in
//! memory only.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{AuthClient, Parts};
use crate::account::AutoSignInOptions;
use crate::config::AuthFlow;
use crate::error::{AuthError, Error, ErrorCode, Result as Internal};
use crate::events::AuthEvent;
use crate::sign_in::{Parameters, SignInResult, SignInStep};
use crate::support::secret::Secret;

/// How often it is tried whether the user has followed the link, and for how long.
const POLL_EVERY: Duration = Duration::from_secs(5);
const POLL_FOR: Duration = Duration::from_secs(180);

/// The sign-in that may come after a sign-up.
#[derive(Debug, Default)]
pub(super) struct AutoSignIn(Mutex<Option<Waiting>>);

#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub username: String,
    pub password: Option<Secret>,
    /// The newest that the sign-up gave.
    pub session: Option<Secret>,
    /// Whether it comes by itself, and with what.
    pub automatic: Option<AutoSignInOptions>,
}

impl AutoSignIn {
    pub fn set(&self, waiting: Waiting) {
        *self.lock() = Some(waiting);
    }

    pub fn forget(&self) {
        *self.lock() = None;
    }

    /// The sign-up's session, if it was this user who signed up last.
    pub fn session_of(&self, username: &str) -> Option<Secret> {
        self.lock().as_ref().filter(|waiting| waiting.username == username)?.session.clone()
    }

    /// Notes that the user is confirmed. Gives how the sign-in comes.
    pub fn confirmed(&self, username: &str, session: Option<Secret>) -> Next {
        let mut slot = self.lock();
        let Some(waiting) = slot.as_mut().filter(|waiting| waiting.username == username) else {
            let given = session.is_some();
            if given {
                let username = username.to_owned();
                *slot = Some(Waiting { username, password: None, session, automatic: None });
            }
            return if given { Next::WhenAsked } else { Next::Not };
        };
        waiting.session = session;
        match (&waiting.automatic, &waiting.session) {
            (Some(_), _) => Next::ByItself,
            (None, Some(_)) => Next::WhenAsked,
            (None, None) => Next::Not,
        }
    }

    fn take(&self) -> Option<Waiting> {
        self.lock().take()
    }

    fn peek(&self) -> Option<Waiting> {
        self.lock().clone()
    }

    /// No caller's code runs under this lock, so a poisoned one is still consistent.
    fn lock(&self) -> MutexGuard<'_, Option<Waiting>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

impl AuthClient {
    /// Signs in the user who has just signed up and was confirmed, without asking them anything again: with the session
    /// that the sign-up gave (`USER_AUTH`), or with the password if `signUp` was told to keep it.
    ///
    /// # Errors
    /// `no_auto_sign_in`, `invalid_session` (it took too long), and what `signIn` may give.
    pub async fn auto_sign_in(&self) -> Result<SignInResult, AuthError> {
        self.run(|parts| async move {
            let waiting = parts.auto_sign_in.take().ok_or(Error::NoAutoSignIn)?;
            parts.sign_in_automatically(waiting).await
        })
        .await
    }
}

impl Parts {
    /// Begins the sign-in that was asked for with the sign-up; nobody waits for it, events tell.
    pub(super) fn begin_auto_sign_in(self: &Arc<Self>) {
        let Some(waiting) = self.auto_sign_in.take() else { return };
        let parts = self.clone();
        tokio::spawn(async move {
            let _ = parts.sign_in_automatically(waiting).await; // told as an event
        });
    }

    /// Tries to sign in until the user has followed the link that confirms the account.
    pub(super) fn poll_auto_sign_in(self: &Arc<Self>) {
        let parts = self.clone();
        tokio::spawn(async move {
            let until = parts.clock.now() + POLL_FOR;
            let mut mine = parts.attempts.latest();
            loop {
                tokio::time::sleep(POLL_EVERY).await;
                // Another sign-in, a sign-out or another sign-up has taken its place.
                let Some(waiting) = parts.auto_sign_in.peek().filter(|_| parts.attempts.latest() == mine) else {
                    return;
                };
                let result = parts.sign_in_with(waiting).await;
                mine = parts.attempts.latest();
                match result {
                    Ok(SignInResult { next_step: SignInStep::ConfirmSignUp, .. }) if parts.clock.now() < until => {}
                    Err(error) if error.code().is_retryable() && parts.clock.now() < until => {}
                    result => {
                        parts.auto_sign_in.forget();
                        let _ = parts.tell_auto_sign_in(result); // told as an event
                        return;
                    }
                }
            }
        });
    }

    async fn sign_in_automatically(self: &Arc<Self>, waiting: Waiting) -> Internal<SignInResult> {
        let mut result = self.sign_in_with(waiting.clone()).await;
        let too_late = matches!(&result, Err(error) if error.code() == ErrorCode::InvalidSession);
        if too_late && waiting.password.is_some() {
            result = self.sign_in_with(Waiting { session: None, ..waiting }).await;
        }
        self.tell_auto_sign_in(result)
    }

    fn tell_auto_sign_in(&self, result: Internal<SignInResult>) -> Internal<SignInResult> {
        let unconfirmed = |step: &SignInStep| matches!(step, SignInStep::ConfirmSignUp | SignInStep::ResetPassword);
        match &result {
            Ok(result) if result.is_signed_in => self.hub.tell(&AuthEvent::AutoSignedIn),
            Ok(result) if unconfirmed(&result.next_step) => {
                self.hub.tell(&AuthEvent::AutoSignInFailed { error: Error::NotConfirmedInTime.into() });
            }
            Ok(_) => self.hub.tell(&AuthEvent::AutoSignInChallenged),
            Err(error) => self.hub.tell(&AuthEvent::AutoSignInFailed { error: error.clone().into() }),
        }
        result
    }

    async fn sign_in_with(self: &Arc<Self>, waiting: Waiting) -> Internal<SignInResult> {
        let Waiting { username, password, session, automatic } = waiting;
        let options = automatic.unwrap_or_default();
        let flow = match (&session, options.auth_flow) {
            (Some(_), _) => AuthFlow::UserAuth { preferred_first_factor: None },
            (None, Some(flow)) => flow,
            (None, None) => self.configuration.auth_flow().clone(),
        };
        let parameters = Parameters {
            username,
            password: password.filter(|_| session.is_none()),
            flow,
            client_metadata: self.sign_in_metadata(options.client_metadata, options.validation_data),
            sign_up_session: session,
            devices: self.devices.known().await,
        };
        self.sign_in(parameters).await
    }
}
