//! One word for one thing (`docs/vocabulary.md`): public names follow their language's rule of case, the words that were
//! replaced do not come back, and the page's terms are there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[path = "vocabulary/renames.rs"]
mod renames;
#[path = "surface/mod.rs"]
mod surface;
#[path = "vocabulary/words.rs"]
mod words;

use words::words;

/// Written in capitals in Swift, as words elsewhere.
const ABBREVIATIONS: [&str; 12] = ["api", "aws", "json", "jwt", "mfa", "otp", "sms", "srp", "totp", "ui", "uri", "url"];

/// Names against the rule, and why they stay.
const SWIFT_EXCEPTIONS: [(&str, &str); 4] = [
    ("StoreError.Failed", "UniFFI begins the cases of errors with a capital, whatever is asked for"),
    ("StoreError.Locked", "as the other one"),
    ("FederatedTokenError.Refused", "as these"),
    ("FederatedTokenError.Unavailable", "as these"),
];

/// Words of the old vocabulary, with their forms.
const REPLACED: [&str; 21] = [
    "keeper", "keepers", "debt", "debts", "owe", "owed", "owes", "nudge", "nudged", "nudges", "vault", "vaults",
    "detour", "detours", "house", "houses", "stage", "stages", "meddler", "mood", "moods",
];
/// Where one of them is, and why it stays: the beginning of the path, the word, the reason.
const STAYING: [(&str, &str, &str); 4] = [
    ("docs/vocabulary.md", "", "the page that lists them"),
    ("tests/vocabulary", "", "this test"),
    ("examples/demo/", "stage", "the chapters of the demo are played on one"),
    ("local-pool/src/triggers/", "stage", "handlers are staged before they are installed"),
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn is_constant(name: &str) -> bool {
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn has_two_capitals_in_a_row(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| pair.iter().all(u8::is_ascii_uppercase))
}

/// An abbreviation with small letters behind its capital, or a member that begins with a capital.
fn is_against_swifts_rule(path: &str) -> bool {
    let is_half_written =
        |word: &&str| word.starts_with(char::is_uppercase) && is_abbreviation(word) && !is_constant(word);
    let is_nested_type = path == "AuthClient.Storage";
    let member = path.rsplit_once('.').map(|(_, member)| member);
    let begins_wrong = !is_nested_type && member.is_some_and(|member| member.starts_with(char::is_uppercase));
    begins_wrong || words(path).iter().any(is_half_written)
}

fn is_abbreviation(word: &str) -> bool {
    ABBREVIATIONS.contains(&word.to_lowercase().as_str())
}

#[test]
fn swift_writes_abbreviations_in_capitals() {
    let surface = surface::swift();
    let wrong: BTreeSet<&str> =
        surface.iter().map(String::as_str).filter(|path| is_against_swifts_rule(path)).collect();
    let known: BTreeSet<&str> = SWIFT_EXCEPTIONS.iter().map(|(path, _)| *path).collect();
    let new: Vec<_> = wrong.difference(&known).collect();
    assert!(new.is_empty(), "write the abbreviation in capitals (uniffi.toml renames what is generated): {new:?}");
    let gone: Vec<_> = known.difference(&wrong).collect();
    assert!(gone.is_empty(), "exceptions that there are not: {gone:?}");
}

#[test]
fn kotlin_and_rust_write_abbreviations_as_words() {
    let kotlin = surface::kotlin();
    let in_kotlin = kotlin.iter().flat_map(|path| path.split('.'));
    let rust: Vec<(String, String)> = words::files(&["src"], &["rs"]);
    let in_rust: Vec<&str> = rust.iter().flat_map(|(_, text)| words::public_items(text)).collect();
    assert!(in_rust.len() > 300, "{}: are these all?", in_rust.len());
    let wrong: BTreeSet<&str> =
        in_kotlin.chain(in_rust).filter(|name| !is_constant(name) && has_two_capitals_in_a_row(name)).collect();
    assert!(wrong.is_empty(), "an abbreviation is a word: {wrong:?}");
}

#[test]
fn what_is_generated_is_renamed_as_uniffi_toml_says_and_options_can_be_changed() {
    let (settings, swift) = (read("uniffi.toml"), surface::swift());
    let renames = renames::renames(&settings);
    assert!(renames.len() > 15, "{renames:?}");
    for (rust, renamed) in &renames {
        assert!(swift.contains(renamed), "{rust} is renamed to {renamed}, which Swift does not have");
    }
    let options: BTreeSet<&str> =
        swift.iter().map(String::as_str).filter(|path| path.ends_with("Options") && !path.contains('.')).collect();
    let mutable = renames::mutable_records(&settings);
    assert_eq!(mutable.iter().map(String::as_str).collect::<BTreeSet<_>>(), options, "mutable_records of uniffi.toml");
}

#[test]
fn the_words_that_were_replaced_do_not_come_back() {
    let folders =
        ["src", "local-pool", "modexp", "fuzz", "xtask", "tests", "benches", "examples", "bindings", "docs", "."];
    let mut found = BTreeSet::new();
    let mut used = BTreeSet::new();
    for (path, text) in words::files(&folders, &["rs", "swift", "kt", "md"]) {
        for word in words(&text).iter().map(|word| word.to_lowercase()) {
            if !REPLACED.contains(&word.as_str()) {
                continue;
            }
            match STAYING.iter().find(|(place, stays, _)| path.starts_with(place) && word.starts_with(stays)) {
                Some(exception) => used.insert(exception.0),
                None => found.insert(format!("{path}: {word}")),
            };
        }
    }
    assert!(found.is_empty(), "docs/vocabulary.md says what to write instead: {found:#?}");
    let unused: Vec<_> = STAYING.iter().filter(|(place, ..)| !used.contains(place)).collect();
    assert!(unused.is_empty(), "exceptions that nothing needs: {unused:?}");
}

#[test]
fn the_terms_of_the_page_are_there_in_each_language() {
    let page = read("docs/vocabulary.md");
    let (swift, kotlin) = (surface::swift(), surface::kotlin());
    let rust: String = words::files(&["src"], &["rs"]).into_iter().map(|(_, text)| text).collect();
    let mut terms = 0;
    for row in page.split("## Terms").nth(1).unwrap().lines() {
        let cells: Vec<&str> = row.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let [_, _, in_rust, in_swift, in_kotlin, _] = cells.as_slice() else { continue };
        if in_rust.starts_with('-') || *in_rust == "Rust" {
            continue;
        }
        let last = in_rust.rsplit("::").next().unwrap();
        assert!(words::identifiers(&rust).any(|name| name == last), "Rust has no {in_rust}");
        for (surface, name) in [(&swift, in_swift), (&kotlin, in_kotlin)] {
            let is_there = surface.iter().any(|path| path == name || path.ends_with(&format!(".{name}")));
            assert!(is_there, "there is no {name}");
        }
        terms += 1;
    }
    assert!(terms > 20, "{terms} terms");
}

/// `auth.signIn` and `SignInStep.Done` in a document's code, as paths; those of types that are not ours do not count.
fn named<'a>(document: &'a str, surface: &surface::Surface) -> BTreeSet<String> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let is_ours = |owner: &str| owner.starts_with(char::is_uppercase) && surface.contains(owner);
    let path = |(at, _): (usize, &'a str)| {
        let owner = document[..at].rsplit(|c| !is_name(c)).next()?;
        let member = document[at + 1..].split(|c| !is_name(c)).next()?;
        let owner = if owner == "auth" { "AuthClient" } else { owner };
        let is_path = is_ours(owner) && member.starts_with(char::is_alphabetic);
        is_path.then(|| format!("{owner}.{member}"))
    };
    document.match_indices('.').filter_map(path).collect()
}

