//! A client that sends whatever it is given.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than anything should take.
pub const TOO_LONG: Duration = Duration::from_secs(20);

/// A kept connection.
pub struct Client {
    address: String,
    stream: Option<BufReader<TcpStream>>,
}

pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Client {
    pub fn new(address: String) -> Self {
        Self { address, stream: None }
    }

    /// An operation of user pools.
    pub fn operate(&mut self, operation: &str, body: &[u8]) -> Reply {
        self.send(&format!("AWSCognitoIdentityProviderService.{operation}"), body)
    }

    pub fn send(&mut self, target: &str, body: &[u8]) -> Reply {
        self.post("/", &format!("X-Amz-Target: {target}\r\n"), body)
    }

    pub fn post(&mut self, path: &str, headers: &str, body: &[u8]) -> Reply {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        let mut request = head.into_bytes();
        request.extend_from_slice(body);
        let mut stream = self.stream.take().unwrap_or_else(|| connect(&self.address));
        stream.get_mut().write_all(&request).expect("the server takes the request");
        let (reply, goes_on) = read(&mut stream);
        self.stream = goes_on.then_some(stream);
        reply
    }
}

fn connect(address: &str) -> BufReader<TcpStream> {
    let stream = TcpStream::connect(address).expect("the server takes connections");
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(TOO_LONG)).unwrap();
    BufReader::new(stream)
}

/// The reply, and whether the connection stays open.
fn read(stream: &mut BufReader<TcpStream>) -> (Reply, bool) {
    let (mut status, mut length, mut goes_on) = (None, 0, true);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).expect("an answer in time");
        assert!(!line.is_empty(), "the connection ended without an answer");
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("http/1.1 ") {
            status = rest.get(..3).and_then(|code| code.parse().ok());
        } else if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        } else if line == "connection: close" {
            goes_on = false;
        } else if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("the whole answer");
    (Reply { status: status.expect("a status"), body }, goes_on)
}
