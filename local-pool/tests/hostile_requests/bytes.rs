//! Two thousand connections with bytes that are no good request, sixteen at a time.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use local_pool::{Limits, LocalPool, PoolConfig, ServerConfig};

use super::http::Client;
use super::random::{Random, seed};
use super::raw::{self, Attack};
use super::watch::Watch;

const CONNECTIONS: u64 = 2_000;
/// The server's limits are much shorter.
const TOO_LONG: Duration = Duration::from_secs(10);
const MOST_MIB: u64 = 64;

#[test]
fn bytes_that_are_no_request() {
    let watch = Watch::start();
    let quick = Duration::from_millis(150);
    let limits = Limits { connections: 64, headers: quick, body: quick, idle: quick };
    let config = ServerConfig { pools: vec![PoolConfig::default()], limits, ..ServerConfig::default() };
    let pool = LocalPool::start_blocking(config).unwrap();
    let address = pool.endpoint().trim_start_matches("http://").to_owned();
    let (seed, next) = (seed(), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= CONNECTIONS {
                        return;
                    }
                    let attack = raw::attack(&mut Random::of(seed, number), &address);
                    let started = Instant::now();
                    let answer = play(&address, &attack);
                    let shown = || {
                        let bytes = &attack.bytes[..attack.bytes.len().min(300)];
                        format!("seed {seed}, connection {number}: {}", String::from_utf8_lossy(bytes))
                    };
                    assert!(started.elapsed() < TOO_LONG, "{:?}\n{}", started.elapsed(), shown());
                    let text = String::from_utf8_lossy(&answer);
                    assert!(!text.contains("HTTP/1.1 5") && !text.contains("HTTP/1.0 5"), "{text}\n{}", shown());
                    assert!(answer.len() < 1 << 20, "{} bytes\n{}", answer.len(), shown());
                }
            });
        }
    });
    let reply = Client::new(address).operate("ListUserPools", b"{\"MaxResults\":1}");
    assert_eq!(reply.status, 200);
    watch.check(MOST_MIB);
}

/// Sends the bytes and reads until the server ends the connection.
fn play(address: &str, attack: &Attack) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).expect("the server takes connections");
    stream.set_read_timeout(Some(TOO_LONG)).unwrap();
    stream.set_write_timeout(Some(TOO_LONG)).unwrap();
    let parts = attack.bytes.chunks(attack.bytes.len().div_ceil(attack.parts).max(1));
    for part in parts {
        // The server may have had enough before the end.
        if stream.write_all(part).is_err() {
            break;
        }
        if attack.parts > 1 {
            std::thread::sleep(Duration::from_millis(60));
        }
    }
    if attack.hangs_up {
        drop(stream.shutdown(Shutdown::Write));
    }
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == ErrorKind::WouldBlock || error.kind() == ErrorKind::TimedOut => {
            panic!("the server lets a connection hang: {}", String::from_utf8_lossy(&attack.bytes));
        }
        // A reset is an end too.
        _ => answer,
    }
}
