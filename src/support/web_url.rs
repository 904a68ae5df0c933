//! Reading URLs that others wrote. `url` without Unicode's tables (ADR 25) takes a host in ASCII; what is not may trip an
//! assertion of it, so such a text is refused before it gets there. Nothing else in the library parses a URL.

use url::Url;

/// The absolute URL; nothing where it is none, or its host is not written in plain ASCII.
pub(crate) fn parse(text: &str) -> Option<Url> {
    // The parser leaves tabs and line feeds out, wherever they stand.
    if text.chars().any(char::is_control) {
        return None;
    }
    let (_scheme, rest) = text.split_once(':')?;
    let authority = rest.trim_start_matches(['/', '\\']).split(['/', '\\', '?', '#']).next().unwrap_or_default();
    let is_plain = authority.is_ascii() && !authority.contains('%');
    if is_plain { Url::parse(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hosts_in_ascii_and_anything_after_them() {
        for text in
            ["https://a.example.org/ä%20b?c=%C3%A4", "http://LOCALHOST:3000", "myapp://signed-in/?code=ä", "a:b"]
        {
            assert!(parse(text).is_some(), "{text}");
        }
        for text in
            ["", "a.example.org", "http://localhostA¡", "http:\\\\A¡/", "http:A%C2%A1/", "http:/\t/A¡/", "http://ä@b/"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(
            text in ".{0,40}",
            scheme in "(https?|ftp|file|wss?|my)?:?[/\\\\\t ]{0,4}",
            rest in "[A-Za-z¡ä%./\\\\@:?#\\[\\]\t\n 0-9-]{0,30}",
        ) {
            let _ = parse(&text);
            let _ = parse(&format!("{scheme}{rest}"));
            let _ = parse(&format!("http://{rest}"));
        }
    }
}
