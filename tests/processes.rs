//! Operating-system processes that share one file store, against one pool that takes no refresh token twice: whatever they
//! do at once, and whichever of them is killed, no session is lost, no sign-out is undone, and nobody acts for another.
//!
//! The processes are this test program again (`processes/child.rs`); they take commands over a pipe. Environment:
//! `PORTCULLIS_PROCESS_ROUNDS` says how many rounds each test plays, `PORTCULLIS_PROCESS_SEED` repeats a run's choices.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

mod test_pool;

#[path = "processes/child.rs"]
mod child;
#[path = "processes/extension.rs"]
mod extension;
#[path = "processes/killed.rs"]
mod killed;
#[path = "processes/lock.rs"]
mod lock;
#[path = "processes/process.rs"]
mod process;
#[path = "processes/refresh.rs"]
mod refresh;
#[path = "processes/sign_in.rs"]
mod sign_in;
#[path = "processes/sign_out.rs"]
mod sign_out;
#[path = "processes/story.rs"]
mod story;
#[path = "processes/tally.rs"]
mod tally;
#[path = "processes/world.rs"]
mod world;
