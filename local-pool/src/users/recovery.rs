//! Where the code for a forgotten password goes.

use serde_json::{Map, Value};

use super::delivery::{self, Destination, Message, Occasion, destination as address_of};
use super::mfa::Factor;
use super::{User, UserStatus, codes};
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;
use crate::service::Call;

/// Where the code goes, for a user whose password can be reset now.
pub(crate) fn check_reset(pool: &Pool, user: &User) -> Outcome<Destination> {
    if !user.enabled {
        return Err(ServiceError::not_authorized("User is disabled."));
    }
    if matches!(user.status, UserStatus::ForceChangePassword | UserStatus::ExternalProvider) {
        return Err(ServiceError::not_authorized("User password cannot be reset in the current state."));
    }
    destination(pool, user)?.ok_or_else(|| {
        ServiceError::invalid_parameter(
            "Cannot reset password for the user as there is no registered/verified email or phone_number",
        )
    })
}

/// Sends a code for ConfirmForgotPassword.
pub(crate) async fn send_code(
    call: &Call,
    pool: &Pool,
    client_id: Option<&str>,
    user: &User,
    destination: &Destination,
    client_metadata: &Map<String, Value>,
) -> Outcome<()> {
    let (attribute, life_ms) = (destination.attribute, codes::FORGOT_LIFE_MS);
    let code = codes::make(&call.service, pool, user, codes::FORGOT, attribute, life_ms)?;
    let message =
        Message { occasion: Occasion::Forgot, pool, client_id, user, destination, code: &code, client_metadata };
    delivery::send(call, message).await
}

/// The work of [`send_code`], for nobody.
pub(crate) fn pretend_to_send_code(
    call: &Call,
    pool: &Pool,
    client_id: Option<&str>,
    user: &User,
    destination: &Destination,
) -> Outcome<()> {
    let code = codes::pretend_to_make(&call.service, pool, user, destination.attribute)?;
    let (occasion, client_metadata) = (Occasion::Forgot, &Map::new());
    delivery::pretend(call, &Message { occasion, pool, client_id, user, destination, code: &code, client_metadata })
}

/// The first verified attribute by the pool's `AccountRecoverySetting`, or phone before e-mail without one. None when
/// there is no such attribute. What the user's second factor goes to cannot recover the password as well.
pub(crate) fn destination(pool: &Pool, user: &User) -> Outcome<Option<Destination>> {
    let mechanisms = mechanisms(pool);
    if mechanisms.iter().any(|name| name == "admin_only") {
        return Err(ServiceError::not_authorized("Contact administrator to reset password."));
    }
    let second_factor = |name: &str| {
        let factor = if name == "email" { Factor::EmailOtp } else { Factor::SmsMfa };
        user.mfa.active.contains(&factor)
    };
    let attributes = mechanisms.iter().filter_map(|name| name.strip_prefix("verified_"));
    Ok(attributes.filter(|name| user.is_verified(name) && !second_factor(name)).find_map(|name| address_of(user, name)))
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
