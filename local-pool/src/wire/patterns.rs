//! The patterns of the model, each with the same as a test of characters. All of them are matched against whole values.

use super::constraint::Pattern;

/// The pattern with this text.
pub(super) fn named(text: &str) -> Option<Pattern> {
    ALL.iter().find(|pattern| pattern.text == text).copied()
}

const ALL: &[Pattern] = &[
    WORDS_AND_PLUS,
    Pattern { text: r"[\S]+", matches: |text| all(text, |c| !c.is_whitespace()) },
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", matches: |text| all(text, visible) },
    Pattern {
        text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
        matches: |text| all(text, |c| visible(c) || "\t\n\r ".contains(c)),
    },
    Pattern {
        text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+",
        matches: |text| all(text, |c| visible(c) || c.is_whitespace() && !c.is_control()),
    },
    Pattern { text: r"^[0-9a-fA-F]+$", matches: |text| all(text, |c| c.is_ascii_hexdigit()) },
    POOL_ID_PATTERN,
    Pattern { text: r"[\w-]+_[0-9a-f-]+", matches: is_device_key },
    Pattern {
        text: r"[\w\s+=,.@-]+",
        matches: |text| all(text, |c| word(c) || c.is_whitespace() || "+=,.@-".contains(c)),
    },
    Pattern {
        text: r"[A-Za-z0-9-_=.]+",
        matches: |text| all(text, |c| c.is_ascii_alphanumeric() || "-_=.".contains(c)),
    },
    HASH_PATTERN,
    Pattern { text: r"[0-9]+", matches: |text| all(text, |c| c.is_ascii_digit()) },
    Pattern { text: r"[\x21\x23-\x5B\x5D-\x7E]+", matches: |text| all(text, printable) },
    Pattern { text: r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+", matches: |text| all(text, |c| printable(c) && c != '/') },
    Pattern {
        text: r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
        matches: is_arn,
    },
    Pattern {
        text: r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
        matches: |text| text.is_empty() || is_arn(text),
    },
    Pattern { text: r".*\{####\}.*", matches: |text| text.contains("{####}") },
    Pattern {
        text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{####\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        matches: |text| lines(text) && text.contains("{####}"),
    },
    Pattern {
        text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*\{##[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*##\}[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*",
        matches: |text| lines(text) && text.split_once("{##").is_some_and(|(_, rest)| rest.contains("##}")),
    },
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s]+", matches: |text| !text.is_empty() && lines(text) },
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\s*]*", matches: lines },
    Pattern {
        text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+@[\p{L}\p{M}\p{S}\p{N}\p{P}]+",
        matches: |text| {
            let parts = text.split_once('@');
            parts.is_some_and(|(name, host)| all(name, visible) && all(host, visible))
        },
    },
    Pattern {
        text: r"^[a-zA-Z0-9_-]+$",
        matches: |text| all(text, |c| c.is_ascii_alphanumeric() || c == '_' || c == '-'),
    },
    Pattern {
        text: r"(arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?)?",
        matches: |text| text.is_empty() || is_arn(text),
    },
    Pattern { text: r"(?s).*", matches: |_| true },
    Pattern { text: r"^[\S]+.*[\S]+$", matches: is_password },
    Pattern { text: r"[\w-]+:[0-9a-f-]+", matches: is_identity_id },
    Pattern { text: r"[\w._:/-]+", matches: |text| all(text, |c| word(c) || "._:/-".contains(c)) },
    Pattern { text: r"[\w.;_/-]+", matches: |text| all(text, |c| word(c) || ".;_/-".contains(c)) },
    Pattern { text: r"[\w._-]+", matches: |text| all(text, |c| word(c) || "._-".contains(c)) },
    Pattern { text: r"[\w_]+", matches: |text| all(text, word) },
    Pattern { text: r"\d+", matches: |text| all(text, |c| c.is_ascii_digit()) },
    Pattern {
        text: r"[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+",
        matches: |text| {
            let plain = |c: char| c != '_' && !c.is_whitespace();
            let mut chars = text.chars();
            let (first, second) = (chars.next(), chars.next());
            first.is_some_and(plain) && second.is_some_and(visible) && all(chars.as_str(), plain)
        },
    },
    Pattern {
        text: r"[\w\s+=.@-]+",
        matches: |text| all(text, |c| word(c) || c.is_whitespace() || "+=.@-".contains(c)),
    },
    Pattern {
        text: r"^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$",
        matches: |text| {
            let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            text.len() <= 63 && all(text, inner) && !text.starts_with('-') && !text.ends_with('-')
        },
    },
    Pattern { text: r"(un)?authenticated", matches: |text| matches!(text, "authenticated" | "unauthenticated") },
];

pub(super) const WORDS_AND_PLUS: Pattern =
    Pattern { text: r"[\w+]+", matches: |text| all(text, |c| word(c) || c == '+') };
pub(super) const POOL_ID_PATTERN: Pattern = Pattern { text: r"[\w-]+_[0-9a-zA-Z]+", matches: is_pool_id };
pub(super) const HASH_PATTERN: Pattern =
    Pattern { text: r"[\w+=/]+", matches: |text| all(text, |c| word(c) || "+=/".contains(c)) };

fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

/// `\w` of Java: ASCII only.
fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Letters, marks, symbols, numbers and punctuation: what is neither space, control, format nor private.
fn visible(c: char) -> bool {
    let format = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let private = matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    !c.is_whitespace() && !c.is_control() && !format && !private
}

/// Printable ASCII without space, quotes and backslash.
fn printable(c: char) -> bool {
    c.is_ascii_graphic() && c != '"' && c != '\\'
}

fn is_arn(text: &str) -> bool {
    let part = |text: &str| all(text, |c| word(c) || "+=/,.@-".contains(c));
    let parts: Vec<&str> = text.split(':').collect();
    let [arn, partition, service, region, account, rest @ ..] = &parts[..] else { return false };
    let region_fits = region.is_empty() || part(region);
    let account_fits = all(account, |c| c.is_ascii_digit());
    let rest_fits = (1..=3).contains(&rest.len()) && rest.iter().all(|text| part(text));
    *arn == "arn" && part(partition) && part(service) && region_fits && account_fits && rest_fits
}

fn is_device_key(text: &str) -> bool {
    text.rsplit_once('_').is_some_and(|(region, id)| {
        all(region, |c| word(c) || c == '-') && all(id, |c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
    })
}

fn is_identity_id(text: &str) -> bool {
    text.split_once(':').is_some_and(|(region, id)| {
        all(region, |c| word(c) || c == '-') && all(id, |c| matches!(c, '0'..='9' | 'a'..='f' | '-'))
    })
}

fn is_pool_id(text: &str) -> bool {
    text.rsplit_once('_')
        .is_some_and(|(region, name)| all(region, |c| word(c) || c == '-') && all(name, |c| c.is_ascii_alphanumeric()))
}

fn lines(text: &str) -> bool {
    text.chars().all(|c| visible(c) || c.is_whitespace())
}

/// Two characters or more, the first and the last of them no blanks.
fn is_password(text: &str) -> bool {
    let mut chars = text.chars();
    let ends = (chars.next(), chars.next_back());
    matches!(ends, (Some(first), Some(last)) if !first.is_whitespace() && !last.is_whitespace())
        && !chars.as_str().contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
}
