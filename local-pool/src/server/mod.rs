//! Serving over HTTP, on a runtime of its own: a test's runtime may have one thread, or a clock that stands still.

mod accept;
mod access;
mod connection;
mod connections;
mod counters;
mod local;
mod receive;
mod report;
mod routes;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{Semaphore, oneshot};

pub(crate) use self::access::Access;
pub use self::connections::Limits;
pub(crate) use self::counters::Counters;
use self::local::events::MOST_WATCHING;
use crate::authenticator::Authenticator;
use crate::blocking;
use crate::error::{Outcome, ServiceError};
use crate::faults::Faults;
use crate::pools::Pool;
use crate::service::Service;
use crate::wire::answer::Stamp;

/// How long stopping may take when something blocks.
const SHUTDOWN: Duration = Duration::from_secs(1);

/// What requests are answered from.
#[derive(Clone)]
pub(crate) struct App {
    pub service: Arc<Service>,
    pub faults: Faults,
    pub counters: Arc<Counters>,
    pub access: Arc<Access>,
    pub limits: Limits,
    /// A seat for everyone who watches the events.
    pub watching: Arc<Semaphore>,
    /// What `/_local/authenticator` uses.
    pub authenticator: Authenticator,
    /// The id of the first pool of the configuration, if it has any.
    pub first_pool: Option<String>,
}

impl App {
    /// The pool with this id; by default the first of the configuration, or the only one there is.
    pub fn pool(&self, id: Option<&str>) -> Outcome<Arc<Pool>> {
        let store = &self.service.store;
        if let Some(id) = id.or(self.first_pool.as_deref()) {
            return store.pool(id);
        }
        match store.pools()?.as_slice() {
            [only] => store.pool(&only.id),
            pools => {
                let text =
                    format!("The configuration names no pool and there are {}: name one by its id.", pools.len());
                Err(ServiceError::resource_not_found(text))
            }
        }
    }
}

/// A server that runs until this is dropped.
pub(crate) struct Running {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    runtime: Handle,
}

/// A socket that is bound but not yet served.
pub(crate) struct Bound {
    listener: TcpListener,
    pub address: SocketAddr,
}

pub(crate) fn bind(listen: SocketAddr) -> std::io::Result<Bound> {
    let listener = TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok(Bound { listener, address })
}

/// Serves on a thread of its own.
pub(crate) fn run(bound: Bound, app: App) -> std::io::Result<Running> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(workers())
        .thread_name("local-pool")
        .on_thread_start(blocking::mark_server_thread)
        .enable_all()
        .build()?;
    let handle = runtime.handle().clone();
    let (stop, stopped) = oneshot::channel();
    let thread = std::thread::Builder::new()
        .name("local-pool-main".into())
        .spawn(move || serve(runtime, bound, app, stopped))?;
    Ok(Running { stop: Some(stop), thread: Some(thread), runtime: handle })
}

fn serve(runtime: Runtime, bound: Bound, app: App, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        let Ok(listener) = tokio::net::TcpListener::from_std(bound.listener) else { return };
        tokio::select! {
            () = accept::serve(listener, app.clone()) => {}
            _ = stopped => {}
        }
        end_streams(&app).await;
    });
    // Open connections and the database close with the runtime; a trigger that blocks a thread is not waited for.
    runtime.shutdown_timeout(SHUTDOWN);
}

/// Lets those who watch see an end rather than a broken connection.
async fn end_streams(app: &App) {
    let idle = |app: &App| app.watching.available_permits() == MOST_WATCHING;
    let was_idle = idle(app);
    app.service.feed.close();
    for _ in 0..20 {
        if was_idle {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        if idle(app) {
            // For the last bytes to go out.
            return tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

pub(crate) fn seats() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(MOST_WATCHING))
}

fn stamp(app: &App) -> Stamp {
    Stamp { request_id: app.service.random.uuid(), now: app.service.clock.now() }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 4)
}

impl Running {
    /// Runs something where requests are answered.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.runtime.spawn(work)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Nobody listens when the server has ended by itself.
            let _ended_before = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
