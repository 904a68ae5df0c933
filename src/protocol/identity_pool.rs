//! The operations of `cognito-identity` that an app calls. None of them is signed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::service::{Call, Operation, Service};
use super::transport::Transport;
use crate::config::{AuthConfiguration, IdentityPoolConfiguration};
use crate::error::Result;
use crate::support::clock::ServiceClock;
use crate::support::random::Random;
use crate::support::secret::Secret;
use crate::support::task::given;

/// Tokens by the names of those who gave them; none makes a guest.
pub(crate) type Logins = BTreeMap<String, Secret>;

/// The identity-pool service (`cognito-identity`).
#[derive(Debug)]
pub(crate) struct IdentityPool(Service);

impl IdentityPool {
    pub fn new(
        configuration: &AuthConfiguration,
        pool: &IdentityPoolConfiguration,
        transport: Arc<dyn Transport>,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
    ) -> Self {
        Self(Service {
            target: "AWSCognitoIdentityService",
            endpoint: pool.endpoint().clone(),
            total_timeout: configuration.total_timeout(),
            transport,
            clock,
            random,
        })
    }

    /// Calls the operation: one request, or up to three where that is safe. The tokens are cut out of what the service
    /// says of them.
    pub async fn call<C: Call + HasLogins>(&self, call: &C) -> Result<C::Answer> {
        let tokens = || call.logins().values().map(Secret::expose).collect::<Vec<_>>();
        let write = |to: &mut dyn std::io::Write| serde_json::to_writer(to, call);
        let answer = self.0.call(Operation::of::<C>(&write), &[]).await;
        answer.and_then(given).map_err(|error| error.without(tokens()))
    }
}

/// A request that holds tokens of other services.
pub(crate) trait HasLogins {
    fn logins(&self) -> &Logins;
}

/// Twice, it makes a second guest, whom nobody uses.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetId {
    pub identity_pool_id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub logins: Logins,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct IdAnswer {
    pub identity_id: String,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetCredentialsForIdentity {
    pub identity_id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub logins: Logins,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_role_arn: Option<String>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct CredentialsAnswer {
    /// Another than the one that was sent, where the login has an identity of its own.
    pub identity_id: Option<String>,
    pub credentials: Credentials,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Credentials {
    pub access_key_id: String,
    pub secret_key: Secret,
    pub session_token: Secret,
    /// Unix seconds, perhaps with a fraction.
    pub expiration: f64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct GetOpenIdToken {
    pub identity_id: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub logins: Logins,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct OpenIdAnswer {
    pub token: Secret,
}

macro_rules! calls {
    ($($call:ident -> $answer:ident;)*) => {$(
        impl Call for $call {
            const OPERATION: &'static str = stringify!($call);
            const REPEATABLE: bool = true;
            type Answer = $answer;
        }

        impl HasLogins for $call {
            fn logins(&self) -> &Logins {
                &self.logins
            }
        }
    )*};
}

calls! {
    GetId -> IdAnswer;
    GetCredentialsForIdentity -> CredentialsAnswer;
    GetOpenIdToken -> OpenIdAnswer;
}
