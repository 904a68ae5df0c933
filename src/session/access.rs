//! Calls that are made with the user's access token, for one user from beginning to end.

use std::collections::HashMap;
use std::sync::Arc;

use super::identity::Subject;
use super::lifetime::Freshness;
use super::manager::SessionManager;
use super::refresh::Wanted;
use super::session::Session;
use crate::error::{Error, ErrorCode, Result, Verdict};
use crate::events::AuthUser;
use crate::support::secret::Secret;
use crate::support::shown::shows;
use crate::support::task::{Anything, BoxFuture, erased, given};

/// A user in whose name a call is being made. It is settled when the call begins: whoever signs in meanwhile, here or in
/// another process, the call acts for this user or not at all.
#[derive(Clone)]
pub(crate) struct Caller {
    manager: Arc<SessionManager>,
    subject: Subject,
    device_key: Option<String>,
}
shows!(Caller {});

impl SessionManager {
    /// Whoever is signed in now.
    pub async fn caller(self: &Arc<Self>) -> Result<Caller> {
        let before = self.current.session();
        self.load().await?;
        let mut session = self.current.session().ok_or(Error::NotSignedIn)?;
        // Another process may have made somebody else the current user, whom the caller has not seen yet.
        if before.is_some_and(|before| !before.is_of(&session.subject())) {
            return Err(Subject::another());
        }
        if let Some(error) = session.end() {
            session = self.refresher.revived(&session).await.ok_or(error)?;
        }
        let device_key = session.device_key().cloned();
        Ok(Caller { manager: self.clone(), subject: session.subject(), device_key })
    }

    /// This user, if it is who is signed in now.
    pub async fn caller_for(self: &Arc<Self>, user: &AuthUser) -> Result<Caller> {
        let caller = self.caller().await?;
        if caller.user() == user { Ok(caller) } else { Err(Subject::another()) }
    }

    /// The user's session with tokens that work, as far as is known here.
    async fn usable(self: &Arc<Self>, subject: &Subject) -> Result<Arc<Session>> {
        let session = self.current.live_of(subject)?;
        let freshness = session.freshness(&self.clock);
        let may_wait = freshness == Freshness::Ending && self.refresher.is_cooling_down();
        if freshness == Freshness::Fresh || may_wait {
            return Ok(session);
        }
        let renewed = self.refresher.refresh(&session, Wanted::default(), HashMap::new()).await;
        match renewed {
            Err(error) => {
                let current = self.current.live_of(subject)?;
                if current.is_valid(&self.clock) { Ok(current) } else { Err(error) }
            }
            renewed => renewed,
        }
    }
}

impl Caller {
    pub const fn user(&self) -> &AuthUser {
        self.subject.user()
    }

    /// The device that the user's session is bound to.
    pub const fn device_key(&self) -> Option<&String> {
        self.device_key.as_ref()
    }

    /// Whether this user is still who is signed in.
    pub fn is_still_signed_in(&self) -> Result<()> {
        self.manager.current.live_of(&self.subject).map(|_| ())
    }

    /// A fresh ID token of this user, and who issued it, as an identity pool names it: without the scheme.
    pub async fn id_token(&self) -> Result<(String, Secret)> {
        let session = self.manager.usable(&self.subject).await?;
        let token = session.id_token_for(&self.subject)?.ok_or(Error::NoIdToken)?;
        let issuer = session.id_claims().and_then(|claims| claims.issuer.as_deref()).ok_or(Error::NoIdToken)?;
        let name = issuer.split_once("://").map_or(issuer, |(_, name)| name);
        Ok((name.to_owned(), token))
    }

    /// Runs a call with a fresh access token of this user. When the service says that the token no longer counts, the
    /// session is renewed and the call made once more; only the refresh decides whether the session has ended.
    pub async fn authorized<'a, T, F>(&self, call: impl Fn(Secret) -> F + Send + Sync) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'a,
    {
        given(self.authorized_erased(&|token| erased(call(token))).await?)
    }

    /// Asks the service whether it still takes the user's session: with a call that needs nothing but the access token, and
    /// where that is refused, for whatever reason, with a refresh, which alone decides whether the session has ended.
    pub async fn verify<'a, T, F>(&self, call: impl Fn(Secret) -> F + Send + Sync) -> Result<()>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'a,
    {
        let session = self.manager.usable(&self.subject).await?;
        match call(session.token_for(&self.subject)?).await {
            Err(error) if error.verdict() != Verdict::None => {
                self.manager.refresher.refresh(&session, Wanted::NEW, HashMap::new()).await.map(drop)
            }
            asked => asked.map(drop),
        }
    }

    /// The one code for all calls in a user's name.
    async fn authorized_erased<'a>(&self, call: &Authorized<'a, '_>) -> Result<Anything> {
        let session = self.manager.usable(&self.subject).await?;
        match call(session.token_for(&self.subject)?).await {
            Err(error) if error.code() == ErrorCode::SessionExpired => {
                let renewed = self.manager.refresher.refresh(&session, Wanted::NEW, HashMap::new()).await?;
                call(renewed.token_for(&self.subject)?).await
            }
            result => result,
        }
    }
}

/// A call that takes an access token.
type Authorized<'a, 'b> = dyn Fn(Secret) -> BoxFuture<'a, Result<Anything>> + Send + Sync + 'b;
