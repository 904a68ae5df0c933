//! NEW_PASSWORD_REQUIRED: the first sign-in with a password an administrator gave.

use serde_json::Value;

use super::Response;
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::sign_in::{SignIn, attempt, order, required};
use crate::store::users;
use crate::users::{Attributes, User, UserStatus, attributes, passwords};

const ATTRIBUTE_PREFIX: &str = "userAttributes.";

pub(crate) async fn respond(sign_in: &SignIn<'_>, response: &Response<'_>) -> Outcome<Value> {
    let session = response.session.ok_or_else(ServiceError::invalid_session)?;
    let opened = attempt::load(sign_in, "NEW_PASSWORD_REQUIRED", session)?;
    if !response.is_for(&opened.attempt) {
        return Err(ServiceError::invalid_session());
    }
    let password = required(response.parameters, "NEW_PASSWORD")?;
    let mut user = sign_in.user_of(&opened.attempt)?.ok_or_else(ServiceError::wrong_credentials)?;
    if !user.enabled {
        return Err(order::disabled());
    }
    let given: Attributes = response
        .parameters
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix(ATTRIBUTE_PREFIX)?.to_owned(), value.clone())))
        .collect();
    check_attributes(sign_in, &user, &given)?;
    passwords::check_new(&sign_in.pool, password)?;

    let service = &sign_in.call.service;
    attempt::consume(sign_in, &opened.hash)?;
    service.store.write(|db| {
        passwords::replace(db, &sign_in.pool, &mut user, password, &service.random)?;
        user.attributes.extend(given);
        user.status = UserStatus::Confirmed;
        user.temporary_until_ms = None;
        user.modified_ms = service.now_ms();
        users::update(db, &sign_in.pool, &user)
    })?;
    order::after_new_password(sign_in, opened.attempt, user).await
}

fn check_attributes(sign_in: &SignIn<'_>, user: &User, given: &Attributes) -> Outcome<()> {
    let pool: &Pool = &sign_in.pool;
    attributes::check_values(pool, given)?;
    for name in given.keys() {
        let fixed = name.ends_with("_verified") || pool.schema(name).is_some_and(|known| !known.mutable);
        if fixed {
            let text = format!("Cannot modify the non-mutable attribute {name}");
            return Err(ServiceError::invalid_parameter(text));
        }
        if user.attribute(name).is_some_and(|value| !value.is_empty()) {
            return Err(ServiceError::not_authorized(format!("Cannot modify an already provided {name}")));
        }
    }
    attributes::check_writable(&sign_in.client, given.keys())?;
    let mut all = user.attributes.clone();
    all.extend(given.clone());
    match attributes::missing(pool, &all).next() {
        None => Ok(()),
        Some(name) => Err(ServiceError::invalid_parameter(format!("Invalid attributes given, {name} is missing"))),
    }
}
