//! Refreshing, with rotation where the client has it, and revoking.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::issue;
use crate::crypto::sha256;
use crate::error::{Outcome, ServiceError};
use crate::model::hosted::HostedGrant;
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::lines::{self, Line};
use crate::store::{devices, users};
use crate::users::names;

/// New tokens for a refresh token: `AuthenticationResult`.
pub(crate) async fn refresh(
    call: &Call,
    pool: &Pool,
    client: &Client,
    token: &str,
    device_key: Option<&str>,
    client_metadata: &Map<String, Value>,
) -> Outcome<Value> {
    let service = &call.service;
    let hash = sha256(&[token.as_bytes()]);
    let line = service.store.write(|db| usable_line(db, client, &hash, service.now_ms()))??;
    if pool.remembers_devices() && !service.store.read(|db| is_at_its_device(db, &line, device_key))? {
        return Err(ServiceError::not_authorized("Invalid Refresh Token"));
    }
    let user =
        service.store.read(|db| users::find(db, pool, &line.username))?.ok_or_else(ServiceError::no_such_user)?;
    if !user.enabled {
        return Err(ServiceError::not_authorized("User is disabled."));
    }
    let source = "TokenGeneration_RefreshTokens";
    let wanted = issue::Wanted { pool, client, user: &user, line: &line, source, nonce: None };
    let mut result = issue::access_and_id(call, &wanted, client_metadata).await?;
    if client.rotates() {
        let next = issue::new_refresh_token(&service.random);
        // The trigger may have taken its time: only now does the old token count as used, and only once.
        let now = service.now_ms();
        service.store.write(|db| {
            let line = match usable_line(db, client, &hash, now)? {
                Ok(line) => line,
                Err(refusal) => return Ok(Err(refusal)),
            };
            lines::supersede(db, &hash, now)?;
            lines::insert_refresh_token(db, &sha256(&[next.as_bytes()]), &line.event_id)?;
            Ok(Ok(()))
        })??;
        result["RefreshToken"] = json!(next);
    }
    Ok(result)
}

/// What the hosted pages granted with the sign-in of a client's refresh token; None for one of the API, or nobody's.
pub(crate) fn hosted_grant(call: &Call, client: &Client, token: &str) -> Outcome<Option<HostedGrant>> {
    let found = call.service.store.read(|db| lines::find_refresh_token(db, &sha256(&[token.as_bytes()])))?;
    Ok(found.filter(|found| found.line.client_id == client.id).and_then(|found| found.line.hosted))
}

/// Whether a refresh comes with the key of the device that its sign-in was from, if there was one. A device that was
/// offered and never confirmed has no key to come with.
fn is_at_its_device(db: &Connection, line: &Line, given: Option<&str>) -> Outcome<bool> {
    match &line.device_key {
        None => Ok(true),
        Some(key) if given == Some(key) => Ok(devices::find(db, &line.pool_id, &line.username, key)?.is_some()),
        Some(_) => Ok(false),
    }
}

/// The names that a secret hash sent with a refresh token may be over: the user's user name, sub and the attributes
/// they sign in by. Empty for a token nobody was given.
pub(crate) fn owner_names(call: &Call, pool: &Pool, token: &str) -> Outcome<Vec<String>> {
    call.service.store.read(|db| {
        let found = lines::find_refresh_token(db, &sha256(&[token.as_bytes()]))?;
        let Some(found) = found.filter(|found| found.line.pool_id == pool.id) else { return Ok(Vec::new()) };
        let user = users::find(db, pool, &found.line.username)?;
        Ok(user.map(|user| names::of(pool, &user)).unwrap_or_default())
    })
}

/// The line of a refresh token that may still be used, or why not. Reuse after the grace period ends the whole line
/// (RFC 9700, section 4.14.2), which the caller has to commit.
fn usable_line(db: &Connection, client: &Client, hash: &[u8; 32], now_ms: i64) -> Outcome<Result<Line, ServiceError>> {
    let refuse = |text: &str| Ok(Err(ServiceError::not_authorized(text)));
    let Some(found) = lines::find_refresh_token(db, hash)?.filter(|found| found.line.client_id == client.id) else {
        return refuse("Invalid Refresh Token");
    };
    let outside_grace = |since: i64| now_ms >= since + client.rotation_grace_s() * 1000;
    if client.rotates() && found.superseded_ms.is_some_and(outside_grace) {
        lines::revoke(db, &found.line.event_id)?;
        return Ok(Err(ServiceError::refresh_token_reuse("Refresh token has been used before.")));
    }
    if found.line.revoked {
        return refuse("Refresh Token has been revoked");
    }
    if found.line.refresh_until_ms <= now_ms {
        return refuse("Refresh Token has expired");
    }
    Ok(Ok(found.line))
}
