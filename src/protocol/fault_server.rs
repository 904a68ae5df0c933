//! A server that misbehaves on demand, and counts what reaches it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(super) const FINE: &str =
    "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\n\r\n{}";

/// What the server does with a request.
#[derive(Clone, Copy)]
pub(super) enum Fault {
    Answers(&'static str),
    /// Takes the request and never answers.
    Nothing,
    /// Answers a byte at a time, slower than anybody waits.
    Drips,
    /// Closes the connection without an answer.
    Closes,
    /// Resets the connection (RST) without an answer.
    Resets,
    /// Closes the connection one byte before the end of the answer.
    AnswersHalf,
    /// Answers, then resets the idle connection.
    AnswersAndResets,
    /// Answers in chunks, some time between them.
    AnswersInChunks,
    /// Says that 9 MB follow.
    AnnouncesTooMuch,
    /// Sends chunks without an end.
    NeverStops,
}

/// What has reached the server.
#[derive(Default)]
pub(super) struct Seen {
    connections: AtomicUsize,
    closed: AtomicUsize,
    requests: AtomicUsize,
}

impl Seen {
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The connections that the server has closed.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// A server on a free port of this machine that treats the nth request as the nth entry says, and all further ones as
/// the last. Gives its URL.
pub(super) async fn serve(script: &'static [Fault]) -> (String, Arc<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let seen = Arc::new(Seen::default());
    let counted = seen.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counted.connections.fetch_add(1, Ordering::SeqCst);
            let counted = counted.clone();
            tokio::spawn(async move {
                let _ = converse(stream, script, &counted).await; // a client may hang up at any time
                counted.closed.fetch_add(1, Ordering::SeqCst);
            });
        }
    });
    (address, seen)
}

async fn converse(mut stream: TcpStream, script: &[Fault], seen: &Seen) -> std::io::Result<()> {
    while read_request(&mut stream).await? {
        let number = seen.requests.fetch_add(1, Ordering::SeqCst);
        match script[number.min(script.len() - 1)] {
            Fault::Answers(text) => stream.write_all(text.as_bytes()).await?,
            Fault::Nothing => std::future::pending().await,
            Fault::Drips => {
                for byte in FINE.bytes() {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            Fault::Closes => return Ok(()),
            Fault::Resets => return stream.set_zero_linger(),
            Fault::AnswersHalf => return stream.write_all(&FINE.as_bytes()[..FINE.len() - 1]).await,
            Fault::AnswersAndResets => {
                stream.write_all(FINE.as_bytes()).await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
                return stream.set_zero_linger();
            }
            Fault::AnswersInChunks => {
                let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
                for part in [head, "1\r\n{\r\n", "1\r\n}\r\n", "0\r\n\r\n"] {
                    stream.write_all(part.as_bytes()).await?;
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
            Fault::AnnouncesTooMuch => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n").await?;
            }
            Fault::NeverStops => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
                loop {
                    stream.write_all(b"10\r\n                \r\n").await?;
                }
            }
        }
    }
    Ok(())
}

/// Reads one request; false at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> std::io::Result<bool> {
    let mut received = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = stream.read(&mut buffer).await?;
        if count == 0 {
            return Ok(false);
        }
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received).to_lowercase();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            if body.len() >= length.map_or(0, |length| length.trim().parse().unwrap()) {
                return Ok(true);
            }
        }
    }
}
