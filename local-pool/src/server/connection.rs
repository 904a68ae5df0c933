//! One connection: a fault switch can cut it before the answer is written, and its end does not cost the client the answer.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::connections::Activity;
use super::stream::Stream;

/// Cuts the connection a request came in on, and knows whose it is.
#[derive(Clone)]
pub(super) struct ConnectionSwitch {
    state: Arc<AtomicU8>,
    peer: IpAddr,
}

const OPEN: u8 = 0;
const CLOSE: u8 = 1;
const RESET: u8 = 2;

/// How long what a client still sends is read after the last answer.
const LINGER: Duration = Duration::from_secs(5);

pub(super) struct Connection {
    stream: Stream,
    switch: ConnectionSwitch,
    activity: Arc<Activity>,
    /// Once the server has said its last word.
    lingers: Option<Pin<Box<Sleep>>>,
}

impl ConnectionSwitch {
    pub fn new(peer: IpAddr) -> Self {
        Self { state: Arc::default(), peer }
    }

    pub fn peer(&self) -> IpAddr {
        self.peer
    }

    /// Ends the connection without another byte.
    pub fn close(&self) {
        self.state.store(CLOSE, Ordering::SeqCst);
    }

    /// As [`Self::close`], with a TCP reset.
    pub fn reset(&self) {
        self.state.store(RESET, Ordering::SeqCst);
    }
}

impl Connection {
    pub fn new(stream: Stream, switch: ConnectionSwitch, activity: Arc<Activity>) -> Self {
        // Small answers on kept connections would wait 40 ms for the client's acknowledgement. A socket that refuses
        // the option is served all the same.
        drop(stream.tcp().set_nodelay(true));
        Self { stream, switch, activity, lingers: None }
    }

    fn check(&self) -> io::Result<()> {
        match self.switch.state.load(Ordering::SeqCst) {
            OPEN => Ok(()),
            RESET => {
                self.stream.tcp().set_zero_linger()?;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    fn written(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.activity.has_written();
        }
        written
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.has_read();
        }
        read
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.written(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    /// Says that nothing more comes and reads on for a while. Closing with bytes unread would be a reset, and a reset
    /// takes answers along that the client has not read yet.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.lingers.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.lingers = Some(Box::pin(sleep(LINGER)));
        }
        let mut scrap = [0_u8; 16 * 1024];
        loop {
            if self.lingers.as_mut().is_none_or(|time| time.as_mut().poll(cx).is_ready()) {
                return Poll::Ready(Ok(()));
            }
            let mut buffer = ReadBuf::new(&mut scrap);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}
