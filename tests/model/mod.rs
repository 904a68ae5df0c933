//! A model of everything around the client, and of what the client may do: for random histories in virtual time.
//!
//! | file | what it is |
//! |---|---|
//! | `chance.rs` | one seed, all randomness |
//! | `pace.rs` | makes store calls, which run on threads, a part of the one order of events |
//! | `world.rs` | true time, the device's clocks and how they can be wrong |
//! | `disk.rs`, `gate.rs` | the store and its lock; a process' way to it, which ends where the process is killed |
//! | `pool.rs`, `wire.rs` | the service; the network with its faults |
//! | `step.rs` | what can happen, as a list to read |
//! | `play.rs`, `call.rs` | plays a history |
//! | `book.rs`, `verdict.rs` | what is allowed: the reference model and its complaints |
//! | `sabotage.rs` | planted faults, which the model must find |
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod book;
pub mod call;
pub mod chance;
pub mod disk;
pub mod gate;
pub mod pace;
pub mod play;
pub mod pool;
pub mod sabotage;
pub mod step;
pub mod verdict;
pub mod wire;
pub mod world;
