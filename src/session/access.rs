//! Calls that are made with the user's access token.

use std::collections::HashMap;
use std::sync::Arc;

use super::keeper::Keeper;
use super::live::Live;
use crate::error::{Error, ErrorCode, Result};
use crate::events::AuthUser;
use crate::support::secret::Secret;

impl Keeper {
    /// Runs a call with a fresh access token. When the service says that the token no longer counts, the session is
    /// renewed and the call made once more, for the same user; only the refresh decides whether the session has ended.
    pub async fn authorized<T, F>(self: &Arc<Self>, call: impl Fn(Secret) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let live = self.usable().await?;
        self.with_tokens_of(&live, call).await
    }

    /// As [`authorized`](Self::authorized), for this user only: somebody else may have signed in meanwhile.
    pub async fn authorized_for<T, F>(self: &Arc<Self>, user: &AuthUser, call: impl Fn(Secret) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let live = self.usable().await?;
        if live.user() != *user {
            return Err(another_user());
        }
        self.with_tokens_of(&live, call).await
    }

    async fn with_tokens_of<T, F>(self: &Arc<Self>, live: &Arc<Live>, call: impl Fn(Secret) -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        match call(live.record.access_token.clone()).await {
            Err(error) if error.code() == ErrorCode::SessionExpired => {
                let renewed = self.refresh(live, true, HashMap::new()).await?;
                if renewed.user() != live.user() {
                    return Err(another_user());
                }
                call(renewed.record.access_token.clone()).await
            }
            result => result,
        }
    }

    /// The session with tokens that work.
    async fn usable(self: &Arc<Self>) -> Result<Arc<Live>> {
        self.load().await?;
        let mut live = self.current().ok_or(Error::NotSignedIn)?;
        if let Some(error) = live.end() {
            live = self.take_revived(&live).await.ok_or(error)?;
        }
        let now = self.clock.now();
        if live.is_fresh(now) || live.is_valid(now) && self.refresher.rests(now) {
            return Ok(live);
        }
        match self.refresh(&live, false, HashMap::new()).await {
            Err(_) if self.is_current(&live) && live.end().is_none() && live.is_valid(self.clock.now()) => Ok(live),
            result => result,
        }
    }
}

fn another_user() -> Error {
    Error::Superseded("another user signed in meanwhile")
}
