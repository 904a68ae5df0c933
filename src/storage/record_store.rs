//! The records, asked off the async workers, one call at a time, and never waited for longer than a call may take.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use super::SecureStore;
use super::lock_state::Locked;
use super::records::Records;
use crate::error::{Error, Result};
use crate::support::deadline;
use crate::support::random::Random;
use crate::support::task::{self, Anything, given};

/// A key store that does not answer within this time counts as failed for now.
const STORE_LIMIT: Duration = Duration::from_secs(10);

/// What is asked of the records in one go.
pub(super) type Transaction = Box<dyn FnOnce(&Records) -> Result<Anything> + Send>;

/// The records of one user pool and app client. Cheap to clone; the clones take turns.
#[derive(Clone, Debug)]
pub(crate) struct RecordStore {
    records: Records,
    turn: Arc<tokio::sync::Mutex<()>>,
    pub(super) random: Arc<dyn Random>,
    pub(super) locked: Arc<Locked>,
    /// How often the lock was asked for, to spread those who wait.
    pub(super) asked: Arc<AtomicU32>,
}

impl RecordStore {
    pub fn new(store: Arc<dyn SecureStore>, pool_id: &str, client_id: &str, random: Arc<dyn Random>) -> Self {
        Self {
            records: Records::new(store, pool_id, client_id),
            turn: Arc::default(),
            random,
            locked: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// Reads, without the lock: every record is whole, but two of them may be of different moments.
    pub async fn read<T: Send + 'static>(
        &self,
        code: impl FnOnce(&Records) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.run(code).await
    }

    /// Runs code on the store, on a thread that may block.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        code: impl FnOnce(&Records) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        given(self.run_erased(Box::new(|records| Ok(Box::new(code(records)?)))).await?)
    }

    /// The one code for all that is asked of the store.
    pub(super) async fn run_erased(&self, code: Transaction) -> Result<Anything> {
        let (records, turn) = (self.records.clone(), self.turn.clone());
        let call = async {
            let turn = turn.lock_owned().await;
            // The store's turn ends with its call and not with the waiting: a store that hangs holds one thread only.
            task::blocking("the secure store", move || {
                let result = code(&records);
                drop(turn);
                result
            })
            .await
        };
        let no_answer = || Error::StorageFailed("the store gave no answer in time".to_owned());
        tokio::time::timeout_at(deadline::at_most(STORE_LIMIT), call).await.map_err(|_elapsed| no_answer())??
    }
}
