//! The rules that keep the folders of `src/` apart, and in `layers/crates.rs` those of local-pool and xtask. Each is a test; the last tests feed the checker code that breaks a
//! rule. What a file names is read from its tokens, so comments and strings do not count and macros do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "layers/circles.rs"]
mod circles;
#[path = "layers/crates.rs"]
mod crates;
#[path = "layers/printing.rs"]
mod printing;
#[path = "layers/source.rs"]
mod source;

use source::Source;

/// From the ground up. A module uses the layers below its own, and of its own layer only itself and what
/// [`SIDEWAYS`] allows.
const LAYERS: [&[&str]; 5] = [
    &["config", "error", "factors", "support"],
    &["protocol", "srp", "storage", "events"],
    &["sign_in", "account", "credentials", "devices", "hosted_ui", "mfa", "passkeys", "session", "threat_protection"],
    &["client"],
    &["ffi", "fuzzing"],
];

/// User, used, why.
const SIDEWAYS: [(&str, &str, &str); 6] = [
    ("config", "factors", "the configured flow may prefer a first factor"),
    ("config", "error", "a configuration that is refused is an error like any other"),
    ("config", "support", "the app client's secret is a secret value"),
    ("error", "support", "what is printed of a value"),
    ("factors", "support", "what is printed of a value"),
    ("support", "error", "randomness and time can fail"),
];

/// The start of a path, the folders that may name it, why.
const CONFINED: [(&[&str], &[&str], &str); 13] = [
    (&["uniffi", "Object"], &["ffi"], "objects across the bridge"),
    (&["uniffi", "export"], &["ffi"], "functions across the bridge"),
    (
        &["tokio", "runtime"],
        &["ffi", "support"],
        "whoever uses the crate from Rust brings a runtime; tasks know theirs",
    ),
    (&["aws_credential_types"], &["client"], "the AWS SDK for Rust asks the client, where the app wants it"),
    (&["jni"], &["ffi"], "Android's virtual machine"),
    (&["hyper"], &["protocol"], "the HTTP client can be exchanged"),
    (&["hyper_util"], &["protocol"], "the HTTP client can be exchanged"),
    (&["hyper_rustls"], &["protocol"], "the HTTP client can be exchanged"),
    (&["reqwest"], &[], "local-pool's and the tests' (ADR 30)"),
    (&["rustls"], &["protocol"], "TLS is decided in one place"),
    (&["rustls_platform_verifier"], &["protocol"], "TLS is decided in one place"),
    (&["webpki_roots"], &["protocol"], "TLS is decided in one place"),
    (&["security_framework"], &["storage"], "Apple's keychain is a store"),
];

/// The only reader of the machine's clock.
const CLOCK: &str = "support/clock.rs";
/// The only reader of URLs: others' texts reach the parser through it.
const URLS: &str = "support/web_url.rs";
/// Files that may say `unsafe`.
const UNSAFE: [&str; 0] = [];
const LONGEST_FILE: usize = 400;
const MEANINGLESS_NAMES: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "misc", "shared", "functions"];

#[test]
fn a_module_uses_only_layers_below_its_own() {
    none(sources(), wrong_layers);
}

#[test]
fn frameworks_stay_in_their_folders() {
    none(sources(), strayed_frameworks);
}

#[test]
fn only_the_clock_reads_the_time() {
    none(sources(), clock_readings);
}

#[test]
fn only_one_file_reads_urls() {
    none(sources(), url_readings);
}

#[test]
fn types_with_text_say_what_they_print() {
    none(sources(), printing::talkative);
}

#[test]
fn only_named_files_are_unsafe() {
    none(sources(), unsafe_code);
}

#[test]
fn every_folder_has_a_layer() {
    let known: BTreeSet<&str> = LAYERS.iter().flat_map(|layer| layer.iter().copied()).collect();
    let there: BTreeSet<String> = sources().iter().filter_map(|source| source.module()).map(str::to_owned).collect();
    let there: BTreeSet<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(known, there);
}

#[test]
fn no_file_is_too_long() {
    let long =
        all_files(&["src", "modexp/src", "local-pool/src", "xtask/src", "fuzz", "tests", "local-pool/tests"], "rs");
    let long: Vec<_> = long
        .iter()
        .map(|path| (path, fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > LONGEST_FILE)
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST_FILE} lines: {long:?}");
}

#[test]
fn every_file_has_a_name_that_says_something() {
    let mut files = Vec::new();
    for extension in ["rs", "kt", "swift"] {
        files.extend(all_files(
            &["src", "modexp", "local-pool", "xtask", "fuzz", "tests", "bindings", "examples"],
            extension,
        ));
    }
    let meaningless: Vec<_> = files.iter().filter(|path| is_meaningless(path)).collect();
    assert!(meaningless.is_empty(), "{meaningless:?}");
}

