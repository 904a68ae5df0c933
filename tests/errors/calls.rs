//! Which call may give which code: what the calls' own documentation says under `# Errors`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use portcullis::{AuthError, ErrorCode, PasskeyFailure};

use super::table::camel;

/// Words between backticks that are members of an error, not codes.
const MEMBERS: [&str; 2] = ["field", "json"];

pub const EVERY_CALL: &str = "every call";
pub const SERVICE: &str = "every call that asks the service";
pub const USER: &str = "every call in the signed-in user's name";

/// A call's documentation has this for the codes that calls have in common.
const IN_COMMON: &str = "what every call may give";

/// What a call may give.
#[derive(Clone, Default)]
pub struct Call {
    pub codes: BTreeSet<String>,
    /// Whether it may give what every call may that asks the service.
    asks_service: bool,
}

impl Call {
    /// Whether the tier stands for the call, too.
    pub fn belongs_to(&self, tier: &str) -> bool {
        match tier {
            EVERY_CALL => true,
            SERVICE => self.asks_service,
            _ => self.asks_service && self.codes.contains("not_signed_in"),
        }
    }
}

#[derive(Default)]
pub struct Documented {
    /// What each call names itself, by its name in Rust.
    pub calls: BTreeMap<String, Call>,
    /// The codes that calls have in common.
    pub tiers: BTreeMap<String, BTreeSet<String>>,
}

/// What a call's `# Errors` say.
struct Section {
    name: String,
    text: String,
}

pub fn documented() -> Documented {
    let mut found = Documented::default();
    let mut sections = Vec::new();
    for (folder, whose) in [("src/client", "pub async fn "), ("src/config", "pub fn ")] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).unwrap();
                sections.extend(sections_of(&text, whose));
                if let Some(client) = sections_of(&text, "pub struct AuthClient").pop() {
                    found.tiers = tiers(&client.text);
                }
            }
        }
    }
    for section in &sections {
        let call = Call { codes: codes(&section.text), asks_service: section.text.contains(IN_COMMON) };
        found.calls.insert(section.name.clone(), call);
    }
    // "As …" and "what … may give": the codes of another call.
    for section in &sections {
        for other in referred(&section.text) {
            let other = found.calls.get(&other).unwrap_or_else(|| panic!("{}: what is {other}?", section.name)).clone();
            let call = found.calls.get_mut(&section.name).unwrap();
            call.codes.extend(other.codes);
            call.asks_service |= other.asks_service;
        }
    }
    found
}

/// The codes of a Kotlin app whose native library is missing, of another release or another class loader's.
pub const OF_THE_KOTLIN_LIBRARY: [&str; 3] = ["library_in_use", "library_mismatch", "library_missing"];

/// The codes of a browser that did not come back, which the calls with a presenter give.
pub const OF_THE_BROWSER: [&str; 2] = ["web_ui_cancelled", "web_ui_failed"];

/// The codes of a dialog that gave no passkey, which the calls with a presenter give.
pub fn of_the_passkey_dialog() -> Vec<&'static str> {
    use PasskeyFailure as P;
    let failures = [P::Cancelled, P::Unsupported, P::AlreadyRegistered, P::RelyingPartyMismatch, P::Failed];
    let codes = failures.map(|failure| ErrorCode::named(AuthError::passkey(failure, "").code()).unwrap());
    codes.iter().map(|code| code.as_str()).collect()
}

fn sections_of(source: &str, whose: &str) -> Vec<Section> {
    let (mut doc, mut found) = (Vec::new(), Vec::new());
    for line in source.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim());
        } else if !line.starts_with('#') {
            let errors = doc.iter().position(|line| *line == "# Errors");
            if let (Some(at), Some(rest)) = (errors, line.strip_prefix(whose)) {
                let name = rest.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap().to_owned();
                found.push(Section { name, text: doc[at + 1..].join(" ") });
            }
            doc.clear();
        }
    }
    found
}

/// The three points under `# Errors` of the client itself.
fn tiers(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let points: Vec<_> = text.split(" - ").map(codes).collect();
    let [every, service, user] = points.try_into().expect("every call; those that ask the service; in a user's name");
    [(EVERY_CALL, every), (SERVICE, service), (USER, user)].map(|(name, codes)| (name.to_owned(), codes)).into()
}

/// What stands between backticks, but for links.
fn codes(text: &str) -> BTreeSet<String> {
    let parts: Vec<&str> = text.split('`').collect();
    let between = (1..parts.len()).step_by(2);
    between
        .filter(|&at| !parts[at - 1].ends_with('['))
        .map(|at| parts[at].to_owned())
        .filter(|word| !MEMBERS.contains(&word.as_str()))
        .collect()
}

/// The calls whose codes a call may give as well.
fn referred(text: &str) -> Vec<String> {
    ["As [`", "what [`"]
        .into_iter()
        .flat_map(|mark| text.split(mark).skip(1))
        .map(|rest| rest.split('`').next().unwrap().to_owned())
        .collect()
}

/// A call's name in Swift and Kotlin.
pub fn shown(call: &str) -> String {
    match call {
        "build" | "from_json" | "from_amplify_outputs" | "from_amplify_configuration" | "from_aws_exports" => {
            "AuthConfiguration".to_owned()
        }
        call => camel(call).replace("Totp", "TOTP").replace("Mfa", "MFA"),
    }
}
