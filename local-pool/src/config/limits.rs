//! How much and how long clients may take.

use std::time::Duration;

/// How much and how long clients may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections open at the same time. One more, and the one that has been idle or half-sent longest is closed.
    /// Default: half of the files that the process may have open, and 1,024 at most.
    pub connections: usize,
    /// From the first byte of a request to the last of its headers. Default: 10 s.
    pub headers: Duration,
    /// From the headers of a request to the end of its body. Default: 30 s.
    pub body: Duration,
    /// How long a connection stays open with nothing going over it. Default: 60 s.
    pub idle: Duration,
}

const MOST_CONNECTIONS: usize = 1_024;

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: (open_files() / 2).clamp(16, MOST_CONNECTIONS),
            headers: Duration::from_secs(10),
            body: Duration::from_secs(30),
            idle: Duration::from_secs(60),
        }
    }
}

#[cfg(unix)]
fn open_files() -> usize {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX)
}

#[cfg(not(unix))]
fn open_files() -> usize {
    usize::MAX
}
