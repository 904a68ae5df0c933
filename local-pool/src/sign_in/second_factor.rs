//! Which second factor a sign-in asks for (developer guide, "Adding MFA to a user pool").

use serde_json::{Map, Value, json};

use crate::pools::Pool;
use crate::users::User;
use crate::users::mfa::{Factor, is_usable};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    NotAsked,
    Ask(Factor),
    /// SELECT_MFA_TYPE
    Choose(Vec<Factor>),
    /// MFA_SETUP
    SetUp(Vec<Factor>),
    /// MFA is required, and there is no factor that could be asked for or set up.
    Impossible,
}

pub(crate) fn decide(pool: &Pool, user: &User) -> Decision {
    match pool.settings.mfa_configuration.as_str() {
        "OPTIONAL" => among_active(pool, user),
        "ON" => required(pool, user),
        _ => Decision::NotAsked,
    }
}

/// MFA is optional: what the user has switched on.
fn among_active(pool: &Pool, user: &User) -> Decision {
    let active: Vec<Factor> = user.mfa.active.iter().copied().filter(|factor| is_usable(pool, user, *factor)).collect();
    match (preferred(pool, user), active.as_slice()) {
        (Some(preferred), _) => Decision::Ask(preferred),
        (None, []) => Decision::NotAsked,
        (None, [only]) => Decision::Ask(*only),
        (None, _) => Decision::Choose(active),
    }
}

/// MFA is required: what the user could use, whether switched on or not.
fn required(pool: &Pool, user: &User) -> Decision {
    if let Some(preferred) = preferred(pool, user) {
        return Decision::Ask(preferred);
    }
    // Where forgotten passwords are recovered, a second factor would be no second one.
    let barred = |factor: Factor| factor.attribute().is_some_and(|name| Some(name) == recovery_attribute(pool));
    let usable: Vec<Factor> =
        Factor::ALL.into_iter().filter(|factor| is_usable(pool, user, *factor) && !barred(*factor)).collect();
    match usable.as_slice() {
        [] => {}
        [only] => return Decision::Ask(*only),
        _ => return Decision::Choose(usable),
    }
    let can_set_up: Vec<Factor> =
        Factor::ALL.into_iter().filter(|factor| pool.mfa.enables(*factor) && !barred(*factor)).collect();
    let has_barred = Factor::ALL.into_iter().any(|factor| barred(factor) && is_usable(pool, user, factor));
    let token_can = can_set_up.contains(&Factor::SoftwareTokenMfa);
    if can_set_up.is_empty() || (has_barred && !token_can) {
        return Decision::Impossible;
    }
    Decision::SetUp(can_set_up)
}

fn preferred(pool: &Pool, user: &User) -> Option<Factor> {
    user.mfa.preferred.filter(|factor| is_usable(pool, user, *factor))
}

/// The attribute that comes first in the pool's `AccountRecoverySetting`.
fn recovery_attribute(pool: &Pool) -> Option<&str> {
    let mechanisms = pool.settings.account_recovery_setting.as_ref()?.get("RecoveryMechanisms")?.as_array()?;
    let first = mechanisms.iter().min_by_key(|mechanism| mechanism.get("Priority").and_then(Value::as_i64))?;
    first.get("Name")?.as_str()?.strip_prefix("verified_")
}

/// Parameters that name the user, and one more.
pub(crate) fn parameters(username: &str, name: &str, value: &[Factor]) -> Map<String, Value> {
    // Some clients take the list apart by hand: no blanks.
    let list = json!(value).to_string();
    Map::from_iter([("USER_ID_FOR_SRP".to_owned(), json!(username)), (name.to_owned(), json!(list))])
}

#[cfg(test)]
#[path = "second_factor_tests.rs"]
mod tests;
