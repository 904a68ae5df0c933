//! What one sign-in knows, and the one place where its requests get what they all carry.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::config::{AuthConfiguration, AuthFlow};
use crate::error::{InputError, Result};
use crate::factors::FirstFactor;
use crate::protocol::user_pool::{InitiateAuth, RespondToAuthChallenge};
use crate::srp::client::{ClientSecret, Ephemeral};
use crate::srp::secret_hash;
use crate::storage::record::DeviceRecord;
use crate::support::ordered::ordered;
use crate::support::random::Random;
use crate::support::secret::Secret;

use super::call::{AuthCall, DEVICE_KEY};
use crate::support::shown::shows;

/// What the caller gave.
#[derive(Clone)]
pub(crate) struct Parameters {
    pub username: String,
    pub password: Option<Secret>,
    pub flow: AuthFlow,
    /// Already merged: configured, then per call, then validation data.
    pub client_metadata: BTreeMap<String, String>,
    /// The session of a sign-up, which signs in without a further question.
    pub sign_up_session: Option<Secret>,
    /// The devices that the service knows, of all accounts.
    pub devices: Vec<DeviceRecord>,
}
shows!(Parameters { flow });

/// What a pure step may need from the outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a> {
    /// The service's time.
    pub now: SystemTime,
    pub random: &'a dyn Random,
}

/// One sign-in's knowledge; it travels with the dialog.
#[derive(Clone)]
pub(crate) struct Context {
    pub configuration: Arc<AuthConfiguration>,
    pub flow: AuthFlow,
    pub password: Option<Secret>,
    pub ephemeral: Option<Ephemeral>,
    pub client_metadata: BTreeMap<String, String>,
    /// Always the newest: each answer's session replaces the one before.
    pub session: Option<Secret>,
    /// The first factor that the person or the app chose, other than a password.
    pub chosen: Option<FirstFactor>,
    /// What was typed.
    pub typed: String,
    /// What was typed, until the service says its own name for the user.
    username: String,
    devices: Vec<DeviceRecord>,
    /// The device that the service no longer knows; from then on the sign-in goes without one.
    lost_device: Option<DeviceRecord>,
}
shows!(Context { flow });

impl Context {
    pub fn new(configuration: Arc<AuthConfiguration>, parameters: Parameters) -> Self {
        let Parameters { username, password, flow, client_metadata, sign_up_session, devices } = parameters;
        Self {
            configuration,
            flow,
            password,
            ephemeral: None,
            client_metadata,
            session: sign_up_session,
            chosen: None,
            typed: username.clone(),
            username,
            devices,
            lost_device: None,
        }
    }

    /// The user name that requests carry.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// The device of this user that the service knows.
    pub fn device(&self) -> Option<&DeviceRecord> {
        if self.lost_device.is_some() {
            return None;
        }
        self.devices.iter().find(|device| device.is_named(&self.username))
    }

    pub fn lost_device(&self) -> Option<&DeviceRecord> {
        self.lost_device.as_ref()
    }

    /// The service does not know the device: the sign-in goes on without one.
    pub fn lose_device(&mut self) {
        self.lost_device = self.device().cloned();
    }

    /// As if this device had just been lost.
    pub fn without(mut self, device: Option<DeviceRecord>) -> Self {
        self.lost_device = device;
        self
    }

    /// Takes over what an answer says about the sign-in itself.
    pub fn learn(&mut self, session: Option<Secret>, challenge_parameters: &BTreeMap<String, String>) {
        self.session = session;
        let named = |key| challenge_parameters.get(key).filter(|name| !name.is_empty());
        if let Some(name) = named("USER_ID_FOR_SRP").or_else(|| named("USERNAME")) {
            self.username.clone_from(name);
        }
    }

    /// The password, for the one request that proves it.
    pub fn take_password(&mut self) -> Result<Secret> {
        let given = self.password.take().filter(|password| !password.is_empty());
        given.ok_or_else(|| InputError::new("password", "this flow needs the user's password").into())
    }

    /// A fresh secret exponent for this attempt; gives its public half.
    pub fn draw_ephemeral(&mut self, inputs: Inputs<'_>) -> Result<Secret> {
        let mut bytes = zeroize::Zeroizing::new([0; 32]);
        inputs.random.fill(&mut *bytes)?;
        let ephemeral = Ephemeral::new(ClientSecret::from_bytes(*bytes))?;
        let srp_a = ephemeral.public_hex().into();
        self.ephemeral = Some(ephemeral);
        Ok(srp_a)
    }

    /// The first request.
    pub fn initiate<const N: usize>(&self, auth_flow: &'static str, parameters: [(&str, Secret); N]) -> AuthCall {
        let parameters = self.with_identity(owned(parameters));
        AuthCall::Initiate(InitiateAuth {
            auth_flow,
            client_id: self.configuration.client_id().to_owned(),
            auth_parameters: parameters,
            client_metadata: self.client_metadata.clone(),
            session: self.session.clone(),
        })
    }

    /// The answer to a challenge.
    pub fn respond(
        &self,
        challenge_name: &str,
        responses: impl IntoIterator<Item = (impl Into<String>, Secret)>,
    ) -> AuthCall {
        let responses = self.with_identity(owned(responses));
        AuthCall::Respond(RespondToAuthChallenge {
            client_id: self.configuration.client_id().to_owned(),
            challenge_name: challenge_name.to_owned(),
            challenge_responses: responses,
            session: self.session.clone(),
            client_metadata: self.client_metadata.clone(),
        })
    }

    /// Adds what every request of a sign-in carries: who it is about, the device that the service knows, and the proof
    /// of the app client's secret, which is made over exactly the name in the same request.
    fn with_identity(&self, own: Vec<(String, Secret)>) -> BTreeMap<String, Secret> {
        let mut parameters = ordered(own);
        if let Some(hash) = secret_hash::for_user(&self.configuration, &self.username) {
            parameters.insert("SECRET_HASH".to_owned(), hash);
        }
        if let Some(device) = self.device() {
            parameters.insert(DEVICE_KEY.to_owned(), device.device_key.as_str().into());
        }
        parameters.insert("USERNAME".to_owned(), self.username.as_str().into());
        parameters
    }
}

/// One type for all lists, so that the map is made by one code.
fn owned(list: impl IntoIterator<Item = (impl Into<String>, Secret)>) -> Vec<(String, Secret)> {
    list.into_iter().map(|(key, value)| (key.into(), value)).collect()
}
