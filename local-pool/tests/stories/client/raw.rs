//! Requests as bytes, for what no HTTP library sends.

use std::time::Duration;

use local_pool::LocalPool;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub async fn connect(pool: &LocalPool) -> TcpStream {
    TcpStream::connect(address(pool)).await.unwrap()
}

/// `127.0.0.1:PORT`
pub fn address(pool: &LocalPool) -> String {
    pool.endpoint().trim_start_matches("http://").to_owned()
}

/// All that comes until the server closes the connection, which it has to do soon.
pub async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let reading = stream.read_to_end(&mut bytes);
    // A reset after the answer is an end too.
    let _end = tokio::time::timeout(Duration::from_secs(10), reading).await.expect("the server closes the connection");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Sends bytes and reads on until the server closes the connection.
pub async fn exchange(pool: &LocalPool, bytes: &[u8]) -> String {
    let mut stream = connect(pool).await;
    stream.write_all(bytes).await.unwrap();
    rest(&mut stream).await
}

/// A request of an operation that asks to close the connection; `headers` with their line ends.
pub fn request(operation: &str, headers: &str, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\n{headers}Connection: close\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
