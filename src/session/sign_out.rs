//! Signing out: locally first and always, then what the service is to be told.

use std::sync::Arc;
use std::time::Duration;

use super::current::Leaving;
use super::flush::Removed;
use super::manager::SessionManager;
use super::remote::Remote;
use super::session::Session;
use crate::error::{AuthErrorInfo, Error, Result, Verdict};
use crate::events::{AuthEvent, AuthUser};
use crate::storage::record::SessionRecord;
use crate::storage::{Index, SignedOutAccount, Until, Who, Whose};
use crate::support::deadline;
use crate::support::secret::Secret;
use crate::support::task::detached;

/// How long a sign-out waits for the service. What could not be said by then is said later, as long as the process lives.
const REMOTE_LIMIT: Duration = Duration::from_secs(5);
/// How long it waits for a store that was not read yet, to know whom it is about; and for the removal.
const LOAD_LIMIT: Duration = Duration::from_secs(2);
const STORE_LIMIT: Duration = Duration::from_secs(20);

/// Options of `signOut`.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignOutOptions {
    /// Ends the user's sessions on all devices (Cognito's `GlobalSignOut`), not only this one's.
    #[uniffi(default = false)]
    pub global: bool,
    /// Signs out all accounts that are signed in here, not only the current one. With `global`, only the current user's
    /// sessions on other devices end.
    #[uniffi(default = false)]
    pub all_accounts: bool,
    /// Signs out this account instead of the current one, which stays.
    #[uniffi(default = None)]
    pub account: Option<AuthUser>,
}

impl SignOutOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the user's sessions on all devices.
    #[must_use]
    pub fn global(mut self, global: bool) -> Self {
        self.global = global;
        self
    }

    /// Signs out all accounts that are signed in here.
    #[must_use]
    pub fn all_accounts(mut self, all: bool) -> Self {
        self.all_accounts = all;
        self
    }

    /// Signs out this account instead of the current one.
    #[must_use]
    pub fn account(mut self, user: AuthUser) -> Self {
        self.account = Some(user);
        self
    }
}

/// Whom a sign-out is about, before it is known what the store holds of them.
enum Goes {
    Current,
    /// With the beginning of the session that was forgotten, if it was theirs: it may not be listed yet.
    User(String, u64),
    All,
}

/// The user is signed out here, whatever this says; it tells which further part failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignOutResult {
    /// Whether every part succeeded.
    pub is_complete: bool,
    /// Why the refresh token was not revoked: it stays valid at the service until it expires.
    pub revoke_token_error: Option<AuthErrorInfo>,
    /// Why the sessions on other devices were not ended.
    pub global_sign_out_error: Option<AuthErrorInfo>,
    /// Why the stored session could not be removed yet; that is tried again in the background and at the next call.
    pub storage_error: Option<AuthErrorInfo>,
    /// Whether they had signed in on the hosted pages: the browser may still know them. `webUISignOut` gives the page that
    /// ends that.
    #[uniffi(default = false)]
    pub web_ui_session: bool,
}

impl Goes {
    fn user(username: &str, forgotten: Option<&Session>) -> Self {
        Self::User(username.to_owned(), forgotten.map_or(0, |session| session.record().began))
    }
}

