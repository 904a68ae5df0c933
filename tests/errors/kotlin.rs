//! The table in Kotlin.

use super::regions::replaced;
use super::table::{cases, codes as all};

pub const CODES: &str = "bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis/AuthErrorCode.kt";
pub const EXCEPTION: &str = "bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis/AuthException.kt";

const HEAD: &str = "\
// Written by `cargo xtask errors` from src/error/table.rs.

package dev.portcullis

/**
 * The stable, documented codes of errors: what to compare with [AuthException.code]. A later release may know more.
 */
public object AuthErrorCode {
";

pub fn codes() -> String {
    let constants: Vec<String> = all()
        .iter()
        .map(|code| {
            let (raw, meaning) = (code.as_str(), code.meaning());
            format!("    /** {meaning} */\n    public const val {}: String = {raw:?}\n", raw.to_uppercase())
        })
        .collect();
    format!("{HEAD}{}}}\n", constants.join("\n"))
}

pub fn exception(file: &str) -> String {
    let cases = cases();
    let mut declared = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        if at > 0 {
            declared.push(String::new());
        }
        declared.push(format!("/** {} */", case.meaning));
        declared.push(format!("public class {}(info: AuthErrorInfo) : AuthException(info)", case.name));
    }
    let mapped: Vec<String> =
        cases.iter().map(|case| format!("is CoreException.{0} -> AuthException.{0}(info)", case.name)).collect();
    replaced(&replaced(file, "the cases", &declared), "their names in the core", &mapped)
}
