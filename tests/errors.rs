//! What is written from the table of errors (`src/error/table.rs`) is what the table says: the codes and cases in Swift
//! and Kotlin, and `docs/errors.md` with the calls that may give each code. `cargo xtask errors` writes it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use portcullis::ErrorCode;

#[path = "errors/calls.rs"]
mod calls;
#[path = "errors/document.rs"]
mod document;
#[path = "errors/kotlin.rs"]
mod kotlin;
#[path = "errors/numbers.rs"]
mod numbers;
#[path = "errors/regions.rs"]
mod regions;
#[path = "errors/swift.rs"]
mod swift;
#[path = "errors/table.rs"]
mod table;
#[path = "errors/words.rs"]
mod words;

/// Set by `cargo xtask errors`.
const WRITE: &str = "PORTCULLIS_WRITE_ERRORS";

/// Codes on which the core acts itself, so that no caller gets them.
const NEVER_GIVEN: [&str; 1] = ["device_key_exists"];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_default()
}

fn assert_is_written(path: &str, text: &str) {
    if std::env::var_os(WRITE).is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let written = read(path);
    let line = written.lines().zip(text.lines()).take_while(|(old, new)| old == new).count() + 1;
    assert!(written == text, "{path} is not what the table says from line {line} on: run `cargo xtask errors`");
}

#[test]
fn swift_has_the_codes_and_the_cases_of_the_table() {
    assert_is_written(swift::CODES, &swift::codes());
    assert_is_written(swift::ERROR, &swift::error(&read(swift::ERROR)));
}

#[test]
fn kotlin_has_the_codes_and_the_cases_of_the_table() {
    assert_is_written(kotlin::CODES, &kotlin::codes());
    assert_is_written(kotlin::EXCEPTION, &kotlin::exception(&read(kotlin::EXCEPTION)));
}

#[test]
fn the_document_has_every_code_and_who_gives_it() {
    assert_is_written(document::PATH, &document::text(&calls::documented()));
}

#[test]
fn what_users_may_read_is_written_for_every_platform() {
    let messages = words::messages();
    assert_is_written(words::SWIFT, &words::swift(&messages));
    assert_is_written(words::KOTLIN, &words::kotlin(&messages));
    assert_is_written(words::APPLE, &words::apple(&messages));
    for language in words::LANGUAGES {
        assert_is_written(&words::android_path(language), &words::android(&messages, language));
    }
}

#[test]
fn every_code_has_one_message_in_every_language() {
    let messages = words::messages();
    let mut named: Vec<&str> = messages.iter().flat_map(|message| &message.codes).map(String::as_str).collect();
    named.sort_unstable();
    let known: Vec<&str> = table::codes().iter().map(|code| code.as_str()).collect();
    assert_eq!(named, known, "each code is in one message of {}", words::CATALOGUE);
    let keys: BTreeSet<&str> = messages.iter().map(|message| message.key.as_str()).collect();
    assert_eq!(keys.len(), messages.len(), "two messages have the same key");
    // What only a developer can do something about, and what would need an escape on one of the platforms.
    let foreign = ["Cognito", "AWS", "token", "Lambda", "SDK", "\"", "'", "\\", "$", "%", "<", "&"];
    for message in &messages {
        let languages: Vec<&str> = message.texts.keys().map(String::as_str).collect();
        let mut all = words::LANGUAGES;
        all.sort_unstable();
        assert_eq!(languages, all, "{}", message.key);
        for text in message.texts.values() {
            let (first, ends) = (text.trim_start(), ['.', '。']);
            assert!(first == text && text.ends_with(ends) && text.chars().count() <= 120, "{}: {text:?}", message.key);
            assert!(!foreign.iter().any(|word| text.contains(word)), "{}: {text:?}", message.key);
        }
    }
}

#[test]
fn every_code_has_a_number_of_its_own() {
    let numbers: BTreeSet<u32> = numbers::NUMBERS.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers.len(), numbers::NUMBERS.len());
    for code in table::codes() {
        assert!(numbers::number(code.as_str()) > 1000);
    }
}

#[test]
fn every_call_names_codes_that_there_are_and_every_code_has_a_call() {
    let documented = calls::documented();
    let known: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
    let mut named: BTreeSet<&str> = calls::of_the_passkey_dialog().into_iter().collect();
    named.extend(calls::OF_THE_KOTLIN_LIBRARY);
    named.extend(calls::OF_THE_BROWSER);
    assert!(documented.calls.len() > 35, "{}: are these the calls?", documented.calls.len());
    let calls = documented.calls.iter().map(|(name, call)| (name, &call.codes));
    for (who, codes) in calls.chain(&documented.tiers) {
        assert!(!codes.is_empty(), "{who} names no code that it may give");
        for code in codes {
            assert!(known.contains(code.as_str()), "{who} names {code:?}, which is no code");
            named.insert(code);
        }
    }
    let forgotten: Vec<_> = known.difference(&named).filter(|code| !NEVER_GIVEN.contains(code)).collect();
    assert!(forgotten.is_empty(), "no call names {forgotten:?} under its `# Errors`");
    for code in NEVER_GIVEN {
        assert!(known.contains(code) && !named.contains(code), "a call gives {code}");
    }
}

#[test]
fn where_the_library_is_missing_kotlin_says_what_the_table_says() {
    let text = read("bindings/kotlin/core/src/main/kotlin/dev/portcullis/CoreLibrary.kt");
    // Kotlin breaks a sentence over lines as `"…" +`.
    let joined: String = text.split("\" +").map(|part| part.trim_start().trim_start_matches('"')).collect();
    for code in calls::OF_THE_KOTLIN_LIBRARY {
        let recovery = ErrorCode::named(code).unwrap().recovery();
        assert!(joined.contains(recovery), "{code}: {recovery}");
    }
}
