//! Sign-up: create the account, confirm it with the code, send the code again.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::attributes::checked;
use crate::config::{AuthConfiguration, AuthFlow};
use crate::error::Result;
use crate::events::{AuthEvent, Hub};
use crate::factors::CodeDeliveryDetails;
use crate::protocol::user_pool::{ConfirmSignUp, NameValue, ResendConfirmationCode, SignUp, UserAttribute, UserPool};
use crate::srp::secret_hash;
use crate::support::input::check_code;
use crate::support::options::client_metadata_builder;
use crate::support::ordered::ordered;
use crate::support::secret::Secret;
use crate::support::shown::shows;

/// Options of `signUp`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct SignUpOptions {
    /// Attributes of the new user.
    #[uniffi(default)]
    pub user_attributes: Vec<UserAttribute>,
    /// `ValidationData`: for the pre-sign-up trigger only; not stored.
    #[uniffi(default)]
    pub validation_data: HashMap<String, String>,
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
    /// Signs the user in by itself as soon as the account is confirmed; events tell how it went. The password is kept
    /// for that in memory only.
    #[uniffi(default = None)]
    pub auto_sign_in: Option<AutoSignInOptions>,
}
shows!(SignUpOptions { user_attributes, validation_data: names, client_metadata: names, auto_sign_in });

/// The sign-in that comes by itself after a sign-up.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct AutoSignInOptions {
    /// Whether it shall come.
    #[uniffi(default = true)]
    pub enabled: bool,
    /// How to sign in; absent: as the configuration says. A sign-up that gave a session needs none of it.
    #[uniffi(default = None)]
    pub auth_flow: Option<AuthFlow>,
    /// Merged into `client_metadata`, as that of `signIn` is.
    #[uniffi(default)]
    pub validation_data: HashMap<String, String>,
    /// `ClientMetadata` for the pool's Lambda triggers, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(AutoSignInOptions { enabled, auth_flow, validation_data: names, client_metadata: names });

impl Default for AutoSignInOptions {
    fn default() -> Self {
        let (validation_data, client_metadata) = (HashMap::new(), HashMap::new());
        Self { enabled: true, auth_flow: None, validation_data, client_metadata }
    }
}

impl SignUpOptions {
    /// Adds an attribute of the new user.
    #[must_use]
    pub fn attribute(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.user_attributes.push(UserAttribute::new(name, value));
        self
    }

    /// Signs the user in by itself as soon as the account is confirmed.
    #[must_use]
    pub fn auto_sign_in(mut self, options: AutoSignInOptions) -> Self {
        self.auto_sign_in = Some(options);
        self
    }

    /// Adds an entry for the pre-sign-up trigger.
    #[must_use]
    pub fn validation_data(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.validation_data.insert(key.into(), value.into());
        self
    }
}

/// Options of `confirmSignUp`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ConfirmSignUpOptions {
    /// Takes an e-mail address or phone number that another account has verified away from it
    /// (`ForceAliasCreation`). Absent: the service's default, which is not to.
    #[uniffi(default = None)]
    pub force_alias_creation: Option<bool>,
    /// `ClientMetadata` for the post-confirmation trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(ConfirmSignUpOptions { force_alias_creation, client_metadata: names });

/// Options of `resendSignUpCode`.
#[derive(Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct ResendSignUpCodeOptions {
    /// `ClientMetadata` for the custom-message trigger, over the configured one.
    #[uniffi(default)]
    pub client_metadata: HashMap<String, String>,
}
shows!(ResendSignUpCodeOptions { client_metadata: names });

client_metadata_builder!(SignUpOptions, AutoSignInOptions, ConfirmSignUpOptions, ResendSignUpCodeOptions);

/// What comes after a sign-up call.
#[derive(Clone, PartialEq, Eq, uniffi::Enum)]
pub enum SignUpStep {
    /// Ask the user for the code and call `confirmSignUp`.
    ConfirmUser {
        /// Where the code was sent; absent if the service sent none.
        delivery_details: Option<CodeDeliveryDetails>,
        /// The `sub` of the new user.
        user_id: Option<String>,
    },
    /// The account can be used, and `autoSignIn` signs the user in without asking them anything again.
    CompleteAutoSignIn,
    /// The account can be used.
    Done,
}
shows!(enum SignUpStep { ConfirmUser { delivery_details }, CompleteAutoSignIn, Done });