/// OpenSSL and AWS-LC need C compilers with more than a phone's toolchain, and weigh more than ring.
#[test]
fn no_second_tls_stack_is_in_the_lock_file() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for name in ["openssl-sys", "native-tls", "aws-lc-sys", "aws-lc-rs", "hickory-resolver"] {
        assert!(!lock.contains(&format!("name = \"{name}\"")), "{name} is in Cargo.lock");
    }
}

// The checker.

fn wrong_layers(source: &Source) -> Vec<String> {
    let Some(user) = source.module() else { return Vec::new() };
    let mut wrong = Vec::new();
    for path in source.named() {
        if path[0] != "crate" || path.len() < 2 || path[1] == user {
            continue;
        }
        let used = path[1].as_str();
        let complaint = match (layer(user), layer(used)) {
            (_, None) => "is not one of the modules: name the module where it is defined",
            (None, _) => "is used by a module without a layer",
            (Some(mine), Some(other)) if other > mine => "is in a layer above",
            (Some(mine), Some(other)) if other == mine && !sideways(user, used) => "is in the same layer",
            _ => continue,
        };
        wrong.push(format!("{}: {} {complaint}", source.file, path.join("::")));
    }
    wrong
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

fn sideways(user: &str, used: &str) -> bool {
    SIDEWAYS.iter().any(|(from, to, _)| *from == user && *to == used)
}

fn strayed_frameworks(source: &Source) -> Vec<String> {
    let mut strayed = Vec::new();
    for path in source.named() {
        for (start, folders, why) in CONFINED {
            let starts = path.len() >= start.len() && path.iter().zip(start).all(|(a, b)| a == b);
            // A local variable may be called `rustls`; a path or an import has more than one segment.
            let is_path = path.len() > 1;
            if starts && is_path && !source.module().is_some_and(|module| folders.contains(&module)) {
                strayed.push(format!("{}: {} ({why})", source.file, path.join("::")));
            }
        }
    }
    strayed
}

fn clock_readings(source: &Source) -> Vec<String> {
    if source.file == CLOCK {
        return Vec::new();
    }
    let named = source.named();
    // tokio's Instant belongs to the timers, which a test can pause.
    let tokios = named.iter().any(|path| path.join("::") == "tokio::time::Instant");
    let reads = |path: &Vec<String>| match path.as_slice() {
        [.., kind, now] if now == "now" => {
            kind == "SystemTime" || (kind == "Instant" && !tokios && !path.starts_with(&["tokio".to_owned()]))
        }
        _ => false,
    };
    named.iter().filter(|path| reads(path)).map(|path| format!("{}: {}", source.file, path.join("::"))).collect()
}

fn url_readings(source: &Source) -> Vec<String> {
    let reads = |path: &&Vec<String>| path.ends_with(&["Url".to_owned(), "parse".to_owned()]);
    let named = source.named();
    let found = named.iter().filter(reads).filter(|_| source.file != URLS);
    found.map(|path| format!("{}: {}", source.file, path.join("::"))).collect()
}

fn unsafe_code(source: &Source) -> Vec<String> {
    let says = source.named().iter().flatten().any(|word| word == "unsafe");
    if says && !UNSAFE.contains(&source.file.as_str()) { vec![source.file.clone()] } else { Vec::new() }
}

fn is_meaningless(path: &Path) -> bool {
    let inside = path.strip_prefix(root()).unwrap_or(path);
    inside.iter().any(|part| {
        let name = part.to_string_lossy().to_lowercase();
        let stem = name.split('.').next().unwrap_or(&name);
        MEANINGLESS_NAMES.contains(&stem)
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all_files(folders: &[&str], extension: &str) -> Vec<PathBuf> {
    let mut waiting: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() && !matches!(name.as_str(), "target" | "node_modules") {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .{extension} in {folders:?}");
    files
}

fn sources() -> Vec<Source> {
    sources_of("src")
}

fn sources_of(folder: &str) -> Vec<Source> {
    let src = root().join(folder);
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(&src).unwrap().components().map(|part| part.as_os_str().to_string_lossy());
        Source::new(&name.collect::<Vec<_>>().join("/"), &fs::read_to_string(path).unwrap())
    };
    source::production(all_files(&[folder], "rs").iter().map(read).collect())
}

fn none(sources: Vec<Source>, rule: fn(&Source) -> Vec<String>) {
    let broken: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

// The checker checked.

fn complaints(rule: fn(&Source) -> Vec<String>, file: &str, code: &str) -> usize {
    source::production(vec![Source::new(file, code)]).iter().flat_map(rule).count()
}

#[test]
fn the_checker_sees_an_import_from_above_and_from_beside() {
    let in_storage = |code| complaints(wrong_layers, "storage/records.rs", code);
    assert_eq!(in_storage("use crate::sign_in::Step;"), 1);
    assert_eq!(in_storage("use crate::{client::AuthClient, error::Error, ffi::{self, Bridge}};"), 3);
    assert_eq!(in_storage("fn f() { let x = crate::protocol::http::send(); }"), 1);
    assert_eq!(in_storage("use super::super::events;"), 1);
    assert_eq!(in_storage("use super::super::{session::Tokens, support::Clock};"), 1);
    assert_eq!(in_storage("fn f() { println!(\"{}\", crate::account::NAME) }"), 1);
    assert_eq!(in_storage("use crate::AuthError;"), 1);
}

#[test]
fn the_checker_leaves_allowed_code_alone() {
    let in_sign_in = |code| complaints(wrong_layers, "sign_in/driver.rs", code);
    assert_eq!(in_sign_in("use crate::{error::Error, protocol::Call, sign_in::step, srp}; use super::machine;"), 0);
    assert_eq!(in_sign_in("// use crate::client::AuthClient;\nconst A: &str = \"crate::ffi::x\";"), 0);
    assert_eq!(in_sign_in("/// See [`crate::client::AuthClient`].\nfn f() {}"), 0);
    assert_eq!(in_sign_in("mod tests { use super::super::driver; use super::*; }"), 0);
    assert_eq!(in_sign_in("#[cfg(test)] mod tests { use crate::ffi::Bridge; }"), 0);
    let below = [("storage/mod.rs", "#[cfg(test)] mod model; mod file;"), ("storage/model/mod.rs", "mod trace;")];
    let with = |file| [below.as_slice(), &[(file, "use crate::ffi::Bridge;")]].concat();
    let all = |files: Vec<(&str, &str)>| files.into_iter().map(|(file, code)| Source::new(file, code)).collect();
    let wrong = |file| source::production(all(with(file))).iter().flat_map(wrong_layers).count();
    assert_eq!((wrong("storage/model/trace.rs"), wrong("storage/file.rs")), (0, 1));
    assert_eq!(complaints(wrong_layers, "config/mod.rs", "use crate::error::Error; use crate::support::secret;"), 0);
    assert_eq!(complaints(wrong_layers, "error/mod.rs", "use crate::config::AuthConfiguration;"), 1);
}

#[test]
fn the_checker_sees_a_framework_that_strayed() {
    let in_client = |code| complaints(strayed_frameworks, "client.rs", code);
    assert_eq!(in_client("use reqwest::Client;"), 1);
    assert_eq!(in_client("#[derive(uniffi::Object)] struct A; #[uniffi::export] impl A {}"), 2);
    assert_eq!(in_client("use tokio::{runtime::Handle, sync::Mutex};"), 1);
    assert_eq!(in_client("#[derive(uniffi::Record)] struct A { rustls: bool }"), 0);
    assert_eq!(complaints(strayed_frameworks, "protocol/http.rs", "use hyper::Request;"), 0);
}

#[test]
fn the_checker_sees_the_clock_and_unsafe_code() {
    let clock = |file, code| complaints(clock_readings, file, code);
    assert_eq!(clock("session/refresh.rs", "fn f() { std::time::SystemTime::now(); }"), 1);
    assert_eq!(clock("session/refresh.rs", "use std::time::Instant; fn f() { Instant::now(); }"), 1);
    assert_eq!(clock("session/refresh.rs", "use tokio::time::{Instant, sleep}; fn f() { Instant::now(); }"), 0);
    assert_eq!(clock(CLOCK, "fn f() { std::time::SystemTime::now(); }"), 0);
    assert_eq!(complaints(unsafe_code, "storage/records.rs", "fn f() { unsafe { g() } }"), 1);
    assert_eq!(complaints(unsafe_code, "storage/records.rs", "// unsafe\nfn f() {}"), 0);
}

#[test]
fn the_checker_sees_a_url_that_is_read() {
    let urls = |file, code| complaints(url_readings, file, code);
    assert_eq!(urls("hosted_ui/pages.rs", "use url::Url; fn f() { Url::parse(\"\"); }"), 1);
    assert_eq!(urls("hosted_ui/pages.rs", "fn f() { url::Url::parse(\"\"); web_url::parse(\"\"); }"), 1);
    assert_eq!(urls(URLS, "fn f() { url::Url::parse(\"\"); }"), 0);
}

#[test]
fn the_checker_sees_a_meaningless_name() {
    assert!(is_meaningless(Path::new("src/session/utils.rs")));
    assert!(is_meaningless(Path::new("src/common/mod.rs")));
    assert!(!is_meaningless(Path::new("src/session/refresh.rs")));
}
