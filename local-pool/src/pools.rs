//! What new pools and clients are given and may have.

use crate::error::Outcome;
use crate::model::client_oauth::{self, Surroundings};
use crate::random::Random;
use crate::store::{Store, identity_providers, resource_servers};

pub(crate) use crate::model::client::{Client, ClientSettings};
pub(crate) use crate::model::pool::{Pool, PoolSettings};

/// A new pool id: the region, `_`, nine letters and digits.
pub(crate) fn new_pool_id(region: &str, random: &Random) -> String {
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    format!("{region}_{}", random.text(9, alphabet))
}

pub(crate) fn new_client_id(random: &Random) -> String {
    random.text(26, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

pub(crate) fn new_client_secret(random: &Random) -> String {
    random.text(52, b"0123456789abcdefghijklmnopqrstuvwxyz")
}

/// Whether a client of the pool can have these OAuth settings.
pub(crate) fn check_oauth(
    store: &Store,
    pool: &Pool,
    settings: &ClientSettings,
    client_has_secret: bool,
) -> Outcome<()> {
    let (servers, providers) =
        store.read(|db| Ok((resource_servers::list(db, &pool.id)?, identity_providers::list(db, &pool.id)?)))?;
    let custom_scopes: Vec<String> = servers.iter().flat_map(|server| server.scope_names()).collect();
    let providers: Vec<String> = providers.into_iter().map(|provider| provider.name).collect();
    let around =
        Surroundings { pool_id: &pool.id, client_has_secret, custom_scopes: &custom_scopes, providers: &providers };
    client_oauth::check(settings, &around)
}
