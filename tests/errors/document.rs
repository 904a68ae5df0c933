//! The table as a document.

use std::collections::BTreeSet;

use portcullis::ErrorCode;

use super::NEVER_GIVEN;
use super::calls::{
    Documented, EVERY_CALL, OF_THE_BROWSER, OF_THE_KOTLIN_LIBRARY, SERVICE, USER, of_the_passkey_dialog, shown,
};
use super::table::{Case, cases};

pub const PATH: &str = "docs/errors.md";

const HEAD: &str = "\
# Errors

Written by `cargo xtask errors` from `src/error/table.rs` and from what the calls in `src/client` say under `# Errors`.

Every failure of every call is one of the cases below: one per thing that the caller can do about it. In each there may
be several codes. Compare the case or the code, never the text: cases are `AuthError.codeMismatch` in Swift,
`AuthException.CodeMismatch` in Kotlin and `AuthError::CodeMismatch` in Rust; codes are `AuthErrorCode.codeMismatch`,
`AuthErrorCode.CODE_MISMATCH` and `ErrorCode::CodeMismatch`. A code never changes its meaning; later releases may know more
of them.

Every error has the `code`, the `text` (what happened: the service's words where it answered, else those below), the
`recovery` (what to do, for the developer: show it to nobody) and whether it `isRetryable`: whether the same call can
succeed later without anything else being changed. Where they are known, it has the `requestId`, the `operation`, the
`serviceCode` (the service's exception), the `httpStatus`, the `field` at fault, and for `session_expired` the `reason`: the
code of the verdict that ended the session.

`signOut` never fails: its result has the errors of its parts. `fetchAuthSession` has what it says of the tokens in the
session itself. Events carry the same codes.
";

pub fn text(documented: &Documented) -> String {
    let mut text = HEAD.to_owned();
    for case in cases() {
        text += &section(&case, documented);
    }
    text
}

fn section(case: &Case, documented: &Documented) -> String {
    let mut text = format!("\n## {}\n\n{}\n\n", case.name, case.meaning);
    text += "| code | what happened | retryable | what to do | given by |\n|---|---|---|---|---|\n";
    for &code in &case.codes {
        let retryable = if code.is_retryable() { "yes" } else { "no" };
        let (raw, meaning, recovery) = (code.as_str(), code.meaning(), code.recovery());
        text += &format!("| `{raw}` | {meaning} | {retryable} | {recovery} | {} |\n", givers(code, documented));
    }
    text
}

fn givers(code: ErrorCode, documented: &Documented) -> String {
    let code = code.as_str();
    if NEVER_GIVEN.contains(&code) {
        return "no call: the core acts on it itself".to_owned();
    }
    let tiers = [EVERY_CALL, SERVICE, USER].into_iter().filter(|tier| documented.tiers[*tier].contains(code));
    let tiers: Vec<&str> = tiers.collect();
    let mut named = BTreeSet::new();
    for (name, call) in &documented.calls {
        if call.codes.contains(code) && !tiers.iter().any(|tier| call.belongs_to(tier)) {
            named.insert(format!("`{}`", shown(name)));
        }
    }
    let mut all: Vec<String> = tiers.into_iter().map(str::to_owned).chain(named).collect();
    if OF_THE_KOTLIN_LIBRARY.contains(&code) {
        all.push("the first call of a Kotlin app".to_owned());
    }
    if OF_THE_BROWSER.contains(&code) {
        all.push("the calls that show the hosted pages".to_owned());
    }
    if of_the_passkey_dialog().contains(&code) {
        all.push("the calls with a passkey presenter".to_owned());
    }
    all.join(", ")
}
