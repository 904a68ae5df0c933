//! What another process that shares the store did to the session: renewed it, ended it, or brought it back.

use std::sync::Arc;

use super::Refresher;
use crate::error::{Error, Result};
use crate::events::AuthEvent;
use crate::session::current::Change;
use crate::session::session::Session;

impl Refresher {
    /// Looks whether another process that shares the store has renewed or ended the session, and takes that over. Gives the
    /// session as it is then; not being signed in any more is an error.
    pub(super) async fn look_at_store(&self, session: &Arc<Session>) -> Result<Arc<Session>> {
        let live = || self.current.live_of(&session.subject());
        if self.persistence.is_due(session) {
            return live();
        }
        let stored = match self.persistence.session(session.username()).await {
            // A damaged record stops nobody: a copy was set aside, and the new tokens take its place.
            Err(Error::StorageCorrupt(why)) => {
                let error = Error::StorageCorrupt(why).into();
                self.current.hub.emit(&AuthEvent::StorageFailed { error });
                return live();
            }
            other => other?,
        };
        let _changing = self.persistence.changing().await;
        let Some(held) = self.current.as_held(session) else { return live() };
        match stored {
            Some(record) if record.age() > held.record().age() => self.adopt(&held, Some(held.as_stored(record))),
            Some(_) => {}
            None => {
                self.adopt(&held, None);
                return Err(Error::NotSignedIn);
            }
        }
        live()
    }

    /// Takes over what another process did to the session.
    pub(super) fn adopt(&self, before: &Session, stored: Option<Session>) {
        if let Some(session) = &stored {
            self.clock.recall(session.clock_reading());
        }
        self.current.publish(|current| current.continues(before), Change::Learned(stored.map(Arc::new)));
    }

    /// Looks whether another process has brought back a session that ended here: it signed in again, or it won the race
    /// for a rotated token.
    pub(in crate::session) async fn revived(&self, ended: &Arc<Session>) -> Option<Arc<Session>> {
        if self.persistence.is_due(ended) {
            return None;
        }
        let record = self.persistence.session(ended.username()).await.ok()??;
        let _changing = self.persistence.changing().await;
        if record.ended.is_none() && record.age() >= ended.record().age() {
            self.adopt(ended, Some(Session::from_record(record)));
        }
        self.current.live_of(&ended.subject()).ok()
    }
}
