//! AWS credentials as they are given to apps.

use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{Error, Result};
use crate::storage::identity_record::{CredentialsRecord, IdentityRecord};
use crate::support::clock::from_unix_milliseconds;
use crate::support::shown::shows;

/// Temporary credentials for AWS services, of one identity of the identity pool (`GetCredentialsForIdentity`). Cheap to
/// clone; printing shows none of them.
///
/// They work until they expire, usually for an hour: a sign-out, even a global one, does not end them sooner.
#[derive(Clone, PartialEq)]
pub struct AwsCredentials {
    identity_id: Arc<str>,
    record: Arc<CredentialsRecord>,
}
shows!(AwsCredentials { record });

impl AwsCredentials {
    /// Those of an identity that was fetched with them.
    pub(crate) fn of(identity: &IdentityRecord) -> Result<Self> {
        let record = identity.credentials.clone().ok_or_else(|| Error::internal("credentials were not fetched"))?;
        Ok(Self { identity_id: identity.identity_id.as_str().into(), record: Arc::new(record) })
    }

    /// Whose they are, for example `eu-west-1:00000000-1111-2222-3333-444444444444`.
    #[must_use]
    pub fn identity_id(&self) -> &str {
        &self.identity_id
    }

    /// The access key's id.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.record.access_key_id
    }

    /// The secret access key.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        self.record.secret_access_key.expose()
    }

    /// The session token, which goes with every request.
    #[must_use]
    pub fn session_token(&self) -> &str {
        self.record.session_token.expose()
    }

    /// When they expire, by the service's clock.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        from_unix_milliseconds(self.record.expires_at)
    }
}

/// Options of `fetchAWSCredentials`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct AwsCredentialsOptions {
    /// Fetch new credentials even if the present ones are fresh, for example after the user's groups changed.
    #[uniffi(default = false)]
    pub force_refresh: bool,
    /// The role to take, where the identity pool lets the user's token choose one (`CustomRoleArn`); absent: the identity
    /// pool decides.
    #[uniffi(default = None)]
    pub custom_role_arn: Option<String>,
}
shows!(AwsCredentialsOptions { force_refresh, custom_role_arn });

impl AwsCredentialsOptions {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fetches new credentials even if the present ones are fresh.
    #[must_use]
    pub const fn force_refresh(mut self, force: bool) -> Self {
        self.force_refresh = force;
        self
    }

    /// Asks for that role.
    #[must_use]
    pub fn custom_role_arn(mut self, role: impl Into<String>) -> Self {
        self.custom_role_arn = Some(role.into()).filter(|role| !role.is_empty());
        self
    }
}
