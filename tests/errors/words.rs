//! What users may read, from the catalogue `bindings/words/user-messages.toml`: in Swift, in Kotlin, as Apple's string
//! catalogue and as Android's resources.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

pub const CATALOGUE: &str = "bindings/words/user-messages.toml";
pub const SWIFT: &str = "bindings/swift/Sources/Portcullis/UserMessages/UserMessageTable.swift";
pub const KOTLIN: &str = "bindings/kotlin/portcullis/src/main/kotlin/dev/portcullis/UserMessageTable.kt";
pub const APPLE: &str = "bindings/swift/Words/Portcullis.xcstrings";

/// English first: it is what people read whose language is not there.
pub const LANGUAGES: [&str; 6] = ["en", "de", "es", "fr", "ja", "ar"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    message: Vec<Message>,
}

#[derive(Deserialize)]
pub struct Message {
    pub key: String,
    pub codes: Vec<String>,
    #[serde(flatten)]
    pub texts: BTreeMap<String, String>,
}

pub fn messages() -> Vec<Message> {
    let catalogue: Catalogue = toml::from_str(&super::read(CATALOGUE)).unwrap();
    catalogue.message
}

const HEAD: &str = "// Written by `cargo xtask errors` from bindings/words/user-messages.toml.\n";

pub fn swift(messages: &[Message]) -> String {
    let mut text = format!("{HEAD}\nenum UserMessageTable {{\n");
    text += "    /// The message of a code.\n    static func key(of code: String) -> String {\n        switch code {\n";
    for message in &messages[1..] {
        let codes: Vec<String> = message.codes.iter().map(|code| format!("{code:?}")).collect();
        let _ = writeln!(text, "        case {}: {:?}", codes.join(", "), message.key);
    }
    let _ = writeln!(text, "        default: {:?}\n        }}\n    }}\n", messages[0].key);
    text += "    /// The text of a message in a language, by its code of two letters (ISO 639-1).\n";
    text += "    static func text(of key: String, in language: String) -> String {\n        switch language {\n";
    for language in &LANGUAGES[1..] {
        let _ = writeln!(text, "        case \"{language}\": {language}(key)");
    }
    text += "        default: en(key)\n        }\n    }\n";
    for language in LANGUAGES {
        let _ =
            write!(text, "\n    private static func {language}(_ key: String) -> String {{\n        switch key {{\n");
        for message in &messages[1..] {
            let _ = writeln!(text, "        case {:?}: \"{}\"", message.key, message.texts[language]);
        }
        let _ = write!(text, "        default: \"{}\"\n        }}\n    }}\n", messages[0].texts[language]);
    }
    text + "}\n"
}

pub fn kotlin(messages: &[Message]) -> String {
    let mut text = format!("{HEAD}\npackage dev.portcullis\n\ninternal object UserMessageTable {{\n");
    text += "    /** The message of a code. */\n    fun key(code: String): String = when (code) {\n";
    for message in &messages[1..] {
        let codes: Vec<String> = message.codes.iter().map(|code| format!("{code:?}")).collect();
        let _ = writeln!(text, "        {} -> {:?}", codes.join(", "), message.key);
    }
    let _ = writeln!(text, "        else -> {:?}\n    }}\n", messages[0].key);
    text += "    /** The text of a message in a language, by its code of two letters (ISO 639-1). */\n";
    text += "    fun text(key: String, language: String): String = when (language) {\n";
    for language in &LANGUAGES[1..] {
        let _ = writeln!(text, "        \"{language}\" -> {language}(key)");
    }
    text += "        else -> en(key)\n    }\n";
    for language in LANGUAGES {
        let _ = write!(text, "\n    private fun {language}(key: String): String = when (key) {{\n");
        for message in &messages[1..] {
            let _ = writeln!(text, "        {:?} -> \"{}\"", message.key, message.texts[language]);
        }
        let _ = write!(text, "        else -> \"{}\"\n    }}\n", messages[0].texts[language]);
    }
    text + "}\n"
}

/// For apps that want other texts: Xcode edits it.
pub fn apple(messages: &[Message]) -> String {
    let mut strings = serde_json::Map::new();
    for message in messages {
        let localizations: serde_json::Map<_, _> = LANGUAGES
            .iter()
            .map(|language| {
                let unit =
                    serde_json::json!({ "stringUnit": { "state": "translated", "value": message.texts[*language] } });
                ((*language).to_owned(), unit)
            })
            .collect();
        let entry = serde_json::json!({ "extractionState": "manual", "localizations": localizations });
        strings.insert(format!("portcullis.{}", message.key), entry);
    }
    let catalogue = serde_json::json!({ "sourceLanguage": "en", "strings": strings, "version": "1.0" });
    format!("{}\n", serde_json::to_string_pretty(&catalogue).unwrap())
}

pub fn android_path(language: &str) -> String {
    let folder = if language == LANGUAGES[0] { "values".to_owned() } else { format!("values-{language}") };
    format!("bindings/kotlin/android/src/main/res/{folder}/portcullis_messages.xml")
}

/// Resources that an app replaces by its own of the same name.
pub fn android(messages: &[Message], language: &str) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    text += "<!-- Written by `cargo xtask errors` from bindings/words/user-messages.toml. -->\n<resources>\n";
    for message in messages {
        let _ = writeln!(text, "    <string name=\"portcullis_{}\">{}</string>", message.key, message.texts[language]);
    }
    text + "</resources>\n"
}
