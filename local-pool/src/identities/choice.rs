//! Which identity a call means. All of it runs within one transaction, so that two calls at the same time agree.

use rusqlite::Connection;

use super::links;
use crate::error::{Outcome, ServiceError};
use crate::logins::{self, Proven};
use crate::model::identity::Identity;
use crate::model::identity_pool::IdentityPool;
use crate::store::identities;

/// Who asks, and when. The id is for an identity that is made.
pub(crate) struct Asked<'a> {
    pub pool: &'a IdentityPool,
    pub proven: &'a Proven,
    pub now_ms: i64,
}

impl Asked<'_> {
    /// GetId: the identity of these logins, made if there is none. `new_id` is the id of such a one.
    pub fn by_logins(&self, db: &Connection, new_id: String) -> Outcome<Identity> {
        if self.proven.is_empty() {
            self.check_guests()?;
            return self.make(db, new_id);
        }
        let mut owners = self.owners(db)?;
        let mut identity = match owners.len() {
            0 => self.make(db, new_id)?,
            1 => owners.remove(0),
            _ => return Err(links::conflict("The logins are linked to different identities.")),
        };
        self.link_rest(db, &mut identity)?;
        Ok(identity)
    }

    /// The identity that a call of this id and these logins gets, which may be another than it named.
    pub fn by_id(&self, db: &Connection, id: &str) -> Outcome<Identity> {
        let mut identity = identities::by_id(db, id)?;
        if identity.pool_id != self.pool.id {
            return Err(logins::do_not_match());
        }
        if identity.disabled {
            return Err(forbidden(id));
        }
        if let Some(own) = &self.proven.own {
            // A guest's token does not outlive the guest.
            if own.identity_id != id || own.authenticated == identity.guest {
                return Err(logins::do_not_match());
            }
        }
        if self.proven.bearers.is_empty() {
            return self.without_logins(identity);
        }
        let mut owners = self.owners(db)?;
        let is_in = owners.iter().any(|owner| owner.id == id);
        let has_own_token = self.proven.own.is_some();
        if identity.guest && !owners.is_empty() {
            links::disable(db, &mut identity, self.now_ms)?;
            identity = owners.remove(0);
        } else if !identity.guest && !is_in && !has_own_token {
            return Err(logins::do_not_match());
        }
        for mut other in owners.into_iter().filter(|owner| owner.id != identity.id).collect::<Vec<_>>() {
            links::merge(db, &mut other, &mut identity, self.now_ms)?;
        }
        self.link_rest(db, &mut identity)?;
        Ok(identity)
    }

    fn without_logins(&self, identity: Identity) -> Outcome<Identity> {
        if !identity.guest {
            return if self.proven.own.is_some() { Ok(identity) } else { Err(forbidden(&identity.id)) };
        }
        self.check_guests()?;
        Ok(identity)
    }

    fn check_guests(&self) -> Outcome<()> {
        if self.pool.settings.allow_unauthenticated_identities {
            return Ok(());
        }
        Err(ServiceError::not_authorized("Unauthenticated access is not supported for this identity pool."))
    }

    fn make(&self, db: &Connection, id: String) -> Outcome<Identity> {
        let made = new(self.pool, id, self.now_ms);
        identities::insert(db, &made)?;
        Ok(made)
    }

    /// The identities that the logins are linked to, in their order.
    fn owners(&self, db: &Connection) -> Outcome<Vec<Identity>> {
        let mut owners: Vec<Identity> = Vec::new();
        for bearer in &self.proven.bearers {
            let Some(id) = identities::owner(db, &self.pool.id, &bearer.provider, &bearer.subject)? else { continue };
            if !owners.iter().any(|owner| owner.id == id) {
                owners.push(identities::by_id(db, &id)?);
            }
        }
        Ok(owners)
    }

    fn link_rest(&self, db: &Connection, identity: &mut Identity) -> Outcome<()> {
        for bearer in &self.proven.bearers {
            if identities::owner(db, &self.pool.id, &bearer.provider, &bearer.subject)?.is_none() {
                links::add(db, identity, &bearer.link(), self.now_ms)?;
            }
        }
        Ok(())
    }
}

/// A guest.
pub(crate) fn new(pool: &IdentityPool, id: String, now_ms: i64) -> Identity {
    let (created_ms, modified_ms) = (now_ms, now_ms);
    Identity { id, pool_id: pool.id.clone(), guest: true, disabled: false, created_ms, modified_ms }
}

pub(crate) fn forbidden(id: &str) -> ServiceError {
    ServiceError::not_authorized(format!("Access to Identity '{id}' is forbidden."))
}
