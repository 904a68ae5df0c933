//! The model's shapes that several operations share (botocore service model). Its patterns are not anchored by themselves;
//! they are taken as anchored here, but for the one that the service is known to word otherwise.

use super::constraint::{Kind, Member, Pattern, Text, optional, required};

const WORDS_AND_PLUS: Pattern = Pattern { text: r"[\w+]+", matches: |text| all(text, |c| word(c) || c == '+') };
/// Not anchored: the service takes blanks inside a password, and its own text for others says that at the ends there are
/// none.
const PASSWORD_PATTERN: Pattern = Pattern {
    text: r"^[\S]+.*[\S]+$",
    matches: |text| {
        let at_the_ends = |c: Option<char>| c.is_none_or(char::is_whitespace);
        text.chars().count() >= 2 && !at_the_ends(text.chars().next()) && !at_the_ends(text.chars().next_back())
    },
};
const NO_SPACE: Pattern = Pattern { text: r"[\S]+", matches: |text| all(text, |c| !c.is_whitespace()) };
pub(super) const USER_NAME_PATTERN: Pattern =
    Pattern { text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+", matches: |text| all(text, visible) };
const ATTRIBUTE_NAME_PATTERN: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\t\n\r ]+",
    matches: |text| all(text, |c| visible(c) || "\t\n\r ".contains(c)),
};
const PROVIDER_PATTERN: Pattern = Pattern {
    text: r"[\p{L}\p{M}\p{S}\p{N}\p{P}\p{Z}]+",
    matches: |text| all(text, |c| visible(c) || c.is_whitespace() && !c.is_control()),
};
const HEXADECIMAL_PATTERN: Pattern =
    Pattern { text: r"^[0-9a-fA-F]+$", matches: |text| all(text, |c| c.is_ascii_hexdigit()) };
const POOL_ID_PATTERN: Pattern = Pattern { text: r"[\w-]+_[0-9a-zA-Z]+", matches: is_pool_id };
const DEVICE_KEY_PATTERN: Pattern = Pattern { text: r"[\w-]+_[0-9a-f-]+", matches: is_device_key };
const NAME_PATTERN: Pattern = Pattern {
    text: r"[\w\s+=,.@-]+",
    matches: |text| all(text, |c| word(c) || c.is_whitespace() || "+=,.@-".contains(c)),
};
const TOKEN_PATTERN: Pattern = Pattern {
    text: r"[A-Za-z0-9-_=.]+",
    matches: |text| all(text, |c| c.is_ascii_alphanumeric() || "-_=.".contains(c)),
};
const HASH_PATTERN: Pattern =
    Pattern { text: r"[\w+=/]+", matches: |text| all(text, |c| word(c) || "+=/".contains(c)) };

const DIGITS_PATTERN: Pattern = Pattern { text: r"[0-9]+", matches: |text| all(text, |c| c.is_ascii_digit()) };

pub(crate) const CLIENT_ID: Kind = Kind::Text(Text { min: 1, max: 128, pattern: Some(WORDS_AND_PLUS) });
pub(crate) const CLIENT_SECRET: Kind = Kind::SecretText(Text { min: 24, max: 64, pattern: Some(WORDS_AND_PLUS) });
pub(crate) const SECRET_HASH: Kind = Kind::SecretText(Text { min: 1, max: 128, pattern: Some(HASH_PATTERN) });
pub(crate) const POOL_ID: Kind = Kind::Text(Text { min: 1, max: 55, pattern: Some(POOL_ID_PATTERN) });
pub(crate) const POOL_NAME: Kind = Kind::Text(Text { min: 1, max: 128, pattern: Some(NAME_PATTERN) });
pub(crate) const USER_NAME: Kind = Kind::Text(Text { min: 1, max: 128, pattern: Some(USER_NAME_PATTERN) });
pub(crate) const PASSWORD: Kind = Kind::SecretText(Text { min: 0, max: 256, pattern: Some(PASSWORD_PATTERN) });
pub(crate) const CODE: Kind = Kind::Text(Text { min: 1, max: 2048, pattern: Some(NO_SPACE) });
pub(crate) const TOTP_CODE: Kind = Kind::Text(Text { min: 6, max: 6, pattern: Some(DIGITS_PATTERN) });
pub(crate) const SESSION: Kind = Kind::SecretText(Text { min: 20, max: 4096, pattern: None });
pub(crate) const TOKEN: Kind = Kind::SecretText(Text { min: 0, max: usize::MAX, pattern: Some(TOKEN_PATTERN) });
pub(crate) const ATTRIBUTE_NAME: Kind = Kind::Text(Text { min: 1, max: 32, pattern: Some(ATTRIBUTE_NAME_PATTERN) });
pub(crate) const CUSTOM_NAME: Kind = Kind::Text(Text { min: 1, max: 20, pattern: Some(USER_NAME_PATTERN) });
pub(crate) const ATTRIBUTE_NAMES: Kind = Kind::List { of: &ATTRIBUTE_NAME, min: 0, max: usize::MAX };
pub(crate) const USER_ATTRIBUTES: Kind = Kind::List { of: &ATTRIBUTE, min: 0, max: usize::MAX };

