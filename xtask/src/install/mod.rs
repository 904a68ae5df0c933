//! Installs what the steps need, or names what is missing where it cannot.
//!
//! Programs come from the system's packages (apt, as root or through sudo without a password); the rest goes to the
//! cache folder, where a stamp beside each part says that it is whole.

use crate::progress::Progress;
use crate::verdict::Stop;
use crate::workspace::Workspace;

mod apt;
pub mod browser;
mod cargo_tool;
mod deny;
pub mod fuzzer;
mod kotlin;
pub mod mobile;
mod mutants;
pub mod node;
pub mod python;
mod rust;
mod stamp;
pub mod swift;
mod swift_root;

pub use deny::CARGO_DENY;
pub use mutants::CARGO_MUTANTS;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece {
    Rust,
    Kotlin,
    Swift,
    Mobile,
    Node,
    Python,
    Browser,
    Deny,
    Mutants,
}

impl Piece {
    /// What `cargo xtask test` needs.
    pub const USUAL: [Self; 7] =
        [Self::Rust, Self::Kotlin, Self::Swift, Self::Mobile, Self::Node, Self::Python, Self::Browser];

    pub fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
            Self::Mobile => "mobile",
            Self::Node => "node",
            Self::Python => "python",
            Self::Browser => "browser",
            Self::Deny => "deny",
            Self::Mutants => "mutants",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::USUAL.into_iter().chain([Self::Deny, Self::Mutants]).find(|piece| piece.name() == name)
    }
}

/// Makes sure that the piece is there; quick when it is.
pub fn install(workspace: &Workspace, progress: &Progress, piece: Piece) -> Result<(), Stop> {
    match piece {
        Piece::Rust => rust::install(workspace, progress),
        Piece::Kotlin => kotlin::install(workspace, progress),
        Piece::Swift => swift::install(workspace, progress),
        Piece::Mobile => mobile::install(workspace, progress),
        Piece::Node => node::install(workspace, progress),
        Piece::Python => python::install(workspace, progress),
        Piece::Browser => browser::install(workspace, progress),
        Piece::Deny => CARGO_DENY.install(workspace, progress),
        Piece::Mutants => CARGO_MUTANTS.install(workspace, progress),
    }
}
