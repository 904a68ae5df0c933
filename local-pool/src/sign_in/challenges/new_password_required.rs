//! NEW_PASSWORD_REQUIRED: the first sign-in with a password an administrator gave.

use serde_json::{Map, Value, json};

use super::challenge::{Challenge, Put};
use super::verdict::Wrong;
use crate::error::{Outcome, ServiceError};
use crate::sign_in::attempt::{Attempt, FirstProof, Learned};
use crate::sign_in::context::{Response, SignIn, required};
use crate::sign_in::facts::Facts;
use crate::store::users;
use crate::users::{Attributes, User, UserStatus, attributes, passwords};

const ATTRIBUTE_PREFIX: &str = "userAttributes.";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPasswordRequired;

impl Challenge for NewPasswordRequired {
    const NAME: &'static str = "NEW_PASSWORD_REQUIRED";

    async fn put(&self, sign_in: &SignIn<'_>, attempt: &Attempt, facts: &Facts<'_>) -> Outcome<Put> {
        let user = facts.user.as_ref().ok_or_else(ServiceError::invalid_session)?;
        let missing: Vec<&str> = attributes::missing(facts.pool, &user.attributes).collect();
        let required: Vec<String> = missing.iter().map(|name| format!("{ATTRIBUTE_PREFIX}{name}")).collect();
        let readable = user.attributes.iter().filter(|(name, _)| sign_in.client.may_read(name));
        let mut shown: Map<String, Value> = readable.map(|(name, value)| (name.clone(), json!(value))).collect();
        for name in missing {
            shown.insert(name.into(), json!(""));
        }
        let parameters = Map::from_iter([
            ("USER_ID_FOR_SRP".to_owned(), json!(attempt.username)),
            ("requiredAttributes".to_owned(), json!(json!(required).to_string())),
            ("userAttributes".to_owned(), json!(Value::Object(shown).to_string())),
        ]);
        Ok(Put::new(parameters, Value::Null))
    }

    async fn judge(
        sign_in: &SignIn<'_>,
        response: &Response<'_>,
        attempt: &Attempt,
        _: &Facts<'_>,
    ) -> Result<Learned, Wrong> {
        let password = required(response.parameters, "NEW_PASSWORD")?;
        let given: Attributes = response
            .parameters
            .iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(ATTRIBUTE_PREFIX)?.to_owned(), value.clone())))
            .collect();
        let (service, pool) = (&sign_in.call.service, &sign_in.pool);
        attributes::check_values(pool, &given)?;
        attributes::check_settable(pool, given.keys())?;
        attributes::check_writable(&sign_in.client, given.keys())?;
        check_ends(password)?;
        passwords::check_new(pool, password)?;
        // The password that was proven has to be the one that is replaced.
        let user = service.store.write(|db| {
            let facts = Facts::read(db, sign_in, attempt)?;
            let proof_holds = attempt.proven.first.as_ref().is_some_and(|proof| facts.holds(proof));
            let mut user = facts.user.filter(|_| proof_holds).ok_or_else(ServiceError::invalid_session)?;
            check_attributes(sign_in, &user, &given)?;
            passwords::replace(db, pool, &mut user, password, &service.random)?;
            user.attributes.extend(given);
            user.status = UserStatus::Confirmed;
            user.temporary_until_ms = None;
            user.modified_ms = service.now_ms();
            users::update(db, pool, &user)?;
            Ok(user)
        })?;
        Ok(Learned::NewPassword(FirstProof::password(&user, attempt.is_proven_under_alias())))
    }
}

/// What the shapes of operations that take a password say of it.
fn check_ends(password: &str) -> Outcome<()> {
    if password.starts_with(char::is_whitespace) || password.ends_with(char::is_whitespace) {
        let text = "Password does not conform to policy: Password must not begin or end with a blank";
        return Err(ServiceError::invalid_password(text));
    }
    Ok(())
}

fn check_attributes(sign_in: &SignIn<'_>, user: &User, given: &Attributes) -> Outcome<()> {
    for name in given.keys() {
        if user.attribute(name).is_some_and(|value| !value.is_empty()) {
            return Err(ServiceError::not_authorized(format!("Cannot modify an already provided {name}")));
        }
    }
    let mut all = user.attributes.clone();
    all.extend(given.clone());
    match attributes::missing(&sign_in.pool, &all).next() {
        None => Ok(()),
        Some(name) => Err(ServiceError::invalid_parameter(format!("Invalid attributes given, {name} is missing"))),
    }
}
