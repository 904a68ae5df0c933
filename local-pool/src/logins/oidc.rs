//! Id tokens of OpenID Connect providers: the built-in ones, and those that are asked for their keys.

use super::bearer::Bearer;
use super::flaw;
use crate::crypto::jws::Jws;
use crate::error::{Outcome, ServiceError};
use crate::model::identity_pool::IdentityPool;
use crate::oidc_providers::name_in;
use crate::service::Service;
use crate::signing_keys::ServerKey;

/// The provider of the identity pool that a login names.
pub(super) fn arn<'a>(pool: &'a IdentityPool, key: &str) -> Option<&'a str> {
    let key = key.trim_end_matches('/');
    let mut arns = pool.settings.open_id_connect_provider_arns.iter();
    arns.find(|arn| name_in(arn) == Some(key)).map(String::as_str)
}

pub(super) async fn verify(service: &Service, arn: &str, key: &str, token: &str) -> Outcome<Bearer> {
    let provider = service.oidc_providers.by_arn(arn);
    let read = flaw::read(token)?;
    flaw::check_issuer(&read, key)?;
    flaw::check_audience_is_there(&read)?;
    let subject = flaw::required(&read, "sub")?.to_owned();
    check_signature(service, &provider.issuer, provider.discover, &read).await?;
    flaw::check_time(service.now_ms(), flaw::begins(&read), read.number("exp"), flaw::GRACE_S)?;
    let clients = read.text("azp").map_or_else(|| read.audience(), |party| vec![party]);
    let is_ours =
        |client: &&&str| provider.client_ids.is_empty() || provider.client_ids.iter().any(|id| id == **client);
    let client = *clients.iter().find(is_ours).ok_or_else(flaw::wrong_audience)?;
    let name = key.trim_end_matches('/').to_owned();
    Ok(Bearer {
        mapping_key: arn.to_owned(),
        method: format!("{name}:{client}:{subject}"),
        provider: name,
        subject,
        claims: read.claims,
    })
}

async fn check_signature(service: &Service, issuer: &str, discover: bool, token: &Jws<'_>) -> Outcome<()> {
    let is_signed = if discover {
        let found = service.oidc_providers.discovery.keys(issuer, token.kid(), service.now_ms()).await;
        let keys = found.map_err(|error| {
            ServiceError::external_service("The identity provider could not be reached.").because(error.0)
        })?;
        keys.iter().any(|key| key.verifies(token))
    } else {
        let key = service.keys.of_server(&service.store, ServerKey::Providers).await?;
        token.kid() == Some(&key.kid) && key.public().verifies(token)
    };
    if is_signed { Ok(()) } else { Err(flaw::unverified()) }
}
