//! The second factors of a user: which are set up, switched on and preferred.

use super::User;
use crate::error::{Outcome, ServiceError};
use crate::pools::Pool;

pub(crate) use crate::model::mfa::{Factor, Preference};

/// Whether a user could be asked for a factor now.
pub(crate) fn is_usable(pool: &Pool, user: &User, factor: Factor) -> bool {
    match factor.attribute() {
        // A token that was registered goes on working when the pool takes in no new ones.
        None => user.mfa.software_token.is_some(),
        Some(attribute) => pool.mfa.enables(factor) && user.attribute(attribute).is_some_and(|value| !value.is_empty()),
    }
}

/// Changes the preferences of the factors in `wanted` and of no other.
pub(crate) fn prefer(pool: &Pool, user: &mut User, wanted: &[(Factor, Preference)]) -> Outcome<()> {
    let refuse = |text: String| Err(ServiceError::invalid_parameter(text));
    if wanted.iter().filter(|(_, preference)| preference.preferred_mfa).count() > 1 {
        return refuse("Only one MFA method can be preferred.".into());
    }
    for (factor, preference) in wanted {
        if !preference.enabled {
            if preference.preferred_mfa {
                return refuse(format!("{} cannot be preferred without being enabled.", factor.name()));
            }
            user.mfa.deactivate(*factor);
            continue;
        }
        if !is_usable(pool, user, *factor) {
            return refuse(format!("User does not have delivery config set to turn on {}", factor.name()));
        }
        user.mfa.activate(*factor);
        if preference.preferred_mfa {
            user.mfa.preferred = Some(*factor);
        } else {
            user.mfa.preferred = user.mfa.preferred.filter(|preferred| preferred != factor);
        }
    }
    Ok(())
}

/// Lets passkeys stand for both factors, or no longer. Another factor has to be switched on in the same `request`.
pub(crate) fn prefer_passkeys(
    pool: &Pool,
    user: &mut User,
    enabled: bool,
    request: &[(Factor, Preference)],
) -> Outcome<()> {
    let refuse = |text: &str| Err(ServiceError::invalid_parameter(text));
    if enabled && !pool.passkeys_are_two_factors() {
        return refuse("WebAuthn MFA requires the factor configuration MULTI_FACTOR_WITH_USER_VERIFICATION.");
    }
    if enabled && !request.iter().any(|(_, preference)| preference.enabled) {
        return refuse("WebAuthn MFA requires enabling an additional MFA setting.");
    }
    user.mfa.web_authn = enabled;
    Ok(())
}
