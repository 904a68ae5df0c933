//! JSON (RFC 8259) as others really write it: one odd value must not hide the values beside it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The members of an object, each as the text that stands there. Nothing in a member is looked at, so its nesting and
/// its numbers may be anything. Of two members with one name the last one counts.
pub(crate) type Members = BTreeMap<String, Box<RawValue>>;

/// The members of the object that the text holds, if it holds one.
pub(crate) fn members(text: &str) -> Option<Members> {
    serde_json::from_str(text).ok()
}

/// The member's text, if it is a string.
pub(crate) fn text(members: &Members, name: &str) -> Option<String> {
    serde_json::from_str(members.get(name)?.get()).ok()
}

/// The number that the JSON text stands for, in whole seconds of a time (RFC 7519 §2) or a span: a fraction is dropped
/// downwards. `None` for what is no number, or beyond what a number can be.
pub(crate) fn seconds(json: &str) -> Option<i64> {
    if let Ok(whole) = json.parse() {
        return Some(whole);
    }
    let number: f64 = serde_json::from_str(json).ok()?;
    #[allow(clippy::cast_possible_truncation)] // the cast stops at the ends
    Some(number.floor() as i64)
}

/// The text without a byte-order mark before it, and with U+FFFD for what is not Unicode: wrong bytes, and escapes of
/// half a surrogate pair, which JSON allows and no string of ours can hold.
pub(crate) fn mended(text: &[u8]) -> Cow<'_, [u8]> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    without_half_pairs(match String::from_utf8_lossy(text) {
        Cow::Borrowed(_) => Cow::Borrowed(text),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

fn without_half_pairs(mut text: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let escape = at + found;
        let after = escape + 6;
        at = match (code_unit(&text, escape), code_unit(&text, after)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => after + 6,
            (Some(0xd800..=0xdfff), _) => {
                text.to_mut()[escape..after].copy_from_slice(b"\\ufffd");
                after
            }
            _ => escape + 2,
        };
    }
    text
}

/// The UTF-16 code unit that the escape at that place stands for, if one is there.
fn code_unit(text: &[u8], at: usize) -> Option<u16> {
    let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_not_looked_at() {
        let deep = format!("{}{}", "[".repeat(9000), "]".repeat(9000));
        let found = members(&format!(r#"{{"a":1.5e400,"b":{deep},"c":"x","c":"y"}}"#)).unwrap();
        assert_eq!((found["a"].get(), found["b"].get()), ("1.5e400", deep.as_str()));
        assert_eq!((text(&found, "c").as_deref(), text(&found, "a"), text(&found, "d")), (Some("y"), None, None));
        for no_object in ["", "[]", "null", "{", "{\"a\":}"] {
            assert!(members(no_object).is_none(), "{no_object}");
        }
    }

    #[test]
    fn what_is_not_unicode_is_replaced() {
        for (text, expected) in [
            (&b"\xef\xbb\xbf{}"[..], "{}"),
            (b"{\"a\":\"\xe9\"}", "{\"a\":\"\u{fffd}\"}"),
            (br#""half \ud83d""#, r#""half \ufffd""#),
            (br#""\uDE00""#, r#""\ufffd""#),
            (br#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (br#""\ud83d\n\ude00""#, r#""\ufffd\n\ufffd""#),
            (br#""whole \ud83d\ude00""#, r#""whole \ud83d\ude00""#),
            (br#""no escape: \\ud83d \u00e9""#, r#""no escape: \\ud83d \u00e9""#),
            (br#""cut \ud8"#, r#""cut \ud8"#),
            (b"\\", "\\"),
            ("\\ü\\uü345".as_bytes(), "\\ü\\uü345"),
        ] {
            assert_eq!(std::str::from_utf8(&mended(text)).unwrap(), expected);
        }
    }
}
