//! The table in Swift.

use super::numbers::number;
use super::regions::replaced;
use super::table::{camel, cases, codes as all};

pub const CODES: &str = "bindings/swift/Sources/Portcullis/AuthErrorCode.swift";
pub const ERROR: &str = "bindings/swift/Sources/Portcullis/AuthError.swift";

const HEAD: &str = r#"// Written by `cargo xtask errors` from src/error/table.rs.

/// A stable, documented code of an error: what to compare. A later release may know more of them.
///
/// ```swift
/// if error.code == .passkeyCancelled { offerAnotherWay() }
/// ```
public struct AuthErrorCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The code as it stands in logs and in ``AuthErrorInfo``, for example `code_mismatch`.
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public var description: String { rawValue }
}

extension AuthErrorCode {
"#;

/// Words of the language, which need backticks where they name something.
fn name(of: &str) -> String {
    if of == "internal" { format!("`{of}`") } else { of.to_owned() }
}

pub fn codes() -> String {
    let mut text = HEAD.to_owned();
    for code in all() {
        let (raw, meaning) = (code.as_str(), code.meaning());
        text += &format!("    /// {meaning}\n");
        text += &format!("    public static let {} = Self(rawValue: {raw:?})\n", name(&camel(raw).replace("Ui", "UI")));
    }
    text += "\n    /// The number of the code in an `NSError`; it stays the same in every release. 1000 for codes that are not known.\n";
    text += "    public var number: Int {\n        switch rawValue {\n";
    for code in all() {
        text += &format!("        case {:?}: {}\n", code.as_str(), number(code.as_str()));
    }
    text + "        default: 1000\n        }\n    }\n}\n"
}

pub fn error(file: &str) -> String {
    let cases = cases();
    let declared: Vec<String> = cases
        .iter()
        .flat_map(|case| [format!("/// {}", case.meaning), format!("case {}(AuthErrorInfo)", name(&case.in_swift()))])
        .collect();
    let last = cases.len() - 1;
    let infos: Vec<String> = cases
        .iter()
        .enumerate()
        .map(|(at, case)| {
            let (begin, end) = (if at == 0 { "case" } else { "   " }, if at == last { ": info" } else { "," });
            format!("{begin} .{}(let info){end}", case.in_swift())
        })
        .collect();
    let mapped: Vec<String> =
        cases.iter().map(|case| format!("case .{}(let info): .{}(info)", case.name, case.in_swift())).collect();
    let file = replaced(file, "the cases", &declared);
    let file = replaced(&file, "their details", &infos);
    replaced(&file, "their names in the core", &mapped)
}