#[test]
fn the_documents_name_what_is_there() {
    let documents = [("bindings/swift/README.md", surface::swift()), ("bindings/kotlin/README.md", surface::kotlin())];
    for (path, surface) in documents {
        let named = named(&read(path), &surface);
        assert!(named.len() > 20, "{path}: {named:?}");
        // A client has what the interface of all calls gives everybody.
        let is_there = |name: &String| {
            ["AuthClient.", "AuthProtocol.", "Auth."]
                .iter()
                .any(|owner| surface.contains(&name.replace("AuthClient.", owner)))
        };
        let missing: Vec<_> = named.iter().filter(|name| !is_there(name)).collect();
        assert!(missing.is_empty(), "{path} names what there is not: {missing:?}");
    }
}

#[test]
fn the_rules_are_seen_to_be_broken() {
    for wrong in ["MfaType", "A.setUpTotp", "A.confirmWithSmsCode", "A.signInUrl", "A.Failed"] {
        assert!(is_against_swifts_rule(wrong), "{wrong}");
    }
    for right in
        ["MFAType", "A.setUpTOTP", "A.smsOTP", "A.totpVerified", "A.webAuthn", "A.userId", "A.confirmWithSMSMFACode"]
    {
        assert!(!is_against_swifts_rule(right), "{right}");
    }
    assert!(has_two_capitals_in_a_row("fetchMFAPreference") && !has_two_capitals_in_a_row("fetchMfaPreference"));
    assert!(is_constant("NOT_PREFERRED") && !is_constant("NotPreferred"));
}
