//! The page for people who come from Amplify: every call that they know is on it, and every call that it names is there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;

/// What the documents call that users come from.
const KNOWN: [&str; 24] = [
    "Amplify.configure",
    "Auth.changePassword",
    "Auth.configure",
    "Auth.confirmSignIn",
    "Auth.confirmSignUp",
    "Auth.currentAuthenticatedUser",
    "Auth.currentCredentials",
    "Auth.currentSession",
    "Auth.essentialCredentials",
    "Auth.federatedSignIn",
    "Auth.forgotPassword",
    "Auth.forgotPasswordSubmit",
    "Auth.getPreferredMFA",
    "Auth.sendCustomChallengeAnswer",
    "Auth.setPreferredMFA",
    "Auth.setupTOTP",
    "Auth.signIn",
    "Auth.signOut",
    "Auth.signUp",
    "Auth.updateUserAttributes",
    "Auth.verifyCurrentUserAttribute",
    "Auth.verifyCurrentUserAttributeSubmit",
    "Auth.verifyTotpToken",
    "Hub.listen",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All sources of a folder as one text.
fn sources(folder: &str, extension: &str) -> String {
    let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.extension().is_some_and(|found| found == extension));
    files.map(|path| fs::read_to_string(path).unwrap()).collect()
}

fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_call_that_is_known_is_on_the_page_and_what_it_names_is_there() {
    let page = fs::read_to_string(root().join("docs/coming-from-amplify.md")).unwrap();
    let swift = sources("bindings/swift/Sources/Portcullis", "swift");
    let kotlin = sources("bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis", "kt");
    let is_there = |text: &str, keywords: [&str; 2], name: &str| {
        let declared = keywords.map(|keyword| format!("{keyword} {name}"));
        declared.iter().any(|declared| {
            text.match_indices(declared.as_str())
                .any(|(at, _)| !text[at + declared.len()..].starts_with(|next: char| next.is_alphanumeric()))
        })
    };
    let (mut from, mut names) = (Vec::new(), 0);
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        from.extend(quoted(cells[1]));
        for name in quoted(cells[2]) {
            let is_constant = swift.contains(&format!("let {name}:"));
            assert!(is_constant || is_there(&swift, ["func", "var"], name), "Swift has no {name}");
            names += 1;
        }
        for name in quoted(cells[3]) {
            assert!(
                is_there(&kotlin, ["fun", "val"], name) || kotlin.contains(&format!(".{name}(")),
                "Kotlin has no {name}"
            );
            names += 1;
        }
    }
    let missing: Vec<_> = KNOWN.into_iter().filter(|known| !from.contains(known)).collect();
    assert!(missing.is_empty(), "the page does not say what becomes of {missing:?}");
    assert!(names > 80, "{names} names: is this the page?");
}
