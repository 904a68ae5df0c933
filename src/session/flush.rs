//! Making the writes that are due: at once where somebody asks for it, and in the background until the store takes them;
//! and taking over into memory what they came to.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::current::{Change, Current};
use super::persistence::{Changing, Persistence, Written};
use super::remote::Remote;
use super::session::Session;
use crate::error::Error;
use crate::storage::record::SessionRecord;
use crate::storage::{Begun, Renewed, SignedOutAccount, Whose};
use crate::support::task::spawn;

/// Between two tries to store what the store refused.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Keeps the store up with memory.
#[derive(Debug)]
pub(super) struct Flusher {
    pub current: Arc<Current>,
    pub persistence: Arc<Persistence>,
    pub remote: Arc<Remote>,
}

/// What a removal came to.
pub(super) struct Removed {
    pub accounts: Vec<SignedOutAccount>,
    pub problem: Option<Error>,
}

impl Flusher {
    pub const fn new(current: Arc<Current>, persistence: Arc<Persistence>, remote: Arc<Remote>) -> Self {
        Self { current, persistence, remote }
    }

    /// Removes sessions from the store; what the store refuses is tried again later.
    pub async fn remove(self: &Arc<Self>, changing: &Changing<'_>, whose: Whose) -> Removed {
        match self.persistence.sign_out(changing, whose).await {
            Ok(signed_out) => {
                self.current.learn_after_own(signed_out.index, signed_out.changed);
                self.flush_later();
                Removed { accounts: signed_out.removed, problem: signed_out.problem }
            }
            Err(error) => {
                self.flush_later();
                Removed { accounts: Vec::new(), problem: Some(error) }
            }
        }
    }

    /// Tries again in the background until nothing is due or the client is gone. There is no timer where nothing is due.
    pub fn flush_later(self: &Arc<Self>) {
        if !self.persistence.becomes_flusher() {
            return;
        }
        let (weak, persistence) = (Arc::downgrade(self), self.persistence.clone());
        spawn(async move {
            let mut wait = FIRST_WAIT;
            loop {
                persistence.pause(wait).await;
                let Some(this) = Weak::upgrade(&weak) else { return };
                let changing = persistence.changing().await;
                if this.flush(&changing).await.is_none() {
                    persistence.stops_flushing();
                    return;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        });
    }

    /// Makes the writes that are due, and takes over what they came to.
    pub async fn flush(&self, changing: &Changing<'_>) -> Option<Error> {
        let (written, problem) = self.persistence.flush(changing).await;
        for written in written {
            self.take_over(written);
        }
        problem
    }

    fn take_over(&self, written: Written) {
        let session = self.current.session();
        let of = |username: &str| session.as_ref().filter(|session| session.record().username == *username);
        match written {
            Written::Begun(Begun::Stored { index, session: record, replaced, .. }) => {
                self.current.learn_index(index);
                self.remote.revoke_accounts_later(replaced);
                self.hold_as_stored(of(&record.username), *record);
            }
            Written::Renewed(_, Renewed::Stored(record)) => self.hold_as_stored(of(&record.username), *record),
            Written::Renewed(_, Renewed::Newer(record)) => {
                if let Some(before) = of(&record.username) {
                    let newer = Arc::new(Session::from_record(*record));
                    self.current.publish(|current| current.continues(before), Change::Learned(Some(newer)));
                }
            }
            Written::Renewed(username, Renewed::Gone) => {
                if let Some(before) = of(&username) {
                    self.current.publish(|current| current.continues(before), Change::Learned(None));
                }
            }
            Written::SignedOut(signed_out) => self.current.learn_after_own(signed_out.index, signed_out.changed),
            Written::Begun(Begun::Unwanted) | Written::Tidied => {}
        }
    }

    fn hold_as_stored(&self, before: Option<&Arc<Session>>, record: SessionRecord) {
        if let Some(before) = before {
            let stored = Arc::new(before.as_stored(record));
            self.current.publish(|current| current.continues(before), Change::Stored(stored));
        }
    }
}
