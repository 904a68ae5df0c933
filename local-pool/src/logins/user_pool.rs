//! Id tokens of this server's own user pools.

use super::bearer::Bearer;
use super::flaw;
use crate::crypto::jws::Jws;
use crate::error::{Outcome, ServiceError};
use crate::model::identity_pool::{IdentityPool, UserPoolClient, user_pool_provider};
use crate::pools::Pool;
use crate::service::Service;
use crate::store::{lines, users};

/// The user pool in a provider's name: `cognito-idp.<region>.amazonaws.com/<pool>` or, of this server,
/// `<host:port>/<pool>`.
pub(crate) fn pool_id_of(provider: &str) -> Option<&str> {
    let (_, id) = provider.rsplit_once('/')?;
    let (region, name) = id.rsplit_once('_')?;
    (!region.is_empty() && !name.is_empty()).then_some(id)
}

/// The clients of the user pool that a login names; None when the name is no user pool's or none of this identity
/// pool's.
pub(super) fn clients<'a>(pool: &'a IdentityPool, key: &str) -> Option<Vec<&'a UserPoolClient>> {
    let id = pool_id_of(key)?;
    let listed = pool.settings.cognito_identity_providers.iter();
    let clients: Vec<_> = listed.filter(|client| pool_id_of(&client.provider_name) == Some(id)).collect();
    (!clients.is_empty()).then_some(clients)
}

pub(super) async fn verify(service: &Service, clients: &[&UserPoolClient], key: &str, token: &str) -> Outcome<Bearer> {
    let read = flaw::read(token)?;
    let user_pool = pool_id_of(key).and_then(|id| service.store.pool(id).ok()).ok_or_else(flaw::unsupported)?;
    let issuer = service.issuer(&user_pool);
    if read.text("iss") != Some(&issuer) {
        return Err(flaw::wrong_issuer());
    }
    let provider = user_pool_provider(&user_pool.id);
    if key != provider {
        flaw::check_issuer(&read, key)?;
    }
    flaw::check_audience_is_there(&read)?;
    let subject = flaw::required(&read, "sub")?;
    let keys = service.keys.of_pool(&service.store, &user_pool.id).await?;
    let fitting = [&keys.id, &keys.access].into_iter().find(|key| read.kid() == Some(&key.kid));
    if read.alg() != "RS256" || !fitting.is_some_and(|key| key.public().verifies(&read)) {
        return Err(flaw::unverified());
    }
    flaw::check_time(service.now_ms(), flaw::begins(&read), read.number("exp"), 0)?;
    if read.text("token_use") != Some("id") {
        return Err(flaw::invalid("Not a valid OpenId Connect identity token."));
    }
    let audience = read.audience();
    let client = clients.iter().find(|client| audience.contains(&client.client_id.as_str()));
    let client = client.ok_or_else(flaw::unsupported)?;
    if client.server_side_token_check == Some(true) {
        check_user(service, &user_pool, &read)?;
    }
    Ok(Bearer {
        subject: subject.to_owned(),
        mapping_key: format!("{provider}:{}", client.client_id),
        method: format!("{provider}:CognitoSignIn:{subject}"),
        provider,
        claims: read.claims,
    })
}

/// `ServerSideTokenCheck`: the user is still there, and still signed in.
fn check_user(service: &Service, pool: &Pool, token: &Jws<'_>) -> Outcome<()> {
    let text = |claim: &str| token.text(claim).unwrap_or_default();
    let (user, line) = service
        .store
        .read(|db| Ok((users::find(db, pool, text("cognito:username"))?, lines::find(db, text("event_id"))?)))?;
    let is_there = user.is_some_and(|user| user.enabled && user.sub == text("sub"));
    let is_signed_in = line.is_some_and(|line| !line.revoked);
    let refuse =
        |reason: &'static str| ServiceError::not_authorized("Invalid login token. Token is revoked.").because(reason);
    match (is_there, is_signed_in) {
        (false, _) => Err(refuse("the user is disabled or deleted")),
        (_, false) => Err(refuse("the user has signed out")),
        _ => Ok(()),
    }
}
