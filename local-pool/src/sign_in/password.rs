//! USER_PASSWORD_AUTH.

use serde_json::{Map, Value};

use super::attempt::{Attempt, Flow};
use super::{Parameters, SignIn, lock_out, order, pre_authentication, required};
use crate::crypto::srp;
use crate::error::{Outcome, ServiceError};
use crate::store::users;
use crate::users::migration::{self, Newcomer};
use crate::users::{User, UserStatus, passwords};

/// The whole flow's first request.
pub(crate) async fn start(
    sign_in: &SignIn<'_>,
    parameters: &Parameters,
    validation_data: &Map<String, Value>,
) -> Outcome<Value> {
    let typed = required(parameters, "USERNAME")?;
    let password = required(parameters, "PASSWORD")?;
    sign_in.client.check_secret_hash(parameters.get("SECRET_HASH").map(String::as_str), &[typed])?;
    let user = match migrate(sign_in, typed, password, validation_data).await? {
        Some(newcomer) => Some(newcomer),
        None => sign_in.user_named(typed)?,
    };
    pre_authentication::run(sign_in, user.as_ref(), typed, validation_data).await?;
    // Whoever came over without a password has none to type.
    let is_imported = |user: &User| user.status == UserStatus::ResetRequired && !user.has_password();
    if user.as_ref().is_some_and(is_imported) && !sign_in.client.hides_users() {
        return Err(order::reset_required());
    }
    let user = check(sign_in, user, typed, password)?;
    let attempt = Attempt::new(Flow::UserPassword, &user.username, typed, true);
    order::after_password(sign_in, attempt, user).await
}

/// Checks a password, and counts a wrong one. Without a user it is wrong.
pub(crate) fn check(sign_in: &SignIn<'_>, user: Option<User>, typed: &str, password: &str) -> Outcome<User> {
    let (service, pool) = (&sign_in.call.service, &sign_in.pool);
    let counted = user.as_ref().map_or(typed, |user| &user.username).to_owned();
    lock_out::check(service, pool, &counted)?;
    let right = match &user {
        Some(user) => passwords::matches(pool, user, password),
        None => {
            // The same work as for a known user, so that time does not tell.
            std::hint::black_box(srp::verifier(pool.short_name(), typed, password, &[1; 16]));
            false
        }
    };
    if let Some(user) = user.filter(|_| right) {
        return Ok(user);
    }
    lock_out::count(service, pool, &counted)?;
    Err(ServiceError::wrong_credentials())
}

/// Takes a user nobody here knows over from elsewhere. Tries are limited like those of a known user's password: the
/// trigger may well check it.
pub(crate) async fn migrate(
    sign_in: &SignIn<'_>,
    typed: &str,
    password: &str,
    validation_data: &Map<String, Value>,
) -> Outcome<Option<User>> {
    let (call, pool, client) = (sign_in.call, &sign_in.pool, &sign_in.client);
    let is_known = || call.service.store.read(|db| users::find(db, pool, typed));
    if !migration::is_possible(call, pool) || is_known()?.is_some() {
        return Ok(None);
    }
    lock_out::check(&call.service, pool, typed)?;
    let (password, client_metadata) = (Some(password), validation_data);
    let newcomer = Newcomer { pool, client, name: typed, password, client_metadata };
    let migrated = migration::run(call, &newcomer).await;
    // Where unknown users are hidden, the check of the password counts.
    if migrated.is_err() || matches!(migrated, Ok(None)) && !client.hides_users() {
        lock_out::count(&call.service, pool, typed)?;
    }
    migrated
}
