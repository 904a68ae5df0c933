//! Our own runtime. An exported function only waits: the client does its work in a task of this runtime, and what Swift or
//! Kotlin polls on their threads, possibly the main one, is the waiting for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::cancel::CancelToken;
use crate::error::{AuthError, Error};
use crate::support::task::{Anything, BoxFuture, erased, given};

static RUNTIME: OnceLock<Option<Runtime>> = OnceLock::new();

/// The runtime; made at the first call. Small, since app extensions have little memory: threads sleep when idle.
pub(super) fn runtime() -> Result<&'static Runtime, AuthError> {
    let made = RUNTIME.get_or_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            // A store that hangs holds one thread of its client: so many clients may hang and the others go on.
            .max_blocking_threads(512)
            .thread_keep_alive(Duration::from_secs(10))
            .thread_name("portcullis")
            .thread_stack_size(1024 * 1024)
            .enable_all()
            .build()
            .ok()
    });
    made.as_ref().ok_or_else(|| Error::internal("the background threads could not be started").into())
}

/// Waits for a call until it ends or the caller gives up. What it has begun runs to its end.
pub(super) fn run<T: Send + 'static>(
    cancel: Option<Arc<CancelToken>>,
    call: impl Future<Output = Result<T, AuthError>> + Send + 'static,
) -> impl Future<Output = Result<T, AuthError>> {
    run_typed(cancel, erased(call))
}

/// One code for each type of result.
async fn run_typed<T: 'static>(cancel: Option<Arc<CancelToken>>, call: Call) -> Result<T, AuthError> {
    given(run_erased(cancel, call).await?).map_err(AuthError::from)
}

/// A call of the client, of any kind.
type Call = BoxFuture<'static, Result<Anything, AuthError>>;

/// The one code for all calls, so that each adds no more than itself to the library.
async fn run_erased(cancel: Option<Arc<CancelToken>>, call: Call) -> Result<Anything, AuthError> {
    let waiting = Inside { runtime: runtime()?, call };
    match cancel {
        None => waiting.await,
        Some(token) => tokio::select! {
            biased;
            result = waiting => result,
            () = token.cancelled() => Err(Error::Cancelled.into()),
        },
    }
}

/// A call that finds our runtime wherever it is polled.
struct Inside {
    runtime: &'static Runtime,
    call: Call,
}

impl Future for Inside {
    type Output = Result<Anything, AuthError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _inside = self.runtime.enter();
        self.call.as_mut().poll(context)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Condvar, Mutex};

    use super::*;
    use crate::client::AuthClient;
    use crate::config::AuthConfiguration;
    use crate::storage::{MemoryStore, SecureStore, StoreFailure, Stored};

    /// Answers nothing until it may.
    #[derive(Debug, Default)]
    struct Hangs {
        may_answer: Mutex<bool>,
        changed: Condvar,
    }

    impl Hangs {
        fn wait(&self) {
            let mut may = self.may_answer.lock().unwrap();
            while !*may {
                may = self.changed.wait(may).unwrap();
            }
        }
    }

    impl SecureStore for Hangs {
        fn read(&self, _key: &str) -> Result<Stored, StoreFailure> {
            self.wait();
            Ok(Stored::Absent)
        }

        fn write(&self, _key: &str, _bytes: &[u8]) -> Result<(), StoreFailure> {
            self.wait();
            Ok(())
        }

        fn remove(&self, _key: &str) -> Result<(), StoreFailure> {
            self.wait();
            Ok(())
        }

        fn keys(&self, _prefix: &str) -> Result<Vec<String>, StoreFailure> {
            self.wait();
            Ok(Vec::new())
        }
    }

    fn client(store: Arc<dyn SecureStore>) -> AuthClient {
        let configuration = AuthConfiguration::builder("eu-west-1_Pool", "client").build().unwrap();
        AuthClient::builder(configuration).store(store).build()
    }

    #[test]
    fn stores_that_hang_starve_no_other_client() {
        let runtime = runtime().unwrap();
        let hanging = Arc::new(Hangs::default());
        let stuck: Vec<_> = (0..100)
            .map(|_| {
                let client = client(hanging.clone());
                runtime.spawn(async move { client.load().await })
            })
            .collect();
        let begun = tokio::time::Instant::now();
        let healthy = client(Arc::new(MemoryStore::new()));
        for _ in 0..20 {
            runtime.block_on(healthy.load()).unwrap();
        }
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        *hanging.may_answer.lock().unwrap() = true;
        hanging.changed.notify_all();
        for load in stuck {
            runtime.block_on(load).unwrap().unwrap();
        }
    }
}