pub(crate) const GROUP_NAME: Kind = USER_NAME;
pub(crate) const DESCRIPTION: Kind = Kind::Text(Text { min: 0, max: 2048, pattern: None });
pub(crate) const ARN: Kind = Kind::Text(Text { min: 20, max: 2048, pattern: Some(ARN_PATTERN) });
pub(crate) const PRECEDENCE: Kind = Kind::Integer { min: 0, max: i64::MAX };
/// What administrators' calls tell about the user's request.
pub(crate) const CONTEXT_DATA: Kind = Kind::Structure(&[
    required("IpAddress", ANY_TEXT),
    required("ServerName", ANY_TEXT),
    required("ServerPath", ANY_TEXT),
    required("HttpHeaders", Kind::List { of: &HTTP_HEADER, min: 0, max: usize::MAX }),
    optional("EncodedData", ANY_TEXT),
]);
pub(crate) const DEVICE_KEY: Kind = Kind::Text(Text { min: 1, max: 55, pattern: Some(DEVICE_KEY_PATTERN) });
pub(crate) const DEVICE_NAME: Kind = Kind::Text(Text { min: 1, max: 1024, pattern: None });
pub(crate) const REMEMBERED_STATUS: Kind = Kind::Enum(&["remembered", "not_remembered"]);
pub(crate) const LIMIT: Kind = Kind::Integer { min: 0, max: 60 };
pub(crate) const PAGE_TOKEN: Kind = Kind::Text(Text { min: 1, max: 131_072, pattern: Some(NO_SPACE) });
pub(crate) const OAUTH_FLOW: Kind = Kind::Enum(&["code", "implicit", "client_credentials"]);
pub(crate) const SCOPES: Kind = Kind::List { of: &SERVER_IDENTIFIER, min: 0, max: 50 };
pub(crate) const URL: Kind = Kind::Text(Text { min: 1, max: 1024, pattern: Some(USER_NAME_PATTERN) });
pub(crate) const PROVIDER: Kind = Kind::Text(Text { min: 1, max: 32, pattern: Some(PROVIDER_PATTERN) });
pub(crate) const HEXADECIMAL: Kind = Kind::Text(Text { min: 0, max: usize::MAX, pattern: Some(HEXADECIMAL_PATTERN) });
pub(crate) const SERVER_IDENTIFIER: Kind = Kind::Text(Text { min: 1, max: 256, pattern: Some(IDENTIFIER_PATTERN) });
pub(crate) const SERVER_NAME: Kind = Kind::Text(Text { min: 1, max: 256, pattern: Some(NAME_PATTERN) });
pub(crate) const SERVER_SCOPES: Kind = Kind::List { of: &SERVER_SCOPE, min: 0, max: 100 };

const SERVER_SCOPE: Kind = Kind::Structure(SERVER_SCOPE_MEMBERS);
const SERVER_SCOPE_MEMBERS: &[Member] = &[
    required("ScopeName", Kind::Text(Text { min: 1, max: 256, pattern: Some(SCOPE_PATTERN) })),
    required("ScopeDescription", Kind::Text(Text { min: 1, max: 256, pattern: None })),
];
const IDENTIFIER_PATTERN: Pattern =
    Pattern { text: r"[\x21\x23-\x5B\x5D-\x7E]+", matches: |text| all(text, printable) };
const SCOPE_PATTERN: Pattern =
    Pattern { text: r"[\x21\x23-\x2E\x30-\x5B\x5D-\x7E]+", matches: |text| all(text, |c| printable(c) && c != '/') };
pub(super) const ARN_PATTERN: Pattern = Pattern {
    text: r"arn:[\w+=/,.@-]+:[\w+=/,.@-]+:([\w+=/,.@-]*)?:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?",
    matches: is_arn,
};

pub(crate) const ANY_TEXT: Kind = Kind::Text(Text { min: 0, max: 131_072, pattern: None });
const HTTP_HEADER: Kind = Kind::Structure(&[optional("headerName", ANY_TEXT), optional("headerValue", ANY_TEXT)]);
const ATTRIBUTE_VALUE: Kind = Kind::SecretText(Text { min: 0, max: 2048, pattern: None });
const ATTRIBUTE: Kind = Kind::Structure(ATTRIBUTE_MEMBERS);
const ATTRIBUTE_MEMBERS: &[Member] = &[required("Name", ATTRIBUTE_NAME), optional("Value", ATTRIBUTE_VALUE)];

pub(super) fn all(text: &str, allowed: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(allowed)
}

/// `\w` of Java: ASCII only.
fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Letters, marks, symbols, numbers and punctuation: what is neither space, control, format nor private.
pub(super) fn visible(c: char) -> bool {
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

fn is_pool_id(text: &str) -> bool {
    text.rsplit_once('_')
        .is_some_and(|(region, name)| all(region, |c| word(c) || c == '-') && all(name, |c| c.is_ascii_alphanumeric()))
}