impl SessionManager {
    /// Signs out. Succeeds offline, with a broken store and when nobody is signed in. Another account never becomes the
    /// current one by it.
    pub async fn sign_out(self: &Arc<Self>, options: SignOutOptions) -> SignOutResult {
        if !self.is_loaded() {
            // Who cannot be loaded in time is signed out all the same.
            let limit = share(LOAD_LIMIT, 4);
            let _ = tokio::time::timeout(limit, deadline::within(limit, self.load())).await;
        }
        let SignOutOptions { global, all_accounts, account } = options;
        let known = self.current.session();
        // The store has one session a name: of an account that was deleted and made anew, this one goes too.
        let is_current = |user: &AuthUser| known.as_ref().is_some_and(|session| *session.username() == user.username);
        let leaving = self.current.leave();
        let session = match &account {
            Some(user) if !all_accounts && !is_current(user) => None,
            _ => self.current.forget(None, |user| AuthEvent::SignedOut { user }),
        };
        let goes = match (&account, &session) {
            _ if all_accounts => Goes::All,
            (Some(user), session) => Goes::user(&user.username, session.as_deref()),
            (None, Some(session)) => Goes::user(&session.user().username, Some(session)),
            (None, None) => Goes::Current,
        };
        let Removed { accounts, problem } = self.remove(goes, leaving).await;
        let web_ui_session = session.as_ref().is_some_and(|session| session.record().web_ui);
        let (this, limit) = (self.clone(), deadline::left().unwrap_or(REMOTE_LIMIT).min(REMOTE_LIMIT));
        // A task of its own: should the transport panic, that is a failure of this part and of no other.
        let told = detached(async move {
            Ok(deadline::within(limit, this.tell_service(session.as_deref(), accounts, global)).await)
        });
        let told = told.await.unwrap_or_else(|error| [Ok(()), Err(error)]);
        let [global_sign_out_error, revoke_token_error] = told.map(|told| told.err().map(AuthErrorInfo::from));
        let storage_error = problem.map(AuthErrorInfo::from);
        let errors = [&revoke_token_error, &global_sign_out_error, &storage_error];
        let is_complete = errors.iter().all(|error| error.is_none());
        SignOutResult { is_complete, revoke_token_error, global_sign_out_error, storage_error, web_ui_session }
    }

    /// Forgets the session of a user who was just deleted (`DeleteUser`). Cannot fail: a store that does is tried again.
    pub async fn forget_deleted(self: &Arc<Self>, user: &AuthUser) {
        let leaving = self.current.leave();
        let session = self.current.forget(Some(user), |user| AuthEvent::UserDeleted { user });
        self.remove(Goes::user(&user.username, session.as_deref()), leaving).await;
    }

    /// Removes sessions from the store. A store that takes longer than half of the call's time goes on by itself.
    async fn remove(self: &Arc<Self>, goes: Goes, leaving: Leaving) -> Removed {
        let (this, limit) = (self.clone(), share(STORE_LIMIT, 2));
        let removing = detached(async move {
            let changing = this.persistence.changing().await;
            let mut removed = Removed { accounts: Vec::new(), problem: None };
            for whose in this.whose(goes).await {
                let Removed { accounts, problem } = this.flusher.remove(&changing, whose).await;
                removed.accounts.extend(accounts);
                removed.problem = removed.problem.or(problem);
            }
            drop(leaving);
            Ok(removed)
        });
        let removed = tokio::time::timeout(limit, removing).await.unwrap_or(Err(Error::DeadlinePassed));
        removed.unwrap_or_else(|error| Removed { accounts: Vec::new(), problem: Some(error) })
    }

    /// Whose sessions go, now that memory and store are ours to change: those that began until now, in whichever process.
    /// Whoever signed in here since has the last word; who was there before has another name.
    async fn whose(&self, goes: Goes) -> Vec<Whose> {
        let Index { generation: known, accounts, .. } = self.current.index();
        let until = match self.persistence.generation().await {
            Ok(stored) => Until::Generation(stored.max(known)),
            // A clock that is not known says nothing: the sign-out counts then.
            Err(_) => Until::Moment { known, at: if self.clock.is_known() { self.clock.now_ms() } else { i64::MAX } },
        };
        let since = self.current.session().map(|session| session.username().clone());
        let accounts = accounts.into_iter().map(|entry| entry.username).collect();
        meant(goes, since.as_deref(), accounts, until)
    }

    /// Tells the service: first about the current user's session, then about the others. Gives how the global sign-out and
    /// the revocations went.
    async fn tell_service(
        self: &Arc<Self>,
        session: Option<&Session>,
        accounts: Vec<SignedOutAccount>,
        global: bool,
    ) -> [Result<()>; 2] {
        let session = session.filter(|session| session.is_live());
        let mut revocable: Vec<Secret> = Vec::new();
        let mut told_globally = Ok(());
        if let Some(session) = session {
            let mut record = session.record().clone();
            let username = record.username.clone();
            told_globally = if global { self.tell_globally(session, &mut record).await } else { Ok(()) };
            if !global || told_globally.is_err() {
                revocable.extend(Remote::revocable(&record.access_token, record.refresh_token.as_ref()));
            }
            // Another process may have begun a session of the same user that this one has not seen.
            let is_told = |account: &&SignedOutAccount| {
                account.username == username
                    && (global && told_globally.is_ok() || account.refresh_token == record.refresh_token)
            };
            revocable.extend(accounts.iter().filter(|account| !is_told(account)).filter_map(revocable_of));
        } else {
            revocable.extend(accounts.iter().filter_map(revocable_of));
        }
        let mut revoked = Ok(());
        for token in revocable {
            let told = self.remote.revoke(&token).await;
            if told.as_ref().is_err_and(|error| error.verdict() == Verdict::None) {
                self.remote.revoke_token_later(Some(token));
            }
            revoked = revoked.and(told);
        }
        [told_globally, revoked]
    }

