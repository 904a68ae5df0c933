//! What the Swift and Kotlin types print: what the same type's `shows!` says in Rust, in the language's own spelling, and
//! without a call of the library. A type with text in it that says nothing is an error.

mod declared;
pub(crate) mod exported;
pub(crate) mod kotlin;
pub(crate) mod renames;
pub(crate) mod swift;
pub(crate) mod types;
