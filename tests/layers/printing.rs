//! A type with text in it derives no `Debug`, which would print all of it: it says with `shows!` what is shown.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::source::Source;

/// Whatever can hold what a person, an app or the service wrote.
const TEXT: [&str; 6] = ["String", "str", "u8", "Bytes", "Value", "TextMap"];

/// File and type, and why its text may be printed.
const PRINTED: [(&str, &str, &str); 6] = [
    ("storage/lock_state.rs", "Locked", "the owner of a lock is a number in words"),
    ("storage/lock_state.rs", "Held", "the owner of a lock is a number in words"),
    ("storage/file/lock.rs", "Held", "the owner of a lock is a number in words"),
    ("fuzzing.rs", "FileContent", "the fuzzer's own"),
    ("fuzzing.rs", "Rewritten", "the fuzzer's own"),
    ("fuzzing.rs", "Verdict", "the fuzzer's own"),
];

/// The types that derive `Debug` over text. An error's text is made to be printed, so `thiserror::Error` may be derived
/// beside it; `tests/secrets_printed.rs` tries what errors say.
pub fn talkative(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    look(source.tokens(), &mut found);
    found.retain(|name| !PRINTED.iter().any(|(file, data, _)| source.file == *file && name == data));
    found.iter().map(|name| format!("{}: {name} derives Debug and has text", source.file)).collect()
}

fn look(tokens: &TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let mut derived = String::new();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                    derived += &attribute.stream().to_string();
                    at += 1;
                }
            }
            TokenTree::Ident(word) if *word == "struct" || *word == "enum" => {
                let end = (at..tokens.len()).find(|end| is_end(&tokens[*end])).unwrap_or(tokens.len() - 1);
                let is_printed = derived.contains("Debug") && !derived.contains("thiserror");
                if is_printed && has_text(tokens[at + 1..=end].iter().cloned()) {
                    found.push(tokens[at + 1].to_string());
                }
                derived.clear();
                at = end;
            }
            TokenTree::Group(group) => {
                look(&group.stream(), found);
                if group.delimiter() == Delimiter::Brace {
                    derived.clear();
                }
            }
            TokenTree::Punct(mark) if mark.as_char() == ';' => derived.clear(),
            _ => {}
        }
        at += 1;
    }
}

fn is_end(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(mark) => mark.as_char() == ';',
        _ => false,
    }
}

/// Whether a type that can be text is named, attributes and comments apart.
fn has_text(tokens: impl Iterator<Item = TokenTree>) -> bool {
    let mut is_attribute = false;
    for token in tokens {
        let skipped =
            std::mem::replace(&mut is_attribute, matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '#'));
        match token {
            TokenTree::Ident(word) if TEXT.iter().any(|text| word == text) => return true,
            TokenTree::Group(group) if !skipped && has_text(group.stream().into_iter()) => return true,
            _ => {}
        }
    }
    false
}

#[test]
fn a_type_that_prints_its_text_is_found() {
    let code = "/// A String.\n#[derive(Clone, Debug)] struct A { #[doc = \"String\"] a: u32 }\n\
                #[derive(Debug)] pub struct B(Option<String>);\n mod inner { #[derive(Debug)] enum C { X { x: Vec<u8> } } }\n\
                #[derive(Clone)] struct D { d: String }\n#[derive(Debug, thiserror::Error)] enum E { F(String) }";
    let found = talkative(&Source::new("some/file.rs", code));
    let expected = ["B", "C"].map(|name| format!("some/file.rs: {name} derives Debug and has text"));
    assert_eq!(found, expected);
}
