//! What is so at this moment: the one look at the store that a step is decided on.

use rusqlite::Connection;

use super::attempt::{Attempt, FirstProof};
use super::context::SignIn;
use super::stand_in;
use crate::devices::Device;
use crate::error::Outcome;
use crate::passkeys::Passkey;
use crate::pools::Pool;
use crate::store::{devices, passkeys, users};
use crate::users::User;
use crate::users::first_factors::{self, FirstFactor};

pub(crate) struct Facts<'a> {
    pub pool: &'a Pool,
    /// Whether the client hides who is known (`PreventUserExistenceErrors`).
    pub hides: bool,
    /// The attempt's user; None for somebody who is not known or no longer there.
    pub user: Option<User>,
    pub passkeys: Vec<Passkey>,
    /// The user's device that the client says it is.
    pub device: Option<Device>,
    pub now_ms: i64,
}

impl<'a> Facts<'a> {
    pub fn gather(sign_in: &'a SignIn<'_>, attempt: &Attempt) -> Outcome<Self> {
        sign_in.call.service.store.read(|db| Self::read(db, sign_in, attempt))
    }

    /// As [`Self::gather`], within a transaction.
    pub fn read(db: &Connection, sign_in: &'a SignIn<'_>, attempt: &Attempt) -> Outcome<Self> {
        let pool = &*sign_in.pool;
        // Somebody who is not known is looked up as well: time must not tell.
        let found = users::find(db, pool, &attempt.username)?;
        let user = found.filter(|user| attempt.sub.as_ref() == Some(&user.sub));
        let name = user.as_ref().map_or(attempt.username.as_str(), |user| &user.username);
        let device_key = attempt.device_key.as_deref().filter(|_| pool.remembers_devices());
        let device = match device_key {
            Some(key) => devices::find(db, &pool.id, name, key)?.filter(|_| user.is_some()),
            None => None,
        };
        let may_have_passkeys = user.is_some() && FirstFactor::WebAuthn.is_allowed(pool);
        let passkeys = if may_have_passkeys { passkeys::of_user(db, &pool.id, name)? } else { Vec::new() };
        let now_ms = sign_in.call.service.now_ms();
        Ok(Self { pool, hides: sign_in.client.hides_users(), user, passkeys, device, now_ms })
    }

    /// The user, as far as may be seen: where users are hidden, a disabled one is not there before the first factor.
    pub fn visible(&self, attempt: &Attempt) -> Option<&User> {
        let shown = |user: &&User| user.enabled || !self.hides || attempt.proven.first.is_some();
        self.user.as_ref().filter(shown)
    }

    /// What the sign-in can begin with; for one who is not to be seen, what somebody of that name might.
    pub fn first_factors(&self, attempt: &Attempt) -> Vec<FirstFactor> {
        // Made up for everybody, where anybody is: time must not tell.
        let stand_in = self.hides.then(|| stand_in::of(self.pool, &attempt.typed));
        match (self.visible(attempt), &stand_in) {
            (Some(user), _) => first_factors::available(self.pool, user, !self.passkeys.is_empty()),
            (None, Some(user)) => first_factors::available(self.pool, user, false),
            (None, None) => Vec::new(),
        }
    }

    pub fn holds(&self, proof: &FirstProof) -> bool {
        self.user.as_ref().is_some_and(|user| proof.holds(self.pool, user, &self.passkeys))
    }
}
