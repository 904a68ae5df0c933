//! cargo-mutants: some two minutes on two cores.

use super::cargo_tool::CargoTool;

/// The report that is read, and which mutants there are, differ between versions.
pub const CARGO_MUTANTS: CargoTool = CargoTool { name: "cargo-mutants", version: "27.1.0", any_version: false };
