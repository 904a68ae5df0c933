//! Swift and Kotlin as words and signs: comments are left out, texts are empty.

/// The words (without backticks) and signs of a source, in order.
pub fn tokens(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = after(comment, "*/");
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some(text) = rest.strip_prefix("\"\"\"") {
            rest = after(text, "\"\"\"");
        } else if let Some(text) = rest.strip_prefix('"') {
            rest = after_text(text);
        } else if let Some(text) = rest.strip_prefix('\'') {
            rest = after_character(text);
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            found.push(rest[..end].to_owned());
            rest = &rest[end..];
        } else {
            if !first.is_whitespace() && first != '`' {
                found.push(first.to_string());
            }
            rest = &rest[first.len_utf8()..];
        }
    }
    found
}

fn after<'a>(text: &'a str, end: &str) -> &'a str {
    text.find(end).map_or("", |at| &text[at + end.len()..])
}

/// Behind a text's end. What is put into a text (`\(…)` in Swift, `${…}` in Kotlin) may have texts of its own.
fn after_text(text: &str) -> &str {
    let mut inside: Vec<char> = Vec::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        match (character, inside.last()) {
            ('\\', _) if next != Some('(') => {
                characters.next();
            }
            ('\\', _) | ('$', None | Some('"')) if matches!(next, Some('(' | '{')) => {
                inside.push(if next == Some('(') { ')' } else { '}' });
                characters.next();
            }
            ('"', None) => return &text[at + 1..],
            ('"', Some('"')) => {
                inside.pop();
            }
            ('"', Some(_)) => inside.push('"'),
            ('(', Some(')' | '}')) => inside.push(')'),
            ('{', Some(')' | '}')) => inside.push('}'),
            (closing, Some(open)) if closing == *open => {
                inside.pop();
            }
            _ => {}
        }
    }
    ""
}

/// Behind a character's end, Kotlin's `'"'`.
fn after_character(text: &str) -> &str {
    let length = if text.starts_with('\\') { 2 } else { 1 };
    let behind = text.char_indices().nth(length).map_or("", |(at, _)| &text[at..]);
    after(behind, "'")
}

#[test]
fn comments_and_texts_do_not_count() {
    let words = |text| tokens(text).join(" ");
    assert_eq!(words("a /* b\n c */ d // e\nf"), "a d f");
    assert_eq!(words(r#"a "b \(c ?? "d") } e" f '"' g "\"" h"#), "a f g h");
    assert_eq!(words(r#"a "b ${c("}")} d" `val`: e"#), "a val : e");
    assert_eq!(words("a \"\"\" \"b\" \"\"\" c"), "a c");
}
