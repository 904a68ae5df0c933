//! The dialog of a sign-in, led by pages: the same use cases as InitiateAuth's and RespondToAuthChallenge's, with a name at
//! the end in place of tokens.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::asked::Asked;
use crate::error::{Outcome, ServiceError};
use crate::model::client::secret_hash;
use crate::operations;
use crate::service::Call;
use crate::sign_in::context::{EndsWith, Parameters, Response, SignIn};
use crate::sign_in::flow;
use crate::sign_in::opening::Opening;
use crate::store::users;
use crate::users::{User, names};

/// Where a sign-in stands after a form.
pub(crate) enum Turn {
    SignedIn(Box<User>),
    Asked(Step),
}

/// A question that is out. It travels in the page's form; only the session in it opens anything, and that is checked as
/// one of the API is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Step {
    pub challenge: String,
    pub session: String,
    /// The name as it was typed.
    pub username: String,
    pub parameters: Map<String, Value>,
    /// What SELECT_CHALLENGE lets one choose from.
    #[serde(default)]
    pub available: Vec<String>,
}

impl Step {
    pub fn sealed(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    pub fn unsealed(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).and_then(Value::as_str)
    }
}

/// Begins with a name and its password.
pub(crate) async fn by_password(call: &Call, asked: &Asked, username: &str, password: &str) -> Outcome<Turn> {
    begin(call, asked, username, &[("PASSWORD", password)], false).await
}

/// Begins with a name alone; what it is proven by is to be chosen.
pub(crate) async fn by_choice(call: &Call, asked: &Asked, username: &str) -> Outcome<Turn> {
    begin(call, asked, username, &[], true).await
}

async fn begin(call: &Call, asked: &Asked, username: &str, more: &[(&str, &str)], by_choice: bool) -> Outcome<Turn> {
    let sign_in = sign_in(call, asked);
    let parameters = parameters(asked, username, more);
    let validation_data = Map::new();
    let opening =
        Opening { sign_in: &sign_in, parameters: &parameters, validation_data: &validation_data, session: None };
    let answer = if by_choice {
        let head = head(asked, "AuthFlow", "USER_AUTH");
        operations::paced(call, "InitiateAuth", &head, opening.choice()).await?
    } else {
        opening.user_password().await?
    };
    turn(call, asked, username, &answer)
}

/// Answers the question that is out.
pub(crate) async fn respond(call: &Call, asked: &Asked, step: &Step, answers: &[(&str, &str)]) -> Outcome<Turn> {
    let sign_in = sign_in(call, asked);
    let parameters = parameters(asked, &step.username, answers);
    let user = call.service.store.read(|db| users::find(db, &asked.pool, &step.username))?;
    let response = Response {
        challenge: &step.challenge,
        parameters: &parameters,
        session: Some(&step.session),
        named: names::counted(&asked.pool, user.as_ref(), &step.username),
        is_known: user.is_some(),
        typed: &step.username,
    };
    let head = head(asked, "ChallengeName", &step.challenge);
    let responding = flow::respond(&sign_in, &response);
    let answer = operations::paced(call, "RespondToAuthChallenge", &head, responding).await?;
    turn(call, asked, &step.username, &answer)
}

fn sign_in<'a>(call: &'a Call, asked: &Asked) -> SignIn<'a> {
    let bare = SignIn::bare(call, Arc::clone(&asked.pool), Arc::clone(&asked.client));
    SignIn { ends_with: EndsWith::Name, ..bare }
}

/// The pages are this server's own: they know the client's secret.
fn parameters(asked: &Asked, username: &str, more: &[(&str, &str)]) -> Parameters {
    let hash = asked.client.secret.as_ref().map(|secret| secret_hash(secret, username, &asked.client.id));
    let named = [("USERNAME", username)].into_iter().chain(more.iter().copied());
    let named = named.map(|(name, value)| (name.to_owned(), value.to_owned()));
    named.chain(hash.map(|hash| ("SECRET_HASH".to_owned(), hash))).collect()
}

/// What of a request of the API says how late it is answered.
fn head(asked: &Asked, name: &str, value: &str) -> Map<String, Value> {
    [("ClientId", asked.client.id.as_str()), (name, value)]
        .map(|(name, value)| (name.to_owned(), Value::from(value)))
        .into_iter()
        .collect()
}

fn turn(call: &Call, asked: &Asked, username: &str, answer: &Value) -> Outcome<Turn> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = text("SignedIn") {
        let user = call.service.store.read(|db| users::named(db, &asked.pool, &name))?;
        return Ok(Turn::SignedIn(Box::new(user)));
    }
    let (Some(challenge), Some(session)) = (text("ChallengeName"), text("Session")) else {
        return Err(ServiceError::internal("a sign-in that neither asks nor ends"));
    };
    let listed = answer.get("AvailableChallenges").and_then(Value::as_array).into_iter().flatten();
    Ok(Turn::Asked(Step {
        challenge,
        session,
        username: username.to_owned(),
        parameters: answer.get("ChallengeParameters").and_then(Value::as_object).cloned().unwrap_or_default(),
        available: listed.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
    }))
}
