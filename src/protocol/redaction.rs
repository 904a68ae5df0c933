//! Error texts without the values that the service repeats in them: they may be passwords, codes or names.

/// Names that the service quotes: members of its operations, and what stands between them.
const MEMBERS: [&str; 42] = [
    "accessToken",
    "analyticsMetadata",
    "answer",
    "attributeName",
    "authFlow",
    "authParameters",
    "challengeName",
    "challengeResponses",
    "clientId",
    "clientMetadata",
    "clientSecret",
    "code",
    "confirmationCode",
    "credential",
    "credentialId",
    "deviceKey",
    "deviceName",
    "deviceRememberedStatus",
    "deviceSecretVerifierConfig",
    "encodedData",
    "friendlyDeviceName",
    "key",
    "limit",
    "maxResults",
    "member",
    "name",
    "nextToken",
    "paginationToken",
    "password",
    "passwordVerifier",
    "previousPassword",
    "proposedPassword",
    "refreshToken",
    "salt",
    "secretHash",
    "session",
    "token",
    "userAttributes",
    "userCode",
    "username",
    "validationData",
    "value",
];

const QUOTES: [char; 10] = ['\'', '"', '`', '‘', '’', '“', '”', '«', '»', '´'];

/// The text without what it quotes.
///
/// A value may itself hold quotes and whole sentences of the service, so nobody can tell where it ends but by the end of
/// the text. That is why everything between the first quote and the last one goes. What stays of it is the name of the
/// member that the service says last, and only if it is one that we know. A text that quotes nothing but such names,
/// each after "at", has no value in it and stays as it is. So does an apostrophe inside a word.
pub(super) fn without_values(text: &str) -> String {
    let quotes = quotes(text);
    let (Some(first), Some(last)) = (quotes.first().copied(), quotes.last().copied()) else { return text.to_owned() };
    if quotes.len().is_multiple_of(2) && quotes.chunks(2).all(|pair| member(text, pair[0], pair[1]).is_some()) {
        return text.to_owned();
    }
    let named = quotes.iter().rev().nth(1).and_then(|opening| member(text, *opening, last));
    let named = named.map_or_else(|| "[…]".to_owned(), |name| format!("at '{name}'"));
    let before = &text[..first];
    let before = if before.ends_with(" at ") { &before[..before.len() - 3] } else { before };
    let after = text[last..].strip_prefix(QUOTES).unwrap_or_default();
    format!("{before}{named}{after}")
}

/// Where something is quoted, or ends to be. The apostrophe in "isn't" is no quote, unless one came before it.
fn quotes(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut before = None;
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let mut is_apostrophe = || {
            let letters = [before, rest.peek().map(|(_, next)| *next)];
            matches!(c, '\'' | '’') && letters.iter().all(|c| c.is_some_and(char::is_alphabetic))
        };
        if QUOTES.contains(&c) && !(found.is_empty() && is_apostrophe()) {
            found.push(at);
        }
        before = Some(c);
    }
    found
}

/// The member of an operation that stands between the quotes, after "at".
fn member(text: &str, opening: usize, closing: usize) -> Option<&str> {
    let name = text.get(opening + 1..closing)?;
    let is_known = |part: &str| MEMBERS.contains(&part) || part.parse::<u16>().is_ok();
    (text[..opening].ends_with(" at ") && name.split('.').all(is_known)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_quotes_no_value_stays() {
        for text in [
            "",
            "User is disabled.",
            "The user isn't confirmed.",
            "Value at 'password' failed to satisfy constraint: Member must have length greater than or equal to 6",
            "2 validation errors detected: Value at 'password' failed to satisfy constraint: Member must have length \
             greater than or equal to 6; Value at 'userAttributes.1.member.value' failed to satisfy constraint: Member \
             must have length less than or equal to 2048",
        ] {
            assert_eq!(without_values(text), text);
        }
    }

    #[test]
    fn the_member_and_the_rule_stay() {
        let text = "1 validation error detected: Value '12 34' at 'confirmationCode' failed to satisfy constraint: \
                    Member must satisfy regular expression pattern: [\\S]+";
        let kept = "1 validation error detected: Value at 'confirmationCode' failed to satisfy constraint: Member must \
                    satisfy regular expression pattern: [\\S]+";
        assert_eq!(without_values(text), kept);
    }

    /// Whatever the value and the sentence around it: not one piece of four characters of the value comes through.
    #[test]
    fn no_piece_of_a_quoted_value_is_repeated() {
        let values = [
            "hunter2-hunter2",
            "it's hunter2",
            "hunter2' at 'hunter3",
            "' at 'hunter2",
            "password' hunter2 at 'password",
            "' at 'password' failed to satisfy constraint: hunter2; Value at 'password",
            "hunter2' at 'password' failed to satisfy constraint: Member must not be hunter3; Value 'hunter4",
            "\"hunter2\" at \"hunter3\"",
            "hunter2' at hunter3\" `hunter4",
            "'hunter2'",
            "’hunter2‘",
            "hunter'hunter2'hunter",
        ];
        let sentences: [fn(&str) -> String; 9] = [
            |value| {
                format!("1 validation error detected: Value '{value}' at 'password' failed to satisfy constraint: M")
            },
            |value| format!("Value \"{value}\" at \"password\" failed to satisfy constraint: M"),
            |value| {
                format!(
                    "2 validation errors detected: Value '{value}' at 'password' failed: M; Value 'x' at 'y' failed"
                )
            },
            |value| format!("Value at 'session' failed: M; Value '{value}' at 'password' failed: M"),
            |value| format!("value `{value}` at `password` is wrong"),
            |value| format!("Value ‘{value}’ at ‘password’ is wrong"),
            |value| format!("Parameter 'password' has the invalid value '{value}'"),
            |value| format!("Parameter password has the invalid value: '{value}'"),
            |value| format!("Invalid '{value}'"),
        ];
        let public: Vec<String> = sentences.iter().map(|sentence| sentence("")).collect();
        for (value, sentence) in values.iter().flat_map(|value| sentences.iter().map(move |sentence| (value, sentence)))
        {
            let kept = without_values(&sentence(value));
            assert!(!kept.contains("hunter"), "{value}: {kept}");
            let pieces = value.char_indices().filter_map(|(at, _)| value.get(at..at + 4));
            for piece in pieces.filter(|piece| !public.iter().any(|text| text.contains(piece))) {
                assert!(!kept.contains(piece), "{piece} of {value}: {kept}");
            }
        }
    }
}
