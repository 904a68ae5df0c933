//! What one sign-in knows, and the one place where its requests get what they all carry.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::config::{AuthConfiguration, AuthFlow};
use crate::protocol::user_pool::{InitiateAuth, RespondToAuthChallenge};
use crate::srp::client::Ephemeral;
use crate::srp::secret_hash;
use crate::support::random::Random;
use crate::support::secret::Secret;

use super::call::AuthCall;

/// What the caller gave.
#[derive(Clone, Debug)]
pub(crate) struct Parameters {
    pub username: String,
    pub password: Option<Secret>,
    pub flow: AuthFlow,
    /// Already merged: configured, then per call, then validation data.
    pub client_metadata: BTreeMap<String, String>,
}

/// What a pure step may need from the outside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs<'a> {
    /// The service's time.
    pub now: SystemTime,
    pub random: &'a dyn Random,
}

/// One sign-in's knowledge; it travels with the dialog.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub configuration: Arc<AuthConfiguration>,
    pub password: Option<Secret>,
    pub ephemeral: Option<Ephemeral>,
    pub client_metadata: BTreeMap<String, String>,
    /// What was typed, until the service says its own name for the user.
    username: String,
    /// Always the newest: each answer's session replaces the one before.
    session: Option<Secret>,
}

impl Context {
    pub fn new(configuration: Arc<AuthConfiguration>, parameters: Parameters) -> Self {
        Self {
            configuration,
            password: parameters.password,
            ephemeral: None,
            client_metadata: parameters.client_metadata,
            username: parameters.username,
            session: None,
        }
    }

    /// The user name that requests carry.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Takes over what an answer says about the sign-in itself.
    pub fn learn(&mut self, session: Option<Secret>, challenge_parameters: &BTreeMap<String, String>) {
        self.session = session;
        let named = |key| challenge_parameters.get(key).filter(|name| !name.is_empty());
        if let Some(name) = named("USER_ID_FOR_SRP").or_else(|| named("USERNAME")) {
            self.username.clone_from(name);
        }
    }

    /// The first request.
    pub fn initiate<const N: usize>(&self, auth_flow: &'static str, parameters: [(&str, Secret); N]) -> AuthCall {
        AuthCall::Initiate(InitiateAuth {
            auth_flow,
            client_id: self.configuration.client_id().to_owned(),
            auth_parameters: self.with_identity(parameters),
            client_metadata: self.client_metadata.clone(),
            session: None,
        })
    }

    /// The answer to a challenge.
    pub fn respond<const N: usize>(&self, challenge_name: &str, responses: [(&str, Secret); N]) -> AuthCall {
        AuthCall::Respond(RespondToAuthChallenge {
            client_id: self.configuration.client_id().to_owned(),
            challenge_name: challenge_name.to_owned(),
            challenge_responses: self.with_identity(responses),
            session: self.session.clone(),
            client_metadata: self.client_metadata.clone(),
        })
    }

    /// Adds what every request of a sign-in carries: who it is about and the proof of the app client's secret, which
    /// is made over exactly the name in the same request.
    fn with_identity<const N: usize>(&self, own: [(&str, Secret); N]) -> BTreeMap<String, Secret> {
        let mut parameters: BTreeMap<_, _> = own.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        if let Some(hash) = secret_hash::for_user(&self.configuration, &self.username) {
            parameters.insert("SECRET_HASH".to_owned(), hash);
        }
        parameters.insert("USERNAME".to_owned(), self.username.as_str().into());
        parameters
    }
}
