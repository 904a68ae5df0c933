//! Issuing tokens: at the end of a sign-in, and again at a refresh.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{claims, pre_token};
use crate::crypto::sha256;
use crate::devices::{LineDevice, Seen, group_key};
use crate::error::{Outcome, ServiceError};
use crate::groups::Membership;
use crate::model::hosted::HostedGrant;
use crate::pools::{Client, Pool};
use crate::random::Random;
use crate::service::Call;
use crate::store::lines::{self, Line};
use crate::store::{devices, groups};
use crate::users::User;

/// A finished sign-in.
pub(crate) struct Begun<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    pub user: &'a User,
    pub device: &'a LineDevice,
    /// `TokenGeneration_…`
    pub source: &'a str,
    /// Where the sign-in was at the hosted pages.
    pub hosted: Option<Hosted<'a>>,
}

/// What tokens of the hosted pages have beyond those of the API.
#[derive(Clone, Copy)]
pub(crate) struct Hosted<'a> {
    pub grant: &'a HostedGrant,
    pub nonce: Option<&'a str>,
    /// When the person signed in; the browser's session may be older than this request.
    pub auth_time_s: i64,
}

/// Whose tokens are wanted, and why.
pub(crate) struct Wanted<'a> {
    pub pool: &'a Pool,
    pub client: &'a Client,
    pub user: &'a User,
    pub line: &'a Line,
    /// `TokenGeneration_…`
    pub source: &'a str,
    pub nonce: Option<&'a str>,
}

/// The tokens of a finished sign-in: starts a line and returns `AuthenticationResult`. They count if `still_so` says so
/// in the transaction that stores them.
pub(crate) async fn start_line(
    call: &Call,
    begun: &Begun<'_>,
    client_metadata: &Map<String, Value>,
    still_so: impl FnOnce(&Connection) -> Outcome<()>,
) -> Outcome<Value> {
    let Begun { pool, client, user, device, source, hosted } = *begun;
    let service = &call.service;
    let now = service.now_ms();
    let line = Line {
        event_id: service.random.uuid(),
        origin_jti: service.random.uuid(),
        pool_id: pool.id.clone(),
        client_id: client.id.clone(),
        username: user.username.clone(),
        auth_time_s: hosted.map_or(now.div_euclid(1000), |hosted| hosted.auth_time_s),
        refresh_until_ms: now + client.refresh_token_life_s() * 1000,
        revoked: false,
        device_key: device.key().map(str::to_owned),
        device_confirmable: matches!(device, LineDevice::Offered { confirmable: true, .. }),
        hosted: hosted.map(|hosted| hosted.grant.clone()),
    };
    let nonce = hosted.and_then(|hosted| hosted.nonce);
    let wanted = Wanted { pool, client, user, line: &line, source, nonce };
    let mut result = access_and_id(call, &wanted, client_metadata).await?;
    let refresh_token = new_refresh_token(&service.random);
    service.store.write(|db| {
        still_so(db)?;
        if let LineDevice::Known(key) = device {
            let seen = Seen { ip: call.peer.to_string(), sdk: call.sdk.clone(), at_ms: now };
            devices::note_sign_in(db, &pool.id, &user.username, key, &seen)?;
        }
        lines::insert(db, &line)?;
        lines::insert_refresh_token(db, &sha256(&[refresh_token.as_bytes()]), &line.event_id)
    })?;
    result["RefreshToken"] = json!(refresh_token);
    if let LineDevice::Offered { key, .. } = device {
        result["NewDeviceMetadata"] = json!({ "DeviceKey": key, "DeviceGroupKey": group_key(pool, user) });
    }
    Ok(result)
}

/// `AuthenticationResult` without a refresh token; without an id token too where only other scopes were granted.
pub(crate) async fn access_and_id(
    call: &Call,
    wanted: &Wanted<'_>,
    client_metadata: &Map<String, Value>,
) -> Outcome<Value> {
    let Wanted { pool, client, user, line, source, nonce } = *wanted;
    let service = &call.service;
    let membership = Membership::of(&service.store.read(|db| groups::of_user(db, &pool.id, &user.username))?);
    let facts = claims::Facts {
        pool,
        client,
        line,
        membership: &membership,
        issuer: &service.issuer(pool),
        issued_at_s: service.now_ms().div_euclid(1000),
        id_jti: service.random.uuid(),
        access_jti: service.random.uuid(),
        nonce,
    };
    let mut claims = claims::of(user, &facts);
    let (user_name, attributes) = (user.username.as_str(), user.event_attributes());
    let occasion = pre_token::Occasion { pool, client, user_name, attributes, membership: &membership, source };
    pre_token::apply(call, occasion, client_metadata, &mut claims).await?;
    let keys = service.keys.of_pool(&service.store, &pool.id).await?;
    let unsigned = || ServiceError::internal("local-pool could not sign a token");
    let access_token = keys.access.sign(&Value::Object(claims.access)).ok_or_else(unsigned)?;
    let mut result = json!({
        "AccessToken": access_token,
        "TokenType": "Bearer",
        "ExpiresIn": client.access_token_life_s(),
    });
    if line.hosted.is_some() {
        claims.id.insert("at_hash".into(), json!(at_hash(&access_token)));
    }
    if line.hosted.as_ref().is_none_or(|grant| grant.has("openid")) {
        result["IdToken"] = json!(keys.id.sign(&Value::Object(claims.id)).ok_or_else(unsigned)?);
    }
    Ok(result)
}

/// The left half of the access token's hash (OpenID Connect Core 1.0, section 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    let [left @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = sha256(&[access_token.as_bytes()]);
    URL_SAFE_NO_PAD.encode(left)
}

/// A refresh token with the form of a JWE (RFC 7516), as Cognito's has. What looks like ciphertext is random.
pub(crate) fn new_refresh_token(random: &Random) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}"#);
    let parts = [256, 12, 640, 16].map(|length| random.base64url(length));
    format!("{header}.{}", parts.join("."))
}
