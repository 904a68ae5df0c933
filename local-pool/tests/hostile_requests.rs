//! Requests nobody should send, by the thousand: none may be answered with a 5xx, panic, hang, or leave memory behind.
//!
//! `HOSTILE_SEED=n` tries others; a failure names the seed and the life to replay, `HOSTILE_LIFE=n` plays one alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]
#![allow(clippy::disallowed_methods, reason = "these tests measure real time")]

#[path = "hostile_requests/by_the_model.rs"]
mod by_the_model;
#[path = "hostile_requests/bytes.rs"]
mod bytes;
#[path = "hostile_requests/forms.rs"]
mod forms;
#[path = "hostile_requests/http.rs"]
mod http;
#[path = "hostile_requests/lives.rs"]
mod lives;
#[path = "hostile_requests/random.rs"]
mod random;
#[path = "hostile_requests/raw.rs"]
mod raw;
#[path = "hostile_requests/watch.rs"]
mod watch;
