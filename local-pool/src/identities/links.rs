//! Linking people at providers to identities.

use rusqlite::Connection;

use crate::error::{Outcome, ServiceError};
use crate::model::identity::{Identity, LinkedLogin};
use crate::store::identities;

/// How many may be linked to one identity.
const MOST: usize = 20;

/// Links somebody who is linked to no identity yet. An identity has one login of each public provider.
pub(crate) fn add(db: &Connection, identity: &mut Identity, login: &LinkedLogin, now_ms: i64) -> Outcome<()> {
    let linked = identities::logins(db, &identity.id)?;
    if !login.developer && linked.iter().any(|other| other.provider == login.provider) {
        return Err(conflict(&format!("The identity is linked to another login of {} already.", login.provider)));
    }
    if linked.len() >= MOST {
        return Err(too_many());
    }
    identities::link(db, identity, login)?;
    identity.guest = false;
    identity.modified_ms = now_ms;
    identities::update(db, identity)
}

/// Moves everybody who is linked to `from` over to `to`; what is left of `from` is disabled for good.
pub(crate) fn merge(db: &Connection, from: &mut Identity, to: &mut Identity, now_ms: i64) -> Outcome<()> {
    let (here, there) = (identities::logins(db, &to.id)?, identities::logins(db, &from.id)?);
    let is_public = |login: &&LinkedLogin| !login.developer;
    let shared = there.iter().filter(is_public).find(|login| here.iter().any(|other| other.provider == login.provider));
    if let Some(login) = shared {
        return Err(conflict(&format!("Both identities are linked to a login of {}.", login.provider)));
    }
    if here.len() + there.len() > MOST {
        return Err(too_many());
    }
    identities::move_logins(db, &from.id, &to.id)?;
    to.guest &= there.is_empty();
    to.modified_ms = now_ms;
    identities::update(db, to)?;
    disable(db, from, now_ms)
}

pub(crate) fn disable(db: &Connection, identity: &mut Identity, now_ms: i64) -> Outcome<()> {
    identity.disabled = true;
    identity.modified_ms = now_ms;
    identities::update(db, identity)
}

pub(crate) fn conflict(text: &str) -> ServiceError {
    ServiceError::resource_conflict(text)
}

fn too_many() -> ServiceError {
    conflict(&format!("An identity cannot have more than {MOST} logins."))
}
