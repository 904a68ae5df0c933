//! The operations of `cognito-idp` that an app calls, one struct each, and the one way to call them.

mod attribute;
mod auth;
mod context;
mod devices;
mod lenient;
mod mfa_preference;
mod password;
mod sign_up;
mod software_token;
mod tokens;
mod user;
mod web_authn;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

pub(crate) use super::service::{Call, Nothing};
use super::service::{Operation, Service};
use super::transport::Transport;
use crate::config::AuthConfiguration;
use crate::error::{Error, Result};
use crate::support::clock::ServiceClock;
use crate::support::json::Members;
use crate::support::random::Random;
use crate::support::task::{Anything, given};

pub use attribute::UserAttribute;
pub(crate) use attribute::attribute_name;
pub(crate) use auth::{AuthAnswer, AuthenticationResult, InitiateAuth, NewDeviceMetadata, RespondToAuthChallenge};
pub(crate) use context::{AnalyticsMetadata, ClientContext, NoContext, RequestContext, UserContextData};
pub(crate) use devices::{
    ConfirmDevice, Device, DeviceSecretVerifierConfig, ForgetDevice, ListDevices, UpdateDeviceStatus,
};
pub(crate) use mfa_preference::{MfaSettings, SetUserMfaPreference};
pub(crate) use password::{ChangePassword, ConfirmForgotPassword, ForgotPassword};
pub(crate) use sign_up::{ConfirmSignUp, NameValue, ResendConfirmationCode, SignUp};
pub(crate) use software_token::{AssociateAnswer, AssociateSoftwareToken, VerifyAnswer, VerifySoftwareToken};
pub(crate) use tokens::{GetTokensFromRefreshToken, GlobalSignOut, RevokeToken};
pub(crate) use user::{
    DeleteUser, DeleteUserAttributes, GetUser, GetUserAttributeVerificationCode, UpdateUserAttributes,
    VerifyUserAttribute,
};
pub(crate) use web_authn::{
    CompleteWebAuthnRegistration, DeleteWebAuthnCredential, ListWebAuthnCredentials, StartWebAuthnRegistration,
    WebAuthnCredential,
};

/// The user-pool service (`cognito-idp`).
#[derive(Debug)]
pub(crate) struct UserPool {
    service: Service,
    /// Whether the configuration has a user pool.
    exists: bool,
    context: Arc<dyn RequestContext>,
}

impl UserPool {
    pub fn new(
        configuration: &AuthConfiguration,
        transport: Arc<dyn Transport>,
        clock: Arc<ServiceClock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let service = Service {
            target: "AWSCognitoIdentityProviderService",
            endpoint: configuration.endpoint().clone(),
            total_timeout: configuration.total_timeout(),
            transport,
            clock,
            random,
        };
        Self { service, exists: configuration.has_user_pool(), context: Arc::new(NoContext) }
    }

    /// With a context for the operations that take one.
    #[must_use]
    pub fn with_context(mut self, context: Arc<dyn RequestContext>) -> Self {
        self.context = context;
        self
    }

    /// Calls the operation, see [`Service::call`].
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Answer> {
        let write = |to: &mut dyn std::io::Write| serde_json::to_writer(to, call);
        given(self.send(Operation::of::<C>(&write), call.context_username()).await?)
    }

    async fn send(&self, operation: Operation<'_>, username: Option<&str>) -> Result<Anything> {
        if !self.exists {
            let problem = "is missing: this call needs a user pool".to_owned();
            return Err(Error::Configuration { key: "user_pool_id".to_owned(), problem });
        }
        let context = self.context_of(username).await?;
        self.service.call(operation, &context).await
    }

    /// What goes along with a call about that user, as JSON; empty: nothing.
    async fn context_of(&self, username: Option<&str>) -> Result<Vec<u8>> {
        let Some(username) = username else { return Ok(Vec::new()) };
        let context = self.context.about(username).await;
        serde_json::to_vec(&context).map_err(|error| Error::internal(error.to_string()))
    }
}

/// Lambda data and the like: left out when there is none, since the service has no use for an empty map.
type TextMap = BTreeMap<String, String>;

/// `null` counts as absent.
fn null_is_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A map of texts as servers really send it: `null` counts as absent, and a number or an object is kept as its JSON.
fn lenient_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TextMap, D::Error> {
    let sent: Option<Members> = lenient::object(deserializer)?;
    let text = |(key, value): (String, Box<RawValue>)| match value.get() {
        "null" => None,
        text => Some((key, serde_json::from_str(text).unwrap_or_else(|_| text.to_owned()))),
    };
    Ok(sent.unwrap_or_default().into_iter().filter_map(text).collect())
}

#[cfg(test)]
mod tests;
