//! cargo-deny: some ten minutes on two cores.

use super::cargo_tool::CargoTool;

pub const CARGO_DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2", any_version: true };
