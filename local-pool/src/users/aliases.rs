//! Who owns a name: unique user names, and aliases that belong to whoever verified them last.

use rusqlite::Connection;

use super::{User, names};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::store::users;

/// Checks that nobody has the user name of a user about to be added; nor, where they are the user names, the e-mail
/// address and phone number.
pub(crate) fn check_name_is_free(db: &Connection, pool: &Pool, user: &User, taken: &str) -> Outcome<()> {
    for attribute in &pool.settings.username_attributes {
        let Some(value) = user.attribute(attribute) else { continue };
        if users::owner_of(db, pool, value, &user.username)?.is_some() {
            return Err(ServiceError::username_exists(names::taken_text(attribute)));
        }
    }
    if users::find(db, pool, &user.username)?.is_some() {
        return Err(ServiceError::username_exists(taken));
    }
    if let Some(preferred) = preferred_name(pool, user)
        && users::owner_of(db, pool, preferred, &user.username)?.is_some()
    {
        return Err(ServiceError::alias_exists("An account with the given preferred_username already exists."));
    }
    Ok(())
}

/// Refuses when another user signs in by the value of `attribute`, which `user` is about to verify as an alias.
pub(crate) fn check_alias_is_free(db: &Connection, pool: &Pool, user: &User, attribute: &str) -> Outcome<()> {
    let is_alias = pool.settings.alias_attributes.iter().any(|alias| alias == attribute);
    let value = user.attribute(attribute).filter(|_| is_alias);
    match value {
        Some(value) if users::owner_of(db, pool, value, &user.username)?.is_some() => {
            Err(ServiceError::alias_exists(format!("An account with the {} already exists.", attribute)))
        }
        _ => Ok(()),
    }
}

/// Refuses a value of `attribute` that another user signs in by, where it is a user name or an alias.
pub(crate) fn check_value_is_free(db: &Connection, pool: &Pool, user: &User, attribute: &str) -> Outcome<()> {
    let names = pool.settings.username_attributes.iter().chain(&pool.settings.alias_attributes);
    let signs_in = names.into_iter().any(|name| name == attribute);
    match user.attribute(attribute).filter(|_| signs_in) {
        Some(value) if users::owner_of(db, pool, value, &user.username)?.is_some() => {
            Err(ServiceError::alias_exists(names::taken_text(attribute)))
        }
        _ => Ok(()),
    }
}

/// Takes the aliases that `user` has verified from whoever had them, whose attribute counts as unverified again.
pub(crate) fn move_verified(db: &Connection, pool: &Pool, user: &User) -> Outcome<()> {
    for attribute in pool.settings.alias_attributes.iter().filter(|name| *name != "preferred_username") {
        let Some(value) = user.attribute(attribute).filter(|_| user.is_verified(attribute)) else { continue };
        let Some(owner) = users::owner_of(db, pool, value, &user.username)? else { continue };
        if let Some(mut owner) = users::find(db, pool, &owner)? {
            owner.attributes.insert(format!("{attribute}_verified"), "false".into());
            users::update(db, pool, &owner)?;
        }
    }
    Ok(())
}

fn preferred_name<'a>(pool: &Pool, user: &'a User) -> Option<&'a str> {
    let is_alias = pool.settings.alias_attributes.iter().any(|alias| alias == "preferred_username");
    user.attribute("preferred_username").filter(|_| is_alias)
}
