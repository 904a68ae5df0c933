//! Connections that are counted, and that a fault switch can cut before the answer is written.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::counters::Counters;

pub(super) struct CountingListener {
    listener: TcpListener,
    counters: Arc<Counters>,
}

/// Cuts the connection a request came in on, and knows whose it is.
#[derive(Clone)]
pub(super) struct ConnectionSwitch {
    state: Arc<AtomicU8>,
    peer: IpAddr,
}

const OPEN: u8 = 0;
const CLOSE: u8 = 1;
const RESET: u8 = 2;

pub(super) struct Connection {
    stream: TcpStream,
    switch: ConnectionSwitch,
}

impl CountingListener {
    pub fn new(listener: TcpListener, counters: Arc<Counters>) -> Self {
        Self { listener, counters }
    }
}

impl ConnectionSwitch {
    fn new(peer: IpAddr) -> Self {
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

impl Listener for CountingListener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    self.counters.add_connection();
                    // Small answers on kept connections would wait 40 ms for the client's acknowledgement. A socket
                    // that refuses the option is served all the same.
                    drop(stream.set_nodelay(true));
                    return (Connection { stream, switch: ConnectionSwitch::new(address.ip()) }, address);
                }
                // Out of file descriptors, most likely: some will be closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CountingListener>> for ConnectionSwitch {
    fn connect_info(stream: IncomingStream<'_, CountingListener>) -> Self {
        stream.io().switch.clone()
    }
}

impl Connection {
    fn check(&self) -> io::Result<()> {
        match self.switch.state.load(Ordering::SeqCst) {
            OPEN => Ok(()),
            RESET => {
                self.stream.set_zero_linger()?;
                Err(io::ErrorKind::ConnectionReset.into())
            }
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.check()?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
