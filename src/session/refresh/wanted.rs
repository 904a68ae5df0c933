//! What those who ask for a refresh want.

use crate::session::session::Session;
use crate::support::clock::ServiceClock;

/// What the one who asks wants of the tokens.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::session) struct Wanted {
    /// Other ones, whatever the present ones are good for.
    pub forced: bool,
    /// That they work for so many seconds more.
    pub needed: i64,
}

impl Wanted {
    /// New ones.
    pub const NEW: Self = Self { forced: true, needed: 0 };

    pub(super) fn is_met_by(self, session: &Session, clock: &ServiceClock) -> bool {
        session.is_fresh_for(self.needed, clock)
    }
}
