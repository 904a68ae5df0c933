//! Where the code for a forgotten password goes.

use serde_json::Value;

use super::User;
use super::delivery::{Destination, destination as address_of};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

/// The first verified attribute by the pool's `AccountRecoverySetting`, or phone before e-mail without one. None when
/// there is no such attribute.
pub(crate) fn destination(pool: &Pool, user: &User) -> Outcome<Option<Destination>> {
    let mechanisms = mechanisms(pool);
    if mechanisms.iter().any(|name| name == "admin_only") {
        return Err(ServiceError::not_authorized("Contact administrator to reset password."));
    }
    let attributes = mechanisms.iter().filter_map(|name| name.strip_prefix("verified_"));
    Ok(attributes.filter(|name| user.is_verified(name)).find_map(|name| address_of(user, name)))
}

fn mechanisms(pool: &Pool) -> Vec<String> {
    let setting = pool.settings.account_recovery_setting.as_ref();
    let listed = setting.and_then(|setting| setting.get("RecoveryMechanisms")).and_then(Value::as_array);
    let Some(listed) = listed else { return vec!["verified_phone_number".into(), "verified_email".into()] };
    let mut by_priority: Vec<(i64, String)> = listed
        .iter()
        .filter_map(|item| Some((item.get("Priority")?.as_i64()?, item.get("Name")?.as_str()?.to_owned())))
        .collect();
    by_priority.sort();
    by_priority.into_iter().map(|(_, name)| name).collect()
}