    /// `GlobalSignOut` takes an access token; a stale one is renewed for this purpose only. A refresh that is on its way is
    /// waited for: a second one would spend its token again.
    async fn tell_globally(&self, session: &Session, record: &mut SessionRecord) -> Result<()> {
        if let Some(renewed) = self.claim_refresh(session).await? {
            *record = renewed.record().clone();
        } else if !session.is_fresh_for(0, &self.clock) {
            let metadata = self.configuration.client_metadata_under(std::collections::HashMap::new());
            let tokens = self.remote.request_tokens(record, metadata).await?;
            *record = session.renewed(&self.configuration, &self.clock, tokens)?.session.record().clone();
        }
        self.remote.sign_out_globally(record.access_token.clone()).await
    }

    async fn claim_refresh(&self, session: &Session) -> Result<Option<Arc<Session>>> {
        let limit = deadline::at_most(REMOTE_LIMIT);
        let claimed = self.refresher.claim(session);
        tokio::time::timeout_at(limit, claimed).await.map_err(|_elapsed| Error::DeadlinePassed)
    }
}

/// Who of these accounts is signed out, if they began until then; not who has signed in since.
fn meant(goes: Goes, since: Option<&str>, accounts: Vec<String>, until: Until) -> Vec<Whose> {
    let stays = |username: &String| since == Some(username.as_str());
    match goes {
        Goes::All if since.is_none() => vec![Whose { who: Who::All, until }],
        Goes::All => accounts.into_iter().filter(|name| !stays(name)).map(|name| Whose::user(name, until)).collect(),
        Goes::Current if since.is_none() => vec![Whose { who: Who::Current, until }],
        Goes::Current => Vec::new(),
        Goes::User(username, _) if stays(&username) => Vec::new(),
        Goes::User(username, began) => vec![Whose::user(username, until.or_generation(began))],
    }
}

/// That long, but not more than this part of what is left of the call's time.
fn share(limit: Duration, part: u32) -> Duration {
    deadline::left().map_or(limit, |left| limit.min(left / part))
}

fn revocable_of(account: &SignedOutAccount) -> Option<Secret> {
    Remote::revocable(&account.access_token, account.refresh_token.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_part_of_a_call_takes_no_more_than_its_share() {
        let limit = Duration::from_secs(20);
        assert_eq!(share(limit, 2), limit);
        let shares: Result<_> = deadline::within(Duration::from_secs(10), async {
            Ok([share(limit, 2), share(limit, 4), share(Duration::from_secs(1), 4)])
        })
        .await;
        assert_eq!(shares.unwrap().map(|share| share.as_millis()), [5000, 2500, 1000]);
    }

    #[test]
    fn who_has_signed_in_since_stays() {
        let until = Until::Generation(7);
        let user = |name: &str, began| Whose::user(name.to_owned(), Until::Generation(began));
        let ann = |began| Goes::User("ann".to_owned(), began);
        let meant = |goes, since| meant(goes, since, vec!["ann".to_owned(), "bob".to_owned()], until);
        assert_eq!(meant(Goes::All, None), [Whose { who: Who::All, until }]);
        assert_eq!(meant(Goes::All, Some("ann")), [user("bob", 7)]);
        assert_eq!(meant(Goes::Current, None), [Whose { who: Who::Current, until }]);
        assert_eq!(meant(Goes::Current, Some("ann")), []);
        assert_eq!(meant(ann(3), Some("ann")), []);
        assert_eq!(meant(ann(3), Some("bob")), [user("ann", 7)]);
        assert_eq!(meant(ann(9), None), [user("ann", 9)], "it may not be listed yet");
    }
}
