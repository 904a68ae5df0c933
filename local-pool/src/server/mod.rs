//! Serving over HTTP, on a runtime of its own: a test's runtime may have one thread, or a clock that stands still.

mod accept;
mod access;
mod app;
mod connection;
mod connections;
mod counters;
mod faulty;
mod hosted;
mod in_process;
mod local;
mod names;
mod receive;
mod report;
mod routes;
mod stream;
mod sts;
mod tls;

use std::net::{SocketAddr, TcpListener};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::oneshot;

pub(crate) use self::access::Access;
use self::app::MOST_WATCHING;
pub(crate) use self::app::{App, seats};
pub(crate) use self::counters::Counters;
pub(crate) use self::in_process::call;
pub(crate) use self::tls::certificate;
use crate::blocking;

/// How long stopping may take when something blocks.
const SHUTDOWN: Duration = Duration::from_secs(1);

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
