//! A session in memory: the stored record with its claims read once, so that asking for it costs nothing.

use std::time::SystemTime;

use super::claims::TokenClaims;
use crate::error::{AuthErrorInfo, Error, Result};
use crate::events::{AuthState, AuthUser};
use crate::protocol::user_pool::AuthenticationResult;
use crate::storage::record::{EndRecord, SessionRecord};
use crate::support::clock::{from_unix_seconds, unix_seconds};
use crate::support::jwt;

/// Tokens this close to their end are renewed, in seconds: a request on its way must not meet an expired one.
const MARGIN: i64 = 120;

/// A session and what its tokens say.
pub(crate) struct Live {
    pub record: SessionRecord,
    pub access_claims: TokenClaims,
    pub id_claims: Option<TokenClaims>,
    /// Unix seconds by the service's clock: the earlier end of the tokens, and the moment from which they are renewed.
    expires_at: i64,
    renew_at: i64,
}

impl std::fmt::Debug for Live {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Live")
            .field("record", &self.record)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

impl Live {
    /// The session that the record holds. A token that cannot be read counts as expired: a refresh repairs it.
    pub fn from_record(record: SessionRecord) -> Self {
        let access_claims = claims_of(record.access_token.expose());
        let id_claims = record.id_token.as_ref().map(|token| claims_of(token.expose()));
        let end = |claims: &TokenClaims| claims.expires_at.map_or(0, unix_seconds);
        let expires_at = id_claims.iter().map(end).fold(end(&access_claims), i64::min);
        // A lifetime that is itself short keeps most of its use.
        let lifetime = access_claims.issued_at.map_or(0, |issued| (expires_at - unix_seconds(issued)).max(0));
        let renew_at = expires_at - MARGIN.min(lifetime / 5);
        Self { record, access_claims, id_claims, expires_at, renew_at }
    }

    /// The session that a sign-in began. Its revision is the time, so that a process which shares the store takes it
    /// for newer than any session before.
    pub fn begin(tokens: AuthenticationResult, device_key: Option<String>, now: SystemTime) -> Result<Self> {
        let AuthenticationResult { access_token, id_token, refresh_token, .. } = tokens;
        let access_token = access_token.ok_or_else(|| Error::internal("the service gave no access token"))?;
        let claims =
            jwt::claims(access_token.expose()).map_err(|error| Error::internal(format!("access token: {error}")))?;
        let claims = TokenClaims::from_map(claims);
        let (Some(user_id), Some(username)) = (claims.subject, claims.username) else {
            return Err(Error::internal("the access token names no user"));
        };
        Ok(Self::from_record(SessionRecord {
            revision: unix_seconds(now).max(1).unsigned_abs(),
            username,
            user_id,
            access_token,
            id_token,
            refresh_token,
            device_key,
            signed_in_at: unix_seconds(now),
            ended: None,
            unknown: serde_json::Map::new(),
        }))
    }

    /// The session with the tokens that a refresh gave. What it did not give stays: without rotation there is no new
    /// refresh token.
    pub fn renewed(&self, tokens: AuthenticationResult) -> Result<Self> {
        let mut record = self.record.clone();
        record.access_token = tokens.access_token.ok_or_else(|| Error::internal("the service gave no access token"))?;
        record.id_token = tokens.id_token.or(record.id_token);
        record.refresh_token = tokens.refresh_token.or(record.refresh_token);
        record.ended = None;
        record.revision += 1;
        Ok(Self::from_record(record))
    }

    /// The session after a verdict of the service. Its tokens stay readable for who asks whose session it was.
    pub fn ended(&self, error: &Error) -> Self {
        let mut record = self.record.clone();
        let info = AuthErrorInfo::from(error.clone());
        record.ended = Some(EndRecord {
            code: info.code,
            text: info.text,
            service_code: info.service_code,
            request_id: info.request_id,
        });
        record.revision += 1;
        Self::from_record(record)
    }

    /// Whether the tokens are good for a while yet.
    pub fn is_fresh(&self, service_now: SystemTime) -> bool {
        unix_seconds(service_now) < self.renew_at
    }

    /// Whether the tokens work now.
    pub fn is_valid(&self, service_now: SystemTime) -> bool {
        unix_seconds(service_now) < self.expires_at
    }

    pub fn expires_at(&self) -> SystemTime {
        from_unix_seconds(self.expires_at)
    }

    pub fn issued_at(&self) -> Option<SystemTime> {
        self.access_claims.issued_at
    }

    pub fn user(&self) -> AuthUser {
        AuthUser { username: self.record.username.clone(), user_id: self.record.user_id.clone() }
    }

    /// The error that callers get once the session has ended.
    pub fn end(&self) -> Option<Error> {
        self.record.ended.clone().map(|end| {
            let EndRecord { code, text, service_code, request_id } = end;
            Error::SessionExpired { reason: code, text, service_code, request_id }
        })
    }

    pub fn state(&self) -> AuthState {
        match self.end() {
            None => AuthState::SignedIn { user: self.user() },
            Some(error) => AuthState::SessionExpired { user: self.user(), error: error.into() },
        }
    }
}

fn claims_of(token: &str) -> TokenClaims {
    TokenClaims::from_map(jwt::claims(token).unwrap_or_default())
}
