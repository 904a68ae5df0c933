//! The client as a source of credentials for the AWS SDK for Rust.

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result as Provided, future};

use super::AuthClient;
use crate::credentials::AwsCredentialsOptions;
use crate::error::{AuthError, ErrorCode};

const NAME: &str = "Portcullis";

/// The AWS credentials of whoever uses the app, for service clients of the AWS SDK for Rust: each request for credentials
/// is answered with those of the user who is signed in then, or with a guest's. Printing shows none of them.
///
/// The SDK keeps credentials until they expire, whoever signs in meanwhile. The client keeps them by itself, so turn that
/// off: `.credentials_provider(provider).identity_cache(IdentityCache::no_cache())`.
///
/// # Errors
/// Each has the [`AuthError`] as its source. [`CredentialsError::CredentialsNotLoaded`]: there are none for whoever uses the
/// app, since guests get none (`guest_access_denied`). [`CredentialsError::InvalidConfiguration`]: there is no identity pool
/// (`configuration_invalid`). [`CredentialsError::ProviderError`]: everything else that
/// [`AuthClient::fetch_aws_credentials`] gives.
#[derive(Clone, Debug)]
pub struct AwsCredentialsProvider {
    auth: AuthClient,
    options: AwsCredentialsOptions,
}

impl AwsCredentialsProvider {
    /// The credentials of whoever uses this client.
    #[must_use]
    pub fn new(auth: AuthClient) -> Self {
        Self { auth, options: AwsCredentialsOptions::new() }
    }

    /// Asks for that role, where the identity pool lets the user's token choose one.
    #[must_use]
    pub fn custom_role_arn(mut self, role: impl Into<String>) -> Self {
        self.options = self.options.custom_role_arn(role);
        self
    }

    async fn fetch(&self) -> Provided {
        let credentials = self.auth.fetch_aws_credentials(self.options.clone()).await.map_err(told)?;
        Ok(Credentials::new(
            credentials.access_key_id(),
            credentials.secret_access_key(),
            Some(credentials.session_token().to_owned()),
            Some(credentials.expires_at()),
            NAME,
        ))
    }
}

impl ProvideCredentials for AwsCredentialsProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.fetch())
    }
}

fn told(error: AuthError) -> CredentialsError {
    let is = |code: ErrorCode| error.code() == code.as_str();
    if is(ErrorCode::GuestAccessDenied) {
        CredentialsError::not_loaded(error)
    } else if is(ErrorCode::ConfigurationInvalid) {
        CredentialsError::invalid_configuration(error)
    } else {
        CredentialsError::provider_error(error)
    }
}
