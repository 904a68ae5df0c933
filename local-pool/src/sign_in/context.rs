//! What every step of a sign-in works with: the request, its client and its pool.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::attempt::Attempt;
use crate::crypto::srp;
use crate::error::{Outcome, ServiceError};
use crate::pools::{Client, Pool};
use crate::service::Call;
use crate::store::users;
use crate::users::User;

/// One request of a sign-in.
pub(crate) struct SignIn<'a> {
    pub call: &'a Call,
    pub pool: Arc<Pool>,
    pub client: Arc<Client>,
    /// What triggers see as `clientMetadata`: that of RespondToAuthChallenge, nothing at InitiateAuth.
    pub client_metadata: Map<String, Value>,
    /// `DEVICE_KEY` of this request.
    pub device_key: Option<String>,
    pub ends_with: EndsWith,
}

/// What somebody who has proven everything is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndsWith {
    /// `AuthenticationResult`
    Tokens,
    /// `{"SignedIn": USERNAME}`: the hosted pages go on from there, and know no devices.
    Name,
}

/// `AuthParameters` or `ChallengeResponses`.
pub(crate) type Parameters = BTreeMap<String, String>;

/// A parameter that must be there and not empty.
pub(crate) fn required<'a>(parameters: &'a Parameters, name: &str) -> Outcome<&'a str> {
    let value = parameters.get(name).filter(|value| !value.is_empty()).map(String::as_str);
    value.ok_or_else(|| ServiceError::invalid_parameter(format!("Missing required parameter {name}")))
}

/// `SRP_A`, when it is a number that a client can begin with.
pub(crate) fn srp_a(parameters: &Parameters) -> Outcome<String> {
    let srp_a = required(parameters, "SRP_A")?;
    srp::client_public(srp_a).map_err(|_| ServiceError::invalid_parameter("Invalid SRP_A."))?;
    Ok(srp_a.to_owned())
}

/// As long as the key of a device can be.
const LONGEST_KEY: usize = 55;

/// `DEVICE_KEY`, when it is there and not empty. One that is too long is no device's, and not kept whole.
pub(crate) fn device_key(parameters: &Parameters) -> Option<String> {
    let key = parameters.get("DEVICE_KEY").filter(|key| !key.is_empty())?;
    Some(key.chars().take(LONGEST_KEY + 1).collect())
}

impl<'a> SignIn<'a> {
    /// A request that neither triggers nor devices have to do with.
    pub fn bare(call: &'a Call, pool: Arc<Pool>, client: Arc<Client>) -> Self {
        Self { call, pool, client, client_metadata: Map::new(), device_key: None, ends_with: EndsWith::Tokens }
    }
}

impl SignIn<'_> {
    /// Changes the attempt's user, who has to be there still, in one transaction.
    pub fn change_user<T>(
        &self,
        attempt: &Attempt,
        change: impl FnOnce(&Connection, &mut User) -> Outcome<T>,
    ) -> Outcome<T> {
        let service = &self.call.service;
        service.store.write(|db| {
            let found = users::find(db, &self.pool, &attempt.username)?;
            let found = found.filter(|user| attempt.sub.as_ref() == Some(&user.sub));
            let mut user = found.ok_or_else(ServiceError::invalid_session)?;
            let result = change(db, &mut user)?;
            user.modified_ms = service.now_ms();
            users::update(db, &self.pool, &user)?;
            Ok(result)
        })
    }
}

/// What a client sends to RespondToAuthChallenge, past the checks that all challenges share.
pub(crate) struct Response<'a> {
    /// `ChallengeName`
    pub challenge: &'a str,
    pub parameters: &'a Parameters,
    pub session: Option<&'a str>,
    /// The internal name of the user that USERNAME names, by whatever name, or what stands for it.
    pub named: String,
    /// Whether there is such a user.
    pub is_known: bool,
    /// USERNAME as sent.
    pub typed: &'a str,
}

impl Response<'_> {
    /// Whether USERNAME is one of the names of the attempt's user.
    pub fn is_for(&self, attempt: &Attempt) -> bool {
        self.named == attempt.username && (self.is_known || attempt.sub.is_none())
    }
}
