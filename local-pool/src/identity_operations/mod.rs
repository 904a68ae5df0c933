//! The operations of identity pools (`cognito-identity`), one file each, and their dispatch by name.

use serde_json::{Map, Value};

use crate::error::{Outcome, ServiceError};
use crate::identities::{Identity, IdentityPool};
use crate::service::{Call, Service};
use crate::store::{identities, identity_pools};
use crate::wire::answer::Answer;
use crate::wire::{model, request};

macro_rules! operations {
    ($($name:literal => $module:ident),+ $(,)?) => {
        $(mod $module;)+

        /// The operations of identity pools that this server serves, in alphabetical order.
        pub const IDENTITY_OPERATIONS: &[&str] = &[$($name),+];

        async fn dispatch(call: &Call, operation: &str, body: Map<String, Value>) -> Outcome<Answer> {
            match operation {
                $($name => {
                    let request = request::typed(body, model::members($name)).map_err(as_here)?;
                    Box::pin($module::run(call, request)).await
                })+
                _ => Err(ServiceError::unknown_operation()),
            }
        }
    };
}

/// Runs an operation.
pub(crate) async fn run(call: &Call, operation: &str, body: Map<String, Value>) -> Outcome<Answer> {
    dispatch(call, operation, body).await
}

/// What breaks the model has another name here than at user pools.
fn as_here(error: ServiceError) -> ServiceError {
    match error.message {
        Some(text) if error.name == "InvalidParameterException" => ServiceError::validation(text),
        message => ServiceError { message, ..error },
    }
}

operations! {
    "CreateIdentityPool" => create_identity_pool,
    "DeleteIdentities" => delete_identities,
    "DeleteIdentityPool" => delete_identity_pool,
    "DescribeIdentity" => describe_identity,
    "DescribeIdentityPool" => describe_identity_pool,
    "GetCredentialsForIdentity" => get_credentials_for_identity,
    "GetId" => get_id,
    "GetIdentityPoolRoles" => get_identity_pool_roles,
    "GetOpenIdToken" => get_open_id_token,
    "GetOpenIdTokenForDeveloperIdentity" => get_open_id_token_for_developer_identity,
    "GetPrincipalTagAttributeMap" => get_principal_tag_attribute_map,
    "ListIdentities" => list_identities,
    "ListIdentityPools" => list_identity_pools,
    "LookupDeveloperIdentity" => lookup_developer_identity,
    "MergeDeveloperIdentities" => merge_developer_identities,
    "SetIdentityPoolRoles" => set_identity_pool_roles,
    "SetPrincipalTagAttributeMap" => set_principal_tag_attribute_map,
    "UnlinkDeveloperIdentity" => unlink_developer_identity,
    "UnlinkIdentity" => unlink_identity,
    "UpdateIdentityPool" => update_identity_pool,
}

fn pool(service: &Service, id: &str) -> Outcome<IdentityPool> {
    service.store.read(|db| identity_pools::by_id(db, id))
}

/// An identity and the pool it is of.
fn identity_and_pool(service: &Service, identity_id: &str) -> Outcome<(Identity, IdentityPool)> {
    service.store.read(|db| {
        let identity = identities::by_id(db, identity_id)?;
        let pool = identity_pools::by_id(db, &identity.pool_id)?;
        Ok((identity, pool))
    })
}
