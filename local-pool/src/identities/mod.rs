//! Identities: which one a call means, the role it gets, the credentials and tokens it is given.

pub(crate) mod choice;
pub(crate) mod credentials;
pub(crate) mod developer;
pub(crate) mod links;
pub(crate) mod open_id_token;
pub(crate) mod roles;
pub(crate) mod tags;

pub(crate) use crate::model::identity::Identity;
pub(crate) use crate::model::identity_pool::{
    IdentityPool, IdentityPoolSettings, TagMap, UserPoolClient, user_pool_provider,
};
pub(crate) use crate::model::role_mapping::{PoolRoles, RoleMapping, Rule, RulesConfiguration};
pub(crate) use crate::model::timestamp::seconds;
use crate::random::Random;

/// A new id of a pool or an identity: the region and a UUID.
pub(crate) fn new_id(region: &str, random: &Random) -> String {
    format!("{region}:{}", random.uuid())
}
