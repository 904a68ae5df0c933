//! What the store still has to be told because it refused before: tried again in the background, and at once when a
//! call gives reason to hope.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::sync::Notify;

use super::keeper::Keeper;
use crate::storage::Over;

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// The writes and removals that are due.
#[derive(Debug, Default)]
pub(super) struct Debts {
    due: Mutex<Due>,
    any: AtomicBool,
    nudge: Arc<Notify>,
}

#[derive(Clone, Debug, Default)]
struct Due {
    /// The session in memory is newer than the stored one.
    save: Option<Over>,
    /// Signed-out sessions that are still stored: of the named users, or, without a name, all there are.
    remove: BTreeSet<Option<String>>,
    /// A task is at it.
    collecting: bool,
}

impl Debts {
    /// What the session in memory may overwrite, if it is not stored yet.
    pub fn save(&self) -> Option<Over> {
        self.lock().save
    }

    /// Lets the task try again now. Free where nothing is due.
    pub fn nudge(&self) {
        if self.any.load(Ordering::Acquire) {
            self.nudge.notify_one();
        }
    }

    fn change(&self, change: impl FnOnce(&mut Due)) {
        let mut due = self.lock();
        change(&mut due);
        self.any.store(due.save.is_some() || !due.remove.is_empty(), Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, Due> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Keeper {
    /// Notes whether the session in memory still has to be stored.
    pub(super) fn owe_save(self: &Arc<Self>, save: Option<Over>) {
        self.debts.change(|due| due.save = save);
        self.collect();
    }

    /// Notes that a signed-out session still has to be removed.
    pub(super) fn owe_removal(self: &Arc<Self>, username: Option<String>) {
        self.debts.change(|due| {
            due.remove.insert(username);
        });
        self.collect();
    }

    fn collect(self: &Arc<Self>) {
        let mut due = self.debts.lock();
        let idle = due.save.is_none() && due.remove.is_empty();
        if !idle && !std::mem::replace(&mut due.collecting, true) {
            tokio::spawn(collect(Arc::downgrade(self), self.debts.nudge.clone()));
        }
    }

    /// Tells the store once more; whether nothing is due any longer.
    async fn settle(self: &Arc<Self>) -> bool {
        let _changing = self.changing.lock().await;
        let due = self.debts.lock().clone();
        if let (Some(over), Some(live)) = (due.save, self.current())
            && let Ok(saved) = self.vault.save(live.record.clone(), over).await
        {
            self.debts.change(|due| due.save = None);
            let _ = self.after_saving(&live, saved); // the state tells what came of it
        }
        for username in due.remove {
            // Whoever signed in again since has a record of their own.
            let user = self.current().map(|live| live.record.username.clone());
            let keeps = user.is_some() && (username.is_none() || user == username);
            if keeps || self.vault.remove(username.as_deref()).await.is_ok() {
                self.debts.change(|due| {
                    due.remove.remove(&username);
                });
            }
        }
        let mut due = self.debts.lock();
        due.save = due.save.filter(|_| self.current().is_some());
        let done = due.save.is_none() && due.remove.is_empty();
        due.collecting = !done;
        self.debts.any.store(!done, Ordering::Release);
        done
    }
}

/// Tries again until nothing is due or the client is gone. There is no timer where nothing is due.
async fn collect(keeper: Weak<Keeper>, nudge: Arc<Notify>) {
    let mut wait = FIRST_WAIT;
    loop {
        let _ = tokio::time::timeout(wait, nudge.notified()).await; // either is reason enough
        let Some(keeper) = keeper.upgrade() else { return };
        if keeper.settle().await {
            return;
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}
