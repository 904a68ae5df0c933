//! Identities of the developer's own provider, whose back end vouches for its users.

use rusqlite::Connection;

use super::{choice, links};
use crate::error::{Outcome, ServiceError};
use crate::logins::{self, Proven};
use crate::model::identity::{Identity, LinkedLogin};
use crate::model::identity_pool::IdentityPool;
use crate::store::identities;

/// The user of the developer's that a call is about.
pub(crate) fn login(pool: &IdentityPool, provider: &str, user: &str) -> Outcome<LinkedLogin> {
    if pool.settings.developer_provider_name.as_deref() != Some(provider) {
        return Err(unsupported());
    }
    Ok(LinkedLogin { provider: provider.to_owned(), subject: user.to_owned(), developer: true })
}

pub(crate) fn unsupported() -> ServiceError {
    ServiceError::invalid_parameter("This identity pool does not support the specified developer provider")
}

/// The identity that a user of the developer's is linked to.
pub(crate) fn linked(db: &Connection, pool: &IdentityPool, user: &LinkedLogin) -> Outcome<Option<Identity>> {
    let owner = identities::owner(db, &pool.id, &user.provider, &user.subject)?;
    owner.map(|id| identities::by_id(db, &id)).transpose()
}

/// As [`linked`], for calls that need one.
pub(crate) fn known(db: &Connection, pool: &IdentityPool, user: &LinkedLogin) -> Outcome<Identity> {
    let found = linked(db, pool, user)?;
    found.ok_or_else(|| {
        ServiceError::resource_not_found(format!("Developer user identifier '{}' not found.", user.subject))
    })
}

/// A call of GetOpenIdTokenForDeveloperIdentity.
pub(crate) struct Asked<'a> {
    pub pool: &'a IdentityPool,
    pub user: &'a LinkedLogin,
    pub proven: &'a Proven,
    pub identity_id: Option<&'a str>,
    pub now_ms: i64,
}

impl Asked<'_> {
    /// The identity of the user and all other logins, made if there is none. `new_id` is the id of such a one.
    pub fn identity(&self, db: &Connection, new_id: String) -> Outcome<Identity> {
        let by_logins = choice::Asked { pool: self.pool, proven: self.proven, now_ms: self.now_ms };
        let mine = linked(db, self.pool, self.user)?;
        let mut identity = match (self.identity_id, &mine) {
            (Some(id), Some(mine)) if mine.id != id => {
                return Err(ServiceError::developer_user_already_registered(
                    "The developer user identifier is linked to another identity.",
                ));
            }
            (Some(id), _) => self.named(db, id)?,
            (None, Some(mine)) => mine.clone(),
            (None, None) if self.proven.bearers.is_empty() => {
                let made = choice::new(self.pool, new_id, self.now_ms);
                identities::insert(db, &made)?;
                made
            }
            (None, None) => by_logins.by_logins(db, new_id)?,
        };
        if mine.is_none() {
            links::add(db, &mut identity, self.user, self.now_ms)?;
        }
        for bearer in &self.proven.bearers {
            match identities::owner(db, &self.pool.id, &bearer.provider, &bearer.subject)? {
                None => links::add(db, &mut identity, &bearer.link(), self.now_ms)?,
                Some(owner) if owner == identity.id => {}
                Some(_) => return Err(links::conflict("The logins are linked to different identities.")),
            }
        }
        Ok(identity)
    }

    fn named(&self, db: &Connection, id: &str) -> Outcome<Identity> {
        let identity = identities::by_id(db, id)?;
        if identity.pool_id != self.pool.id {
            return Err(logins::do_not_match());
        }
        if identity.disabled {
            return Err(choice::forbidden(id));
        }
        let links = identities::logins(db, id)?;
        let is_mine = links.contains(self.user);
        let is_public = links.iter().any(|login| !login.developer);
        let is_proven = self.proven.bearers.iter().any(|bearer| links.contains(&bearer.link()));
        if !is_mine && is_public && !is_proven { Err(logins::do_not_match()) } else { Ok(identity) }
    }
}
