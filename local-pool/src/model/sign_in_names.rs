//! The names a user signs in by: user name, sub, and by the pool's settings e-mail address, phone number or
//! preferred user name.

use super::pool::Pool;
use super::user::{User, UserStatus};

/// The form a name is looked up in.
pub(crate) fn key(pool: &Pool, name: &str) -> String {
    if pool.case_sensitive() { name.to_owned() } else { name.to_lowercase() }
}

/// All names of a user, in the form they are looked up in.
pub(crate) fn of(pool: &Pool, user: &User) -> Vec<String> {
    let mut names = vec![key(pool, &user.username), key(pool, &user.sub)];
    // They sign in elsewhere, and take no name from those who sign in here.
    if user.status == UserStatus::ExternalProvider {
        return names;
    }
    for attribute in &pool.settings.username_attributes {
        names.extend(user.attribute(attribute).map(|value| key(pool, value)));
    }
    for attribute in &pool.settings.alias_attributes {
        let usable = attribute == "preferred_username" || user.is_verified(attribute);
        names.extend(user.attribute(attribute).filter(|_| usable).map(|value| key(pool, value)));
    }
    names
}