/// The result of `signUp` and `confirmSignUp`.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
pub struct SignUpResult {
    /// Whether the account can be used.
    pub is_sign_up_complete: bool,
    /// What to do next.
    pub next_step: SignUpStep,
    /// The `sub` of the new user; `signUp` gives it, `confirmSignUp` does not.
    pub user_id: Option<String>,
}
shows!(SignUpResult { is_sign_up_complete, next_step });

/// The account calls of one client.
#[derive(Debug)]
pub(crate) struct Accounts {
    configuration: Arc<AuthConfiguration>,
    pub(super) pool: Arc<UserPool>,
    pub(super) hub: Arc<Hub>,
}

impl Accounts {
    pub fn new(configuration: Arc<AuthConfiguration>, pool: Arc<UserPool>, hub: Arc<Hub>) -> Self {
        Self { configuration, pool, hub }
    }

    /// Also gives the session that can sign the user in, if the service gave one.
    pub async fn sign_up(
        &self,
        username: String,
        password: Option<Secret>,
        options: SignUpOptions,
    ) -> Result<(SignUpResult, Option<Secret>)> {
        let user_attributes = checked(options.user_attributes)?;
        let call = SignUp {
            client_id: self.client_id(),
            secret_hash: self.secret_hash(&username),
            username: username.clone(),
            password,
            user_attributes,
            validation_data: pairs(options.validation_data),
            client_metadata: self.metadata(options.client_metadata),
        };
        let answer = self.pool.call(&call).await;
        let answer = answer.map_err(|error| error.without(call.password.as_ref().map(Secret::expose)))?;
        let user_id = answer.user_sub;
        let next_step = if answer.user_confirmed {
            SignUpStep::Done
        } else {
            let delivery_details = answer.code_delivery_details.map(CodeDeliveryDetails::from);
            SignUpStep::ConfirmUser { delivery_details, user_id: user_id.clone() }
        };
        self.hub.emit(&AuthEvent::SignedUp { username, needs_confirmation: !answer.user_confirmed });
        Ok((SignUpResult { is_sign_up_complete: answer.user_confirmed, next_step, user_id }, answer.session))
    }

    /// Takes the session of the sign-up, and gives its successor.
    pub async fn confirm(
        &self,
        username: String,
        code: String,
        session: Option<Secret>,
        options: ConfirmSignUpOptions,
    ) -> Result<(SignUpResult, Option<Secret>)> {
        let confirmation_code = check_code(&code)?;
        let call = ConfirmSignUp {
            client_id: self.client_id(),
            secret_hash: self.secret_hash(&username),
            username: username.clone(),
            confirmation_code,
            force_alias_creation: options.force_alias_creation,
            session,
            client_metadata: self.metadata(options.client_metadata),
        };
        let answer = self.pool.call(&call).await;
        let answer = answer.map_err(|error| error.without([call.confirmation_code.expose()]))?;
        self.hub.emit(&AuthEvent::SignUpConfirmed { username });
        let result = SignUpResult { is_sign_up_complete: true, next_step: SignUpStep::Done, user_id: None };
        Ok((result, answer.session))
    }

    pub async fn resend_code(&self, username: String, options: ResendSignUpCodeOptions) -> Result<CodeDeliveryDetails> {
        let answer = self
            .pool
            .call(&ResendConfirmationCode {
                client_id: self.client_id(),
                secret_hash: self.secret_hash(&username),
                username,
                client_metadata: self.metadata(options.client_metadata),
            })
            .await?;
        Ok(answer.delivery())
    }

    pub(super) fn client_id(&self) -> String {
        self.configuration.client_id().to_owned()
    }

    pub(super) fn secret_hash(&self, username: &str) -> Option<Secret> {
        secret_hash::for_user(&self.configuration, username)
    }

    pub(super) fn metadata(&self, per_call: HashMap<String, String>) -> BTreeMap<String, String> {
        self.configuration.client_metadata_under(per_call)
    }
}

fn pairs(map: HashMap<String, String>) -> Vec<NameValue> {
    ordered(map).into_iter().map(|(name, value)| NameValue { name, value }).collect()
}
