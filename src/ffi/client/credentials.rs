//! The calls about AWS credentials, identities and federation.

use std::collections::HashMap;
use std::sync::Arc;

use super::AuthCore;
use super::table::calls;
use crate::credentials::{AwsCredentialsOptions, AwsRequest, FederateOptions, FederatedInfo, FederatedProvider};
use crate::ffi::credentials::{AwsCredentialSet, BridgedTokenProvider, CoreTokenProvider};
use crate::ffi::secret_text::SecretText;

calls! {
    /// AWS credentials of whoever uses the app.
    fn fetch_aws_credentials(client, options: AwsCredentialsOptions) -> AwsCredentialSet {
        async { client.fetch_aws_credentials(options).await.map(AwsCredentialSet::from) }
    }

    /// Signs a plain HTTP request with the AWS credentials of whoever uses the app.
    fn sign_aws_request(client, request: AwsRequest) -> HashMap<String, String> { client.sign_aws_request(request) }

    /// The id that whoever uses the app has at the identity pool.
    fn fetch_identity_id(client) -> String { client.fetch_identity_id() }

    /// An OpenID token of the identity.
    fn fetch_open_id_token(client) -> String { client.fetch_open_id_token() }

    /// Forgets the identity of whoever uses the app on this device.
    fn clear_identity(client) -> () { client.clear_identity() }

    /// Exchanges the token of another provider for AWS credentials.
    fn federate_to_identity_pool(
        client, provider: FederatedProvider, token: SecretText, options: FederateOptions,
    ) -> AwsCredentialSet {
        async {
            let federated = client.federate_to_identity_pool(provider, &*token, options).await;
            federated.map(AwsCredentialSet::from)
        }
    }

    /// Ends the federation on this device.
    fn clear_federation(client) -> () { client.clear_federation() }
}

#[uniffi::export]
impl AuthCore {
    /// Who is federated, from memory.
    pub fn federated_info(&self) -> Option<FederatedInfo> {
        self.client.federated_info()
    }

    /// Has new tokens of that provider asked for from there; absent: no longer. Gives whether it was asked before.
    pub fn set_token_provider(
        &self,
        provider: FederatedProvider,
        token_provider: Option<Arc<dyn CoreTokenProvider>>,
    ) -> bool {
        let bridged = token_provider.map(|asked| Arc::new(BridgedTokenProvider(asked)) as Arc<_>);
        self.client.set_token_provider(provider, bridged)
    }
}
