//! Signing in: the attempt that a session stands for, the order of the steps, and what surrounds a password check.

pub(crate) mod attempt;
pub(crate) mod choice;
pub(crate) mod custom_flow;
pub(crate) mod device;
pub(crate) mod lock_out;
pub(crate) mod order;
pub(crate) mod password;
pub(crate) mod pre_authentication;
pub(crate) mod second_factor;
pub(crate) mod sign_up_session;
pub(crate) mod srp;

use std::sync::Arc;

use serde_json::{Map, Value, json};

use self::attempt::Attempt;
use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::users;
use crate::users::User;

/// A sign-in between two requests.
pub(crate) struct SignIn<'a> {
    pub call: &'a Call,
    pub pool: Arc<Pool>,
    pub client: Arc<Client>,
    /// What triggers see as `clientMetadata`: that of RespondToAuthChallenge, nothing at InitiateAuth.
    pub client_metadata: Map<String, Value>,
    /// `DEVICE_KEY` of this request.
    pub device_key: Option<String>,
}

/// `AuthParameters` or `ChallengeResponses`.
pub(crate) type Parameters = std::collections::BTreeMap<String, String>;

/// A parameter that must be there and not empty.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &str) -> Outcome<&'a str> {
    let value = parameters.get(name).filter(|value| !value.is_empty()).map(String::as_str);
    value.ok_or_else(|| ServiceError::invalid_parameter(format!("Missing required parameter {name}")))
}

/// `DEVICE_KEY`, when it is there and not empty.
pub(crate) fn device_key(parameters: &Parameters) -> Option<String> {
    parameters.get("DEVICE_KEY").filter(|key| !key.is_empty()).cloned()
}

impl<'a> SignIn<'a> {
    /// A sign-in at its first request.
    pub fn begin(call: &'a Call, pool: Arc<Pool>, client: Arc<Client>, parameters: &Parameters) -> Self {
        Self { call, pool, client, client_metadata: Map::new(), device_key: device_key(parameters) }
    }
}

impl SignIn<'_> {
    /// The user of a name; None when there is none and the client hides that.
    pub fn user_named(&self, name: &str) -> Outcome<Option<User>> {
        match self.call.service.store.read(|db| users::find(db, &self.pool, name))? {
            None if !self.client.hides_users() => Err(ServiceError::no_such_user()),
            found => device::check_key(self, found.as_ref().map(|user| user.username.as_str())).map(|()| found),
        }
    }

    /// The user an attempt is for, as they are now.
    pub fn user_of(&self, attempt: &Attempt) -> Outcome<Option<User>> {
        if !attempt.known {
            return Ok(None);
        }
        let found = self.call.service.store.read(|db| users::find(db, &self.pool, &attempt.username))?;
        // Deleted since the attempt began.
        found.map(Some).ok_or_else(|| {
            if self.client.hides_users() { ServiceError::wrong_credentials() } else { ServiceError::no_such_user() }
        })
    }

    /// The next challenge, with a new session for the attempt.
    pub fn challenge(&self, name: &str, parameters: Map<String, Value>, attempt: &Attempt) -> Outcome<Value> {
        let session = attempt::open(self, name, attempt)?;
        Ok(json!({ "ChallengeName": name, "ChallengeParameters": parameters, "Session": session }))
    }
}
