//! The bridge to Swift and Kotlin: the only place with UniFFI objects, foreign traits and the runtime. It holds no
//! logic of its own; `bindings/` has the idiomatic API that people see.

mod cancel;
mod client;
mod configuration;
mod credentials;
mod device_facts;
mod errors;
mod events;
mod factors;
mod library;
mod refresh_metadata;
mod runtime;
mod secret_text;
mod session;
mod store;
